"""Why a server does not start: exit code 1, one line that says what to change, and a data folder left as it was."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

import harness
from harness import CANARY, USHERD, clean_environment


def certificate(folder):
    """A self-made certificate and its key."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=x",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
    return {"USHER_TLS_CERTIFICATE_FILE": str(folder / "cert.pem"), "USHER_TLS_KEY_FILE": str(folder / "key.pem")}


class Refuses(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.folder / "data"

    def start(self, *arguments, data=None, listen="127.0.0.1:0", **environment):
        command = [USHERD, "serve", "--data", data or self.data, "--listen", listen, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment(**environment), check=False)

    def assert_refused(self, message, *arguments, made_nothing=True, **options):
        result = self.start(*arguments, **options)
        self.assertEqual(1, result.returncode, result)
        self.assertEqual("", result.stdout)
        self.assertEqual(f"usherd: {message}", result.stderr.rstrip("\n").splitlines()[-1])
        self.assertEqual(1, len(result.stderr.splitlines()), result.stderr)
        if made_nothing:
            self.assertFalse(self.data.exists(), "the data folder was touched")

    def config(self, text):
        path = self.folder / "usher.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def test_without_tls_where_others_can_reach_it(self):
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:7443"):
            self.assert_refused(f"refusing to listen on '{address}' without TLS: set tls.certificate_file and tls.key_file, or listen on 127.0.0.1 "
                                "behind a proxy on this machine", listen=address)

    def test_with_an_address_that_is_none(self):
        for address in ("here", "127.0.0.1", "127.0.0.1:70000", "example.com:1", "127.0.0.1:x"):
            self.assert_refused(f"listen address '{address}' must be HOST:PORT, with HOST an IP address ([...] for IPv6) or localhost, and PORT 0 to "
                                "65535", listen=address)

    def test_with_a_setting_it_does_not_know(self):
        path = self.config("log:\n  level: info\n  colour: red\n")
        self.assert_refused(f"{path}, line 3: 'log.colour' is not a setting; `usherd config` prints them all", "--config", path)

    def test_with_a_variable_it_does_not_know(self):
        self.assert_refused("USHER_LISTEN_ADDRESS: is no setting's variable; `usherd config` prints the settings", USHER_LISTEN_ADDRESS="x")

    def test_with_a_value_that_makes_no_sense(self):
        path = self.config("limits:\n  max_calls: many\n")
        self.assert_refused(f"{path}: limits.max_calls: is 'many'; must be a whole number from 1 to 10000", "--config", path)
        self.assert_refused("USHER_LIMITS_DRAIN_TIME: is '5'; must be a duration such as 30s, from 1s to 10m", USHER_LIMITS_DRAIN_TIME="5")
        self.assert_refused("USHER_EMBEDDING_PROVIDER: is 'magic'; must be static, http or none", USHER_EMBEDDING_PROVIDER="magic")

    def test_with_settings_that_do_not_go_together(self):
        self.assert_refused("tls: certificate_file and key_file must be set together", USHER_TLS_KEY_FILE="x")
        self.assert_refused("tls.client_ca_file: needs certificate_file and key_file as well", USHER_TLS_CLIENT_CA_FILE="x")
        self.assert_refused("embedding: provider http needs url, model and dimension", USHER_EMBEDDING_PROVIDER="http")

    def test_with_a_configuration_it_cannot_read(self):
        self.assert_refused(f"cannot read the configuration file '{self.folder}/absent'", "--config", self.folder / "absent")

    def test_with_a_certificate_it_cannot_read(self):
        absent = self.folder / "absent.pem"
        self.assert_refused(f"tls.certificate_file: cannot read the file '{absent}'", USHER_TLS_CERTIFICATE_FILE=str(absent), USHER_TLS_KEY_FILE="x")
        settings = certificate(self.folder)
        settings["USHER_TLS_KEY_FILE"] = str(absent)
        self.assert_refused(f"tls.key_file: cannot read the file '{absent}'", **settings)

    def test_with_a_certificate_that_is_none(self):
        settings = certificate(self.folder)
        (self.folder / "cert.pem").write_text("hello")
        result = self.start(**settings)
        self.assertEqual(1, result.returncode)
        self.assertIn("certificate", result.stderr.splitlines()[-1])

    def test_with_a_damaged_model(self):
        model = bytearray(harness.MODEL.read_bytes())
        for position in (0, 40, len(model) // 2, len(model) - 1):
            with self.subTest(position=position):
                changed = bytearray(model)
                changed[position] ^= 1
                path = self.folder / "model.bin"
                path.write_bytes(changed)
                result = self.start(USHER_EMBEDDING_MODEL_FILE=str(path))
                self.assertEqual(1, result.returncode, result)
                self.assertTrue(result.stderr.startswith("usherd: embedding.model_file: "), result.stderr)
                self.assertIn(str(path), result.stderr)
                self.assertFalse(self.data.exists())

    def test_with_a_model_cut_short(self):
        path = self.folder / "model.bin"
        path.write_bytes(harness.MODEL.read_bytes()[:-100])
        result = self.start(USHER_EMBEDDING_MODEL_FILE=str(path))
        self.assertEqual(1, result.returncode)
        self.assertTrue(result.stderr.startswith("usherd: embedding.model_file: "), result.stderr)

    def test_with_a_model_that_is_not_there(self):
        result = self.start(USHER_EMBEDDING_MODEL_FILE=str(self.folder / "absent.bin"))
        self.assertEqual(1, result.returncode)
        self.assertIn("usherd: embedding.model_file: ", result.stderr)
        self.assertIn(f"{self.folder}/absent.bin", result.stderr)

    def test_on_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            result = self.start(listen=address)
        self.assertEqual(1, result.returncode)
        self.assertEqual(f"usherd: cannot listen on '{address}': is the port taken, or the certificate unreadable?", result.stderr.splitlines()[-1])

    def test_on_a_data_folder_that_is_a_file(self):
        path = self.folder / "file"
        path.write_text("not a folder")
        self.assert_refused(f"cannot use the data folder {path}: Not a directory; choose another folder", data=path)
        self.assertEqual("not a folder", path.read_text())

    def test_on_a_folder_that_holds_something_else(self):
        self.data.mkdir()
        (self.data / "thesis.txt").write_text("precious")
        result = self.start()
        self.assertEqual(1, result.returncode)
        self.assertIn(str(self.data), result.stderr)
        self.assertEqual(["thesis.txt"], [path.name for path in self.data.iterdir()])

    def test_without_a_data_folder(self):
        command = [USHERD, "serve", "--listen", "127.0.0.1:0"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment(), check=False)
        self.assertEqual((1, "usherd: data_dir: must be set: the folder to keep everything in\n"), (result.returncode, result.stderr))


class InUse(harness.Case):
    def test_a_data_folder_is_served_by_one_server_only(self):
        said = f"usherd: the data folder {self.server.data} is in use by another process; stop it or choose another folder\n"
        for command in (["serve", "--listen", "127.0.0.1:0"], ["audit", "verify"],
                        ["keys", "create", "--tenant", "acme", "--principal", "user:x", "--role", "reader"]):
            with self.subTest(command=command[0]):
                result = subprocess.run([USHERD, *command, "--data", self.server.data], capture_output=True, text=True, timeout=60,
                                        env=clean_environment(), check=False)
                self.assertEqual((1, said, ""), (result.returncode, result.stderr, result.stdout))
        self.assertEqual("user:admin", self.admin.GetServerInfo().principal)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def manifest_record_of_a_column(name, number):
    """What RocksDB appends to its manifest when somebody makes a column: an edit in one whole log record with a masked checksum."""
    comparator = b"leveldb.BytewiseComparator"
    edit = b"\x01" + bytes([len(comparator)]) + comparator + b"\xc8\x01" + bytes([number]) + b"\xc9\x01" + bytes([len(name)]) + name
    crc = crc32c(b"\x01" + edit)
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    return masked.to_bytes(4, "little") + len(edit).to_bytes(2, "little") + b"\x01" + edit


class Newer(harness.Case):
    def test_a_data_folder_of_a_version_that_keeps_more_is_left_alone(self):
        self.server.terminate()
        manifest = self.server.data / (self.server.data / "CURRENT").read_text().strip()
        whole = manifest.read_bytes()
        manifest.write_bytes(whole + manifest_record_of_a_column(b"later", 99))
        command = [USHERD, "serve", "--data", self.server.data, "--listen", "127.0.0.1:0"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment(), check=False)
        self.assertEqual(1, result.returncode, result)
        self.assertTrue(result.stderr.startswith(f"usherd: the data folder {self.server.data} was written by a newer version ("), result.stderr)
        self.assertTrue(result.stderr.endswith("); install that version or restore an older backup\n"), result.stderr)
        manifest.write_bytes(whole)
        self.server.start()
        self.assertEqual("user:admin", self.server.admin.GetServerInfo().principal)


class Damaged(harness.Case):
    def test_a_flipped_byte_in_the_log_is_named_and_no_data_is_dropped(self):
        collection = self.make_collection("damaged")
        self.upsert(collection, *(harness.document(collection, str(i), f"{CANARY} " * 40, vector=[1, 0, 0, 0]) for i in range(50)))
        self.server.kill()
        log = max(self.server.data.glob("*.log"), key=lambda path: path.stat().st_size)
        whole = log.read_bytes()
        changed = bytearray(whole)
        changed[len(changed) // 2] ^= 1
        log.write_bytes(changed)
        command = [USHERD, "serve", "--data", self.server.data, "--listen", "127.0.0.1:0"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=clean_environment(), check=False)
        self.assertEqual(1, result.returncode, result)
        self.assertIn("restore the data folder from a backup", result.stderr)
        log.write_bytes(whole)
        self.server.start()
        self.assertEqual(50, self.server.admin.GetServerInfo().statistics.documents)


if __name__ == "__main__":
    harness.main()
