"""The metrics of a real server, read over HTTP as Prometheus reads them: they move, they name nobody, and the alert rules go by them."""

import pathlib
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import grpc
import harness
import yaml
from harness import ROOT, USHERD, clean_environment, document, policy, vector

DIMENSION = 256
CHUNKS = 3000
ALERTS = sorted((ROOT / "deploy/alerts").glob("*.yml"))
SERIES = re.compile(r"^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$")
LABEL = re.compile(r'(\w+)="([^"]*)"')
METRIC = re.compile(r"\busher_\w+")
MATCHER = re.compile(r'(usher_\w+)\{([^}]*)\}')


def parse(text):
    """Returns {(name, frozenset of labels): value}."""
    lines = [SERIES.match(line) for line in text.splitlines() if line and not line.startswith("#")]
    return {(line[1], frozenset(LABEL.findall(line[2] or ""))): float(line[3]) for line in lines}


def directions(count, seed):
    chance = random.Random(seed)
    for _ in range(count):
        values = [chance.gauss(0, 1) for _ in range(DIMENSION)]
        norm = sum(value * value for value in values) ** 0.5
        yield [value / norm for value in values]


class Metrics(harness.Case):
    settings = {"USHER_METRICS_ADDRESS": "127.0.0.1:0", "USHER_RECALL_SAMPLE_SHARE": "1", "USHER_INDEX_SEAL_ROWS": "1024"}

    def port(self):
        return int(re.findall(r"metrics on port (\d+)", self.server.log())[-1])

    def text(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def value(self, name, **labels):
        return parse(self.text())[name, frozenset(labels.items())]

    def await_value(self, name, least, meanwhile=lambda: None, **labels):
        end = time.monotonic() + harness.PATIENCE_SECONDS
        while self.value(name, **labels) < least:
            self.assertLess(time.monotonic(), end, f"{name} {labels} never came to {least}:\n{self.text()}")
            meanwhile()
            time.sleep(0.05)

    def test_searches_are_counted_by_outcome_and_path(self):
        collection = self.make_collection("counted")
        self.upsert(collection, document(collection, "one", vector=(1, 0, 0, 0), policy=policy("everyone")))
        before = parse(self.text())
        self.found(self.admin, collection)
        self.found(self.admin, collection)
        with self.assertRaises(grpc.RpcError):
            self.found(self.admin, "collections/absent")
        with self.assertRaises(grpc.RpcError):
            self.found(self.server.client("usher_" + "0" * 16 + "_" + "0" * 64), collection)
        after = parse(self.text())

        def grown(name, **labels):
            series = (name, frozenset(labels.items()))
            return after[series] - before[series]

        self.assertEqual(2, grown("usher_search_queries_total", outcome="ok"))
        self.assertEqual(1, grown("usher_search_queries_total", outcome="not_found"))
        self.assertEqual(1, grown("usher_search_queries_total", outcome="unauthenticated"))
        self.assertEqual(2, grown("usher_searches_total", path="exact"))
        self.assertEqual(2, grown("usher_search_scanned_chunks_total"))
        self.assertEqual(4, grown("usher_search_duration_seconds_count"))
        self.assertEqual(0, after["usher_verify_defects_total", frozenset()])

    def test_recall_is_measured_while_the_server_works(self):
        collection = self.make_collection("sampled", dimension=DIMENSION)
        rows = list(directions(CHUNKS, seed=1))
        before = self.value("usher_index_live_rows")
        for first in range(0, CHUNKS, 500):
            self.upsert(collection, *(document(collection, f"d{first + i}", vector=row, policy=policy("everyone"))
                                      for i, row in enumerate(rows[first:first + 500])))
        self.assertEqual(CHUNKS, self.value("usher_index_live_rows") - before)
        self.await_value("usher_index_maintenance_jobs_total", 2)
        self.assertGreater(self.value("usher_index_segments"), 0)
        query = vector(*next(directions(1, seed=2)))
        shape = {"path": "runs", "share": "1"}
        self.await_value("usher_search_recall_count", 3, lambda: self.admin.Search(collection=collection, vector=query, k=10), **shape)
        recall = self.value("usher_search_recall_sum", **shape) / self.value("usher_search_recall_count", **shape)
        self.assertTrue(0.5 < recall <= 1, recall)
        self.assertGreaterEqual(self.value("usher_recall_samples_total", fate="compared"), 3)

    def test_nothing_people_named_is_in_them(self):
        collection = self.make_collection("walrus")
        reader = self.server.acting_for("user:narwhal")
        self.upsert(collection, document(collection, "pangolin", vector=(1, 0, 0, 0), policy=policy("user:narwhal")))
        self.assertEqual(["pangolin"], self.found(reader, collection))
        text = self.text()
        for word in (harness.TENANT, harness.CANARY, "walrus", "narwhal", "pangolin", "admin", "service:app", "user:"):
            self.assertNotIn(word, text)
        labels = {name for (series, pairs) in parse(text) if series.startswith("usher_") for name, _ in pairs}
        self.assertEqual({"outcome", "path", "fate", "share", "le"}, labels)

    def test_only_the_metrics_are_served_there(self):
        for path in ("", "/", "/metrics/../etc/passwd", "/usher.yaml", "/debug"):
            with self.subTest(path=path), self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port()}{path}", timeout=10)
            self.assertEqual(404, caught.exception.code)

    def test_the_alert_rules_name_only_series_that_exist(self):
        served = parse(self.text())
        names = {name for name, _ in served}
        rules = [rule for path in ALERTS for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]
        self.assertLessEqual({"UsherRecallLow", "UsherVerifyDefect"}, {rule["alert"] for rule in rules})
        for rule in rules:
            with self.subTest(alert=rule["alert"]):
                self.assertLessEqual(set(METRIC.findall(rule["expr"])), names)
                self.assertTrue({"summary", "description"} <= set(rule["annotations"]))
                for name, matchers in MATCHER.findall(rule["expr"]):
                    self.assertTrue(any(series == name and set(LABEL.findall(matchers)) <= pairs for series, pairs in served), name)

    @unittest.skipUnless(shutil.which("promtool"), "promtool of the Debian package prometheus is not installed")
    def test_the_alert_rules_fire_when_they_should(self):
        with tempfile.TemporaryDirectory() as folder:
            for path in (*ALERTS, pathlib.Path(__file__).parent / "data/alerts_test.yml"):
                shutil.copy(path, folder)
            for arguments in (["check", "rules", *(path.name for path in ALERTS)], ["test", "rules", "alerts_test.yml"]):
                result = subprocess.run(["promtool", *arguments], cwd=folder, capture_output=True, text=True, check=False)
                self.assertEqual(0, result.returncode, result.stdout + result.stderr)


