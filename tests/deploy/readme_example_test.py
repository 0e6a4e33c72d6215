"""The README's Python example, as it stands there, against a server that was started for it.

    readme_example_test.py USHERD_PROGRAM
"""

import os
import pathlib
import re
import select
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = re.compile(r"<!-- example\.py:[^\n]*-->\n```python\n(.*?)```", re.DOTALL)
READY = "usherd ready on port "
PATIENCE_SECONDS = 60


class Server:
    """A server on a free loopback port whose folder holds .quickstart/ with the keys the example reads."""

    def __init__(self, program, folder):
        self._keys = pathlib.Path(folder, ".quickstart")
        self._data = self._keys / "data"
        self._data.mkdir(parents=True)
        self._make_key(program, "admin", "--principal", "user:admin", "--role", "administrator")
        self._make_key(program, "app", "--principal", "service:app", "--role", "reader", "--delegate")
        with open(pathlib.Path(folder, "usherd.log"), "wb") as log:
            # Settings come from variables as well; those of whoever runs the tests are not meant for this server.
            environment = {name: value for name, value in os.environ.items() if not name.startswith("USHER_")}
            self._process = subprocess.Popen([program, "serve", "--data", self._data, "--listen", "127.0.0.1:0"],
                                             stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        self.address = f"127.0.0.1:{self._port(pathlib.Path(folder, 'usherd.log'))}"

    def _make_key(self, program, name, *arguments):
        command = [program, "keys", "create", "--data", self._data, "--tenant", "example", *arguments]
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        (self._keys / f"{name}.key").write_text(made.stdout)

    def _port(self, log):
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE_SECONDS)
        line = self._process.stdout.readline() if ready else ""
        if not line.startswith(READY):
            self.stop()
            raise RuntimeError(f"usherd was not ready: {line!r}\n{log.read_text()}")
        return int(line.removeprefix(READY))

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class ReadmeExample(unittest.TestCase):
    program = ""

    def test_the_example_prints_what_the_readme_says(self):
        example = EXAMPLE.search((ROOT / "README.md").read_text(encoding="utf-8")).group(1)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([ROOT / "proto/python/generate.sh", f"{folder}/stubs"], check=True, capture_output=True)
            server = Server(self.program, folder)
            environment = {**os.environ, "USHER_SERVER": server.address, "PYTHONPATH": f"{folder}/stubs"}
            try:
                result = subprocess.run([sys.executable, "-c", example], cwd=folder, env=environment, capture_output=True, text=True,
                                        timeout=PATIENCE_SECONDS, check=False)
            finally:
                server.stop()
            self.assertEqual(0, result.returncode, result.stderr)
        ann, bob, both = result.stdout.splitlines()
        self.assertEqual("both: ['Salaries rise in April.', 'Leave is asked for in April.']", both)
        self.assertIn("Salaries rise", ann)
        self.assertIn("Leave is asked for", ann)
        self.assertNotIn("Salaries rise", bob)
        self.assertIn("Leave is asked for", bob)


if __name__ == "__main__":
    ReadmeExample.program = sys.argv.pop(1)
    unittest.main()
