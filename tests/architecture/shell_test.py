"""Every shell script parses, satisfies shellcheck, and stops at the first command that fails."""

import pathlib
import subprocess
import tempfile
import unittest

import tree


def is_script(path, text):
    first = text.split("\n", 1)[0]
    return path.endswith(".sh") or (first.startswith("#!") and ("bash" in first or first.endswith("/sh")))


def complaints(paths):
    found = []
    for path in paths:
        for command in (["bash", "-n", path], ["shellcheck", "--severity=info", "--format=gcc", path]):
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            if result.returncode:
                found.append(result.stdout + result.stderr)
        if "set -euo pipefail" not in pathlib.Path(path).read_text(encoding="utf-8"):
            found.append(f"{path}: lacks 'set -euo pipefail'")
    return found


class Shell(tree.Case):
    def test_every_script_is_sound(self):
        scripts = [str(tree.ROOT / path) for path, text in tree.files().items() if is_script(path, text)]
        self.assertGreater(len(scripts), 2)
        self.assert_none(complaints(scripts))

    def test_unsound_scripts_are_named(self):
        for text in ("set -euo pipefail\nif true; then\n", "set -euo pipefail\nrm -rf $1/*\n", "echo fine\n"):
            with self.subTest(text=text), tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
                script.write("#!/usr/bin/env bash\n" + text)
                script.flush()
                self.assertNotEqual([], complaints([script.name]))


if __name__ == "__main__":
    unittest.main()
