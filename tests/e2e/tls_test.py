"""TLS with certificates that were made for the test: who may connect, and who may not."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import grpc
import harness

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Authority:
    """A certificate authority in a folder of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self._openssl("req", "-x509", *NEW_KEY, "-days", "1", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem")

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def issue(self, name, extensions="subjectAltName=DNS:localhost,IP:127.0.0.1"):
        """Paths of a certificate and its key."""
        self._openssl("req", "-new", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(extensions)
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1",
                      "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    @property
    def certificate(self):
        return self.folder / "ca.pem"


class TlsCase(unittest.TestCase):
    listen = "127.0.0.1:0"
    with_client_certificates = False

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-e2e-"))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.authority, cls.stranger = Authority(folder / "ours"), Authority(folder / "theirs")
        certificate, key = cls.authority.issue("server")
        settings = {"USHER_TLS_CERTIFICATE_FILE": str(certificate), "USHER_TLS_KEY_FILE": str(key)}
        if cls.with_client_certificates:
            settings["USHER_TLS_CLIENT_CA_FILE"] = str(cls.authority.certificate)
        cls.server = harness.Server(folder / "data", settings, cls.listen)
        cls.addClassCleanup(cls.server.stop)

    def connect(self, authority=None, client=None):
        """Asks who one is, over TLS, trusting an authority and showing a client's certificate if given."""
        certificate, key = client or (None, None)
        credentials = grpc.ssl_channel_credentials((authority or self.authority).certificate.read_bytes(), key and key.read_bytes(),
                                                   certificate and certificate.read_bytes())
        with grpc.secure_channel(self.server.address, credentials) as channel:
            return harness.Client(channel, self.server.admin_key, timeout=10).GetServerInfo().principal

    def assert_no_connection(self, *arguments, **options):
        with self.assertRaises(grpc.RpcError) as caught:
            self.connect(*arguments, **options)
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, caught.exception.code())

    def usher(self, *options):
        command = [harness.USHER, "--server", self.server.address, *map(str, options), "--timeout", "5s", "status"]
        environment = harness.clean_environment(USHER_API_KEY=self.server.admin_key)
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


class ServerCertificate(TlsCase):
    def test_a_client_that_trusts_the_authority_gets_in(self):
        self.assertEqual("user:admin", self.connect())
        result = self.usher("--ca-cert", self.authority.certificate)
        self.assertEqual(0, result.returncode, result.stderr)

    def test_a_client_that_trusts_another_authority_does_not_talk(self):
        self.assert_no_connection(self.stranger)
        self.assertEqual(5, self.usher("--ca-cert", self.stranger.certificate).returncode)

    def test_plaintext_gets_nowhere(self):
        with grpc.insecure_channel(self.server.address) as channel, self.assertRaises(grpc.RpcError) as caught:
            harness.Client(channel, self.server.admin_key, timeout=10).GetServerInfo()
        self.assertEqual(grpc.StatusCode.UNAVAILABLE, caught.exception.code())
        self.assertEqual(5, self.usher().returncode)

    def test_a_certificate_replaces_no_key(self):
        credentials = grpc.ssl_channel_credentials(self.authority.certificate.read_bytes())
        with grpc.secure_channel(self.server.address, credentials) as channel, self.assertRaises(grpc.RpcError) as caught:
            harness.Client(channel, None, timeout=10).GetServerInfo()
        self.assertEqual(grpc.StatusCode.UNAUTHENTICATED, caught.exception.code())


class ClientCertificates(TlsCase):
    with_client_certificates = True

    def test_a_client_with_a_certificate_of_the_authority_gets_in(self):
        client = self.authority.issue("client")
        self.assertEqual("user:admin", self.connect(client=client))
        result = self.usher("--ca-cert", self.authority.certificate, "--client-cert", client[0], "--client-key", client[1])
        self.assertEqual(0, result.returncode, result.stderr)

    def test_a_client_without_a_certificate_is_refused(self):
        self.assert_no_connection()

    def test_a_client_with_a_certificate_of_somebody_else_is_refused(self):
        self.assert_no_connection(client=self.stranger.issue("client"))


class AllAddresses(TlsCase):
    listen = "0.0.0.0:0"

    def test_may_be_listened_on_with_tls(self):
        self.assertEqual("user:admin", self.connect())


if __name__ == "__main__":
    harness.main()
