"""Every story of this folder happens to a tenant of a real server; every way of asking then answers what the story expects.

    python3 tests/scenarios/scenarios_test.py FILE.yaml [NAME]      stories of one file, or those whose name holds NAME, with build/dev/bin

As a test: `scenarios_test.py USHERD USHER`. The expectations are first held against the rules read naively (oracle.py), so that what a
story claims is right before the server is blamed.
"""

import concurrent.futures
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SELECTED = sys.argv[1:] if len(sys.argv) > 1 and sys.argv[1].endswith(".yaml") else []
if SELECTED:
    sys.argv[1:] = [str(ROOT / "build/dev/bin/usherd"), str(ROOT / "build/dev/bin/usher")]
sys.path[:0] = [str(HERE), str(ROOT / "tests/e2e")]

import grpc  # noqa: E402
import harness  # noqa: E402
import oracle  # noqa: E402
import story  # noqa: E402
import tenant  # noqa: E402
from situation import Situation  # noqa: E402

FEWEST = 100  # stories that the folder holds
AT_ONCE = 4


def selected():
    paths = [pathlib.Path(SELECTED[0])] if SELECTED else sorted(HERE.glob("*.yaml"))
    stories = [one for path in paths for one in story.load(path)]
    return [one for one in stories if len(SELECTED) < 2 or SELECTED[1] in one.name]


def moments(one):
    """Each step of a story with its number, the situation it leaves behind, and what is expected of everybody."""
    situation, known = Situation(), {story.STRANGER}
    for number, step in enumerate(one.steps):
        situation = situation.after(step)
        known |= oracle.named_principals(situation)
        yield number, situation, expectations(step, situation, known)


def expectations(step, situation, known):
    """{asker: nodes of documents and chunks}, for everybody whom the story or its rules ever named, and a stranger."""
    lines = {asker: story.readable(text, situation.sizes) for asker, text in step["expect"].items()}
    others = lines.pop(story.Asker("user:others"), set())
    principals = {asker.principal for asker in lines} | known
    plain = {principal: lines.get(story.Asker(principal), others) for principal in principals}
    found = dict(lines)
    for purpose in {asker.purpose for asker in lines} | {""}:
        for principal, nodes in plain.items():
            found.setdefault(story.Asker(principal, purpose), nodes)
    return found


def by_rules(asker, nodes, situation):
    return {node for node in nodes if oracle.may_read(situation, asker, node)}


def items(nodes):
    return {node for node in nodes if node.startswith("documents/")}


class Stories(unittest.TestCase):
    def test_each_expects_what_the_rules_say(self):
        for one in selected():
            for number, situation, everybody in moments(one):
                for asker, expected in everybody.items():
                    with self.subTest(file=one.file, story=one.name, step=number, asker=asker):
                        self.assertEqual(expected, items(by_rules(asker, oracle.nodes(situation), situation)))

    def test_there_are_enough_of_them_and_no_two_of_one_name(self):
        names = [one.name for one in selected()]
        self.assertEqual(len(names), len(set(names)))
        if not SELECTED:
            self.assertGreaterEqual(len(names), FEWEST)


class Server(harness.Case):
    """One server for all, one tenant for each story."""

    @classmethod
    def setUpClass(cls):
        cls.stories = selected()
        cls.keys = {}
        make = harness.Server.start

        def make_keys_first(server):
            for number, one in enumerate(cls.stories):
                cls.keys[one.name] = harness.make_key(server.data, "user:administrator", harness.ROLES, "--delegate", tenant=f"story-{number}")
            make(server)

        harness.Server.start = make_keys_first
        try:
            super().setUpClass()
        finally:
            harness.Server.start = make

    def test_everybody_reads_what_the_stories_expect_however_they_are_asked(self):
        # Side by side, because some of them wait.
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            endings = [(one, pool.submit(self.live, one)) for one in self.stories]
        for one, ending in endings:
            with self.subTest(file=one.file, story=one.name):
                ending.result()

    def live(self, one):
        place = tenant.Tenant(self.server, self.keys[one.name])
        for number, situation, everybody in moments(one):
            self.happen(place, one.steps[number])
            for asker, expected in everybody.items():
                self.assert_reads(place, asker, expected, situation, f"step {number}, {asker}")
            self.assert_readers(place, everybody, situation, f"step {number}")

    def happen(self, place, step):
        if "refused" not in step:
            place.happen(step)
            return
        with self.assertRaises(grpc.RpcError) as caught:
            place.happen(step)
        self.assertEqual(step["refused"], caught.exception.code().name, caught.exception.details())

    def assert_reads(self, place, asker, expected, situation, where):
        nodes = oracle.nodes(situation)
        chunks = [node for node in nodes if "/chunks/" in node]
        readable_chunks = expected & set(chunks)
        self.assertEqual(readable_chunks, place.searched(asker, len(chunks)), f"Search: {where}")
        if chunks:
            self.assertEqual(readable_chunks, place.got(asker, chunks), f"GetChunks: {where}")
        self.assertEqual(expected, place.listed(asker), f"ListAccessible: {where}")
        wanted = by_rules(asker, nodes, situation)
        self.assertEqual(wanted, place.checked_by_itself(asker, nodes), f"BatchCheck: {where}")
        if not asker.claims:
            self.assertEqual(wanted, place.checked_by_administrator(asker, nodes), f"Check: {where}")
            self.assertEqual(wanted, place.explained(asker, nodes), f"Explain: {where}")

    def assert_readers(self, place, everybody, situation, where):
        named = oracle.named_principals(situation)
        for purpose in {asker.purpose for asker in everybody}:
            askers = [asker for asker in everybody if asker.purpose == purpose and not asker.claims]
            for node in oracle.nodes(situation):
                principals, everyone_else = place.readers(node, purpose)
                wanted = {asker.principal for asker in askers if oracle.may_read(situation, asker, node)}
                self.assertEqual(wanted & named, principals & named, f"ListReaders of {node!r}: {where}")
                self.assertLessEqual(principals, wanted, f"ListReaders of {node!r}: {where}")
                self.assertEqual(story.STRANGER in wanted, everyone_else or story.STRANGER in principals, f"ListReaders of {node!r}: {where}")


if __name__ == "__main__":
    harness.main()