class Refuses(unittest.TestCase):
    def start(self, address, **more):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-e2e-"))
        self.addCleanup(shutil.rmtree, folder)
        command = [USHERD, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0"]
        environment = clean_environment(USHER_METRICS_ADDRESS=address, **more)
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
        self.assertEqual(1, result.returncode, result)
        self.assertEqual("", result.stdout)
        return result.stderr, (folder / "data").exists()

    def test_an_address_that_others_can_reach(self):
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:9090"):
            error, made = self.start(address)
            self.assertIn(f"refusing to serve metrics on '{address}': they are served without TLS; set metrics.address to", error)
            self.assertFalse(made, "the data folder was touched")

    def test_an_address_that_is_none(self):
        for address in ("9090", "+127.0.0.1:9090", "127.0.0.1:9090s", "127.0.0.1:9090,0.0.0.0:9090", "example.com:9090"):
            error, made = self.start(address)
            self.assertIn("metrics.address: ", error)
            self.assertFalse(made, "the data folder was touched")

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            error, _ = self.start(f"127.0.0.1:{taken.getsockname()[1]}")
            self.assertIn("is the port of metrics.address taken?", error)


class SilentByDefault(harness.Case):
    def test_no_metrics_are_served(self):
        self.assertIn("embedding", self.server.log())
        self.assertNotIn("metrics on port", self.server.log())


if __name__ == "__main__":
    harness.main()
