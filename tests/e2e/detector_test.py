"""A detector of somebody else beside a real server: its labels in answers, what reaches it, and how little it can do to an answer."""

import http.server
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

import harness
from harness import CANARY, TENANT, document, policy, vector

KEY = "detector-secret-77aa"
BAD = f"The {CANARY} has an attack for you."
GOOD = f"The {CANARY} has lunch for you."


class Detector:
    """A server of the kind `classifier` on loopback. `gate`: answers wait until it is set. `texts`: what came, in the order it came."""

    def __init__(self):
        self.gate = threading.Event()
        self.texts = []
        self.authorizations = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/judge"

    def _handler(detector):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["inputs"]
                detector.texts += texts
                detector.authorizations.append(self.headers.get("Authorization"))
                detector.gate.wait(60)
                answer = json.dumps([[{"label": "INJECTION", "score": 0.9 if "attack" in text else 0.1}] for text in texts]).encode()
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:  # nobody waits any more
                    self.close_connection = True

            def log_message(self, *_):
                pass

        return Handler

    def close(self):
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()


class Asked(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.detector = Detector()
        cls.addClassCleanup(cls.detector.close)
        policies = pathlib.Path(tempfile.mkdtemp(prefix="usher-e2e-"))
        cls.addClassCleanup(shutil.rmtree, policies)
        (policies / TENANT).mkdir()
        (policies / TENANT / "private.yaml").write_text("version: 1\nexternal_detectors: false\n", encoding="utf-8")
        cls.settings = {"USHER_DETECTORS_KIND": "classifier", "USHER_DETECTORS_URL": cls.detector.url, "USHER_DETECTORS_TIMEOUT": "10s",
                        "USHER_DETECTORS_API_KEY_FILE": harness.temporary_file(cls, KEY), "USHER_SANITIZE_POLICY_DIR": str(policies)}
        super().setUpClass()

    def setUp(self):
        self.detector.gate.set()
        self.detector.texts.clear()

    def fill(self, name, **fields):
        collection = self.make_collection(name, policy=policy("everyone"), **fields)
        self.upsert(collection, document(collection, "bad", BAD, vector=[1, 0, 0, 0]), document(collection, "good", GOOD, vector=[0, 1, 0, 0]))
        return collection

    def labels(self, collection, timeout=None):
        """The rules of findings by external detectors, chunk by chunk."""
        client = self.server.acting_for("user:bob")
        client.timeout = timeout or client.timeout
        answer = client.Search(collection=collection, vector=vector(1, 0, 0, 0), k=2)
        return [[finding.rule for finding in chunk.findings if finding.rule.startswith("external.")] for chunk in answer.chunks]

    def test_a_label_reaches_the_caller(self):
        collection = self.fill("docs")
        self.assertEqual([["external.classifier"], []], self.labels(collection))
        self.assertEqual([["external.classifier"], []], self.labels(collection))
        self.assertEqual([BAD, GOOD], self.detector.texts, "each text is sent once")
        self.assertEqual({f"Bearer {KEY}"}, set(self.detector.authorizations))
        self.assertIn("detector external.classifier", self.server.log(), "who runs the server is told where texts go")

    def test_an_answer_is_in_time_although_the_detector_is_not(self):
        collection = self.fill("slow")
        self.detector.gate.clear()
        self.assertEqual([[], []], self.labels(collection, timeout=4))
        self.assertTrue(self.detector.texts)

    def test_nothing_is_sent_of_a_strict_collection_or_where_the_policy_forbids_it(self):
        self.assertEqual([[], []], self.labels(self.fill("strict", strict_search=True)))
        self.assertEqual([[], []], self.labels(self.fill("private")))
        self.assertEqual([], self.detector.texts)


class Refused(unittest.TestCase):
    def test_texts_do_not_go_to_other_machines_in_the_clear(self):
        with tempfile.TemporaryDirectory(prefix="usher-e2e-") as folder:
            settings = {"USHER_DETECTORS_KIND": "tei", "USHER_DETECTORS_URL": "http://192.0.2.1/predict"}
            data = pathlib.Path(folder, "data")
            ended = subprocess.run([harness.USHERD, "serve", "--data", data, "--listen", "127.0.0.1:0"], capture_output=True, text=True,
                                   timeout=harness.PATIENCE_SECONDS, env=harness.clean_environment(**settings))
            self.assertNotEqual(0, ended.returncode)
            self.assertIn("detectors", ended.stderr)
            self.assertIn("https", ended.stderr)
            self.assertFalse(data.exists(), "what is cheap to refuse is refused first")


if __name__ == "__main__":
    harness.main()
