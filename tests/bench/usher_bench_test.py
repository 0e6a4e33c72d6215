"""usher-bench on a small workload: what it measures is right, and what it cannot use it names.

    usher_bench_test.py USHER_BENCH USHERD
"""

import json
import math
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

USHER_BENCH, USHERD = sys.argv[1:3]
ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS, DIMENSION, CHUNKS, GROUPS, QUESTIONS, K = 3_000, 24, 5, 60, 40, 10


def save(path, kind, shape, values):
    """Writes a .npy file as numpy does; `kind` as in struct."""
    header = f"{{'descr': '<{dict(f='f4', i='i4', d='f8')[kind]}', 'fortran_order': False, 'shape': ({', '.join(map(str, shape))},), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}{kind}", *values))


def unit(values):
    norm = math.sqrt(sum(value * value for value in values))
    # As the file will hold them, so that the truth is of the same numbers.
    return struct.unpack(f"<{len(values)}f", struct.pack(f"<{len(values)}f", *(value / norm for value in values)))


def make_workload(folder, seed=1):
    """Person 0 reads some ten rows, person 1 about half, person 2 all."""
    source = random.Random(seed)
    rows = [unit([source.gauss(0, 1) for _ in range(DIMENSION)]) for _ in range(ROWS)]
    readers = [sorted({source.randrange(1, GROUPS), source.randrange(1, GROUPS)}) for _ in range(ROWS // CHUNKS)]
    for document in (7, 300):
        readers[document] = [0]
    people = [[0], sorted(source.sample(range(1, GROUPS), 18)), list(range(GROUPS))]
    questions, vectors, tenth = [], [], []
    for number in range(QUESTIONS):
        person = number % len(people)
        vector = unit([source.gauss(0, 1) for _ in range(DIMENSION)])
        readable = [row for row in range(ROWS) if not set(people[person]).isdisjoint(readers[row // CHUNKS])]
        scores = sorted((sum(a * b for a, b in zip(rows[row], vector)) for row in readable), reverse=True)
        vectors.append(vector)
        tenth.append(scores[min(K, len(scores)) - 1])
        questions.append({"principal": person, "bucket": ["1%", "50%", "100%"][person], "corr": "pos" if number % 2 else "neg", "nvis": len(readable)})
    save(folder / "x.npy", "f", (ROWS, DIMENSION), [value for row in rows for value in row])
    save(folder / "q.npy", "f", (QUESTIONS, DIMENSION), [value for vector in vectors for value in vector])
    save(folder / "kth.npy", "f", (QUESTIONS,), tenth)
    save(folder / "chunk_doc.npy", "i", (ROWS,), [row // CHUNKS for row in range(ROWS)])
    access = {"doc_groups": readers, "principals": people, "queries": questions}
    (folder / "acl.json").write_text(json.dumps(access), encoding="utf-8")
    return access


class Case(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.data = self.folder / "data"
        self.data.mkdir()
        self.out = self.folder / "run.jsonl"

    def run_search(self, *arguments, usherd=USHERD):
        command = [USHER_BENCH, "search", "--data", self.data, "--usherd", usherd, "--out", self.out, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def read(self, path):
        *replies, scores, totals = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        return replies, {**scores, **totals}


class Measuring(Case):
    def setUp(self):
        super().setUp()
        self.access = make_workload(self.data)

    def check(self, path, least_recall):
        replies, totals = self.read(path)
        self.assertEqual(list(range(QUESTIONS)), [reply["q"] for reply in replies])
        for reply in replies:
            question = self.access["queries"][reply["q"]]
            groups = set(self.access["principals"][question["principal"]])
            self.assertEqual(min(K, question["nvis"]), len(set(reply["ids"])))
            self.assertTrue(all(groups & set(self.access["doc_groups"][row // CHUNKS]) for row in reply["ids"]))
            self.assertGreater(reply["us"], 0)
        everything = totals["buckets"]["all"]["both"]
        self.assertEqual((QUESTIONS, 0, 0), (everything["n"], everything["forbidden"], everything["short"]))
        self.assertGreaterEqual(everything["recall"], least_recall)
        self.assertEqual({"1%", "50%", "100%", "all"}, set(totals["buckets"]))
        return totals

    def check_mode(self, mode):
        strict = self.folder / "strict.jsonl"
        result = self.run_search("--mode", mode, "--clients", "2", "--strict-out", strict)
        self.assertEqual(0, result.returncode, result.stderr)
        self.check(self.out, 0.9)
        totals = self.check(strict, 1)
        self.assertEqual((mode, True, 2), (totals["mode"], totals["strict"], totals["clients"]))
        self.assertIn("strict", result.stdout)

    def test_strict_mode_finds_all_in_process(self):
        self.check_mode("inprocess")

    def test_strict_mode_finds_all_over_grpc(self):
        self.check_mode("grpc")

    def test_a_folder_loaded_in_process_is_served_over_grpc(self):
        kept = self.folder / "kept"
        self.assertEqual(0, self.run_search("--folder", kept).returncode)
        result = self.run_search("--folder", kept, "--mode", "grpc", "--strict")
        self.assertEqual(0, result.returncode, result.stderr)
        self.assertTrue(self.check(self.out, 1)["reused"])

    def test_a_folder_of_another_workload_is_refused(self):
        kept = self.folder / "kept"
        self.assertEqual(0, self.run_search("--folder", kept).returncode)
        make_workload(self.data, seed=2)
        result = self.run_search("--folder", kept)
        self.assertEqual(1, result.returncode)
        self.assertIn("does not hold this workload", result.stderr)


class WrongInput(Case):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.good = pathlib.Path(temporary.name)
        cls.access = make_workload(cls.good)

    def setUp(self):
        super().setUp()
        for file in self.good.iterdir():
            (self.data / file.name).write_bytes(file.read_bytes())

    def refuses(self, *words):
        result = self.run_search()
        self.assertEqual(1, result.returncode, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertFalse(self.out.exists())

    def write_access(self, **changes):
        (self.data / "acl.json").write_text(json.dumps({**self.access, **changes}), encoding="utf-8")

    def test_each_missing_file_is_named(self):
        for name in ("x.npy", "q.npy", "chunk_doc.npy", "acl.json"):
            with self.subTest(name=name):
                (self.data / name).rename(self.data / "away")
                self.refuses(name, "No such file")
                (self.data / "away").rename(self.data / name)

    def test_what_numpy_did_not_save_is_named(self):
        whole = (self.data / "x.npy").read_bytes()
        for content, words in ((b"", "empty"), (b"not an array at all", "numpy.save"), (whole[:40], "ends within its header"),
                               (whole[:-4], "bytes of data"), (whole.replace(b"False", b"True ", 1), "Fortran"),
                               (whole.replace(b"'<f4'", b"'<c8'", 1), "<c8")):
            with self.subTest(words=words):
                (self.data / "x.npy").write_bytes(content)
                self.refuses("x.npy", words)

    def test_arrays_of_another_type_or_shape_are_named(self):
        save(self.data / "q.npy", "d", (1, DIMENSION), [1.0] + [0.0] * (DIMENSION - 1))
        self.refuses("q.npy", "<f8", "float32")
        save(self.data / "q.npy", "f", (QUESTIONS * DIMENSION,), [1.0] * (QUESTIONS * DIMENSION))
        self.refuses("q.npy", "2 axes")
        save(self.data / "q.npy", "f", (1, 3), [1.0, 0.0, 0.0])
        self.refuses("of one dimension", "1 x 3")

    def test_rows_that_are_not_of_length_one_are_named(self):
        save(self.data / "q.npy", "f", (1, DIMENSION), [2.0] + [0.0] * (DIMENSION - 1))
        self.refuses("q.npy", "row 0", "length 2")
        save(self.data / "q.npy", "f", (1, DIMENSION), [math.nan] + [0.0] * (DIMENSION - 1))
        self.refuses("q.npy", "row 0")

    def test_sizes_that_disagree_are_named(self):
        save(self.data / "kth.npy", "f", (1,), [0.5])
        self.refuses("kth.npy has 1 scores", str(QUESTIONS))
        (self.data / "kth.npy").unlink()
        save(self.data / "chunk_doc.npy", "i", (ROWS - 1,), [0] * (ROWS - 1))
        self.refuses("chunk_doc.npy", str(ROWS - 1))
        save(self.data / "chunk_doc.npy", "i", (ROWS,), [-1] * ROWS)
        self.refuses("chunk_doc.npy", "row 0 names document -1")
        save(self.data / "chunk_doc.npy", "i", (ROWS,), [0] * ROWS)
        self.refuses("acl.json", "doc_groups", "1 documents")

    def test_wrong_rules_are_named(self):
        (self.data / "acl.json").write_text("{", encoding="utf-8")
        self.refuses("acl.json", "JSON")
        self.write_access(principals=[])
        self.refuses("acl.json", "principals")
        self.write_access(principals=[["staff"]])
        self.refuses("acl.json", "principals[0]")
        self.write_access(queries=[{"principal": 99, "bucket": "1%", "corr": "pos", "nvis": 1}])
        self.refuses("acl.json", "queries[0]", "99")
        self.write_access(queries=[{**self.access["queries"][0], "nvis": 1234}, *self.access["queries"][1:]])
        self.refuses("query 0", "1234")

    def test_a_server_that_is_not_there_is_named(self):
        result = self.run_search("--mode", "grpc", usherd=self.folder / "none")
        self.assertEqual(1, result.returncode)
        self.assertIn("--usherd", result.stderr)


def has_numpy():
    return subprocess.run([sys.executable, "-c", "import numpy"], capture_output=True, check=False).returncode == 0


class Generating(Case):
    @unittest.skipUnless(has_numpy(), "bench/workload/generate.py needs numpy, which building and serving do not")
    def test_a_generated_workload_is_answered_rightly(self):
        generate = [sys.executable, "-B", ROOT / "bench/workload/generate.py", "--rows", "6000", "--dimension", "32", "--questions", "8", "--out", self.data]
        subprocess.run(generate, check=True, capture_output=True)
        result = self.run_search("--strict")
        self.assertEqual(0, result.returncode, result.stderr)
        everything = self.read(self.out)[1]["buckets"]["all"]["both"]
        self.assertEqual((40, 0, 0), (everything["n"], everything["forbidden"], everything["short"]))
        self.assertGreaterEqual(everything["recall"], 1)


class Drawing(Case):
    def test_the_same_runs_give_the_same_pictures(self):
        cell = {"recall": 0.97, "qps": 2000.0, "p99": 0.7}
        scores = {"buckets": {bucket: {"both": cell} for bucket in ("0.01%", "1%", "50%", "all")}}
        self.out.write_text(f'{{"q": 0}}\n{json.dumps(scores)}\n{{"mode": "inprocess"}}\n', encoding="utf-8")
        peer = {"runs": [{"variant": "match-any, defaults", "buckets": {"1%": {"both": {**cell, "recall": 0.5}}}}]}
        (self.data / "qdrant.json").write_text(json.dumps(peer), encoding="utf-8")
        drawn = []
        for folder in ("one", "two"):
            subprocess.run([sys.executable, "-B", ROOT / "bench/draw.py", "--usher", self.out, "--strict", self.out, "--peers", self.data,
                            "--out", self.folder / folder], check=True)
            drawn.append({file.name: file.read_text(encoding="utf-8") for file in (self.folder / folder).iterdir()})
        self.assertEqual({"recall.svg", "queries.svg", "latency.svg"}, set(drawn[0]))
        self.assertEqual(drawn[0], drawn[1])
        self.assertIn(">Qdrant<", drawn[0]["recall.svg"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
