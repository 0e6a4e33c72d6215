"""What was acknowledged is there after kill -9, in the middle of whatever it was; SIGTERM lets calls finish."""

import itertools
import random
import subprocess
import time

import grpc
import harness
from endpoint import Endpoint
from harness import CANARY, document, policy
from usher.v1 import corpus_pb2, retrieval_pb2

BATCH = 5
CYCLES = 12


def vector_of(number):
    """Distinct directions, so that each document is the nearest to its own vector."""
    generator = random.Random(number)
    return [generator.gauss(0, 1) for _ in range(8)]


class Killed(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collection = cls.make_collection("stream", dimension=8, policy=policy("everyone"))

    def batch(self, cycle, number):
        documents = [document(self.collection, f"{cycle}/{number}/{i}", f"{CANARY} {cycle} {number} {i}", vector=vector_of(f"{cycle}/{number}/{i}"))
                     for i in range(BATCH)]
        return corpus_pb2.UpsertDocumentsRequest(collection=self.collection, documents=documents)

    def names(self, cycle, number):
        return {f"{cycle}/{number}/{i}" for i in range(BATCH)}

    def stream_until_killed(self, cycle, acknowledgements):
        """Numbers of the batches that were acknowledged before the server was killed."""
        answers = self.admin.stream("StreamUpsertDocuments", (self.batch(cycle, number) for number in itertools.count()))
        count = 0
        with self.assertRaises(grpc.RpcError):
            for count, _ in enumerate(answers, 1):
                if count == acknowledgements:
                    self.server.process.kill()
        return range(count)

    def restart(self):
        self.server.kill()
        self.server.start()
        type(self).admin = self.server.admin

    def listed(self):
        names, token = set(), ""
        while True:
            answer = self.admin.ListDocuments(collection=self.collection, page_size=1000, page_token=token)
            names |= {item.name.split("/documents/")[1] for item in answer.documents}
            token = answer.next_page_token
            if not token:
                return names

    def assert_searchable(self, names):
        for name in names:
            answer = self.admin.Search(collection=self.collection, vector={"values": vector_of(name)}, k=1, mode=retrieval_pb2.SEARCH_MODE_EXACT)
            self.assertEqual(name, harness.document_id(answer.chunks[0].name))
            self.assertEqual(f"{CANARY} {name.replace('/', ' ')}", answer.chunks[0].text)

    def test_every_acknowledged_batch_survives_a_kill_in_the_middle_of_a_stream(self):
        expected, removed = set(), set()
        for cycle in range(CYCLES):
            acknowledged = self.stream_until_killed(cycle, acknowledgements=random.Random(cycle).randrange(1, 40))
            expected |= {name for number in acknowledged for name in self.names(cycle, number)}
            self.restart()
            found = self.listed()
            self.assertLessEqual(expected, found, "an acknowledged document is lost")
            for number in range(len(acknowledged), len(acknowledged) + 1000):
                present = found & self.names(cycle, number)
                self.assertIn(len(present), (0, BATCH), "a batch is there in part")
                expected |= present
                if not present:
                    break
            self.assertEqual(expected, found, "something that was deleted or never sent is there")
            self.assert_searchable(random.Random(cycle).sample(sorted(expected), min(30, len(expected))))
            removed = {min(expected)}
            self.admin.DeleteDocuments(collection=self.collection, names=[f"{self.collection}/documents/{name}" for name in removed])
            expected -= removed
        self.assert_searchable(expected)
        self.assertEqual(len(expected), self.statistics()["documents"])

    def test_what_was_taken_away_stays_away(self):
        for cycle in range(5):
            collection = self.make_collection(f"taken-{cycle}", policy=policy("user:ann", "user:bob"))
            self.upsert(collection, document(collection, "paper", vector=[1, 0, 0, 0]), document(collection, "gone", vector=[1, 0, 0, 0]))
            made = self.server.new_key("user:leaver", "reader")
            self.admin.UpdateMembers(add=[{"group": "group:g", "member": "user:cy"}])
            self.admin.SetPolicies(updates=[{"resource": collection, "policy": policy("user:ann", "group:g")}])
            self.admin.DeleteDocuments(collection=collection, names=[f"{collection}/documents/gone"])
            self.admin.RevokeApiKey(key_id=made.api_key.key_id)
            self.admin.UpdateMembers(remove=[{"group": "group:g", "member": "user:cy"}])
            self.restart()
            self.assertEqual(["paper"], self.found(self.server.acting_for("user:ann"), collection))
            for person in ("user:bob", "user:cy"):
                self.assert_refused(grpc.StatusCode.NOT_FOUND, self.found, self.server.acting_for(person), collection)
            self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, self.server.client(made.secret).GetServerInfo)

    def test_receipts_of_answers_follow_from_each_other_past_kills(self):
        collection = self.make_collection("receipts", policy=policy("everyone"))
        self.upsert(collection, document(collection, "paper", vector=[1, 0, 0, 0]))
        receipts = set()
        for _ in range(3):
            for _ in range(5):
                receipts.add(self.admin.Search(collection=collection, vector={"values": [1, 0, 0, 0]}, k=1).receipt_id)
            self.restart()
        self.assertEqual(15, len(receipts))
        self.assertEqual(0, self.server.terminate())
        verified = subprocess.run([harness.USHERD, "audit", "verify", "--data", self.server.data], capture_output=True, text=True,
                                  env=harness.clean_environment(), check=False)
        self.server.start()
        type(self).admin = self.server.admin
        self.assertEqual(0, verified.returncode, verified.stderr)
        self.assertGreaterEqual(int(verified.stdout.split()[0]), 15)


class Drained(harness.Case):
    """An embedding endpoint that is held up keeps a call under way for as long as the test wants."""

    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint().__enter__()
        cls.addClassCleanup(cls.endpoint.close)
        cls.settings = {**cls.endpoint.settings, "USHER_LIMITS_DRAIN_TIME": "3s"}
        super().setUpClass()
        cls.collection = cls.make_collection("held", dimension=0, policy=policy("everyone"))

    def setUp(self):
        self.endpoint.arrived.clear()
        self.endpoint.gate.clear()

    def tearDown(self):
        self.endpoint.gate.set()
        if self.server.process.poll() is not None:
            self.server.start()
            type(self).admin = self.server.admin

    def held_call(self, name):
        """A write that is under way, waiting for the endpoint."""
        method = harness.METHODS["UpsertDocuments"]
        call = self.server.channel.unary_unary(harness.path_of(method), corpus_pb2.UpsertDocumentsRequest.SerializeToString,
                                               corpus_pb2.UpsertDocumentsResponse.FromString)
        request = corpus_pb2.UpsertDocumentsRequest(collection=self.collection, documents=[document(self.collection, name, f"A {CANARY}.")])
        future = call.future(request, metadata=self.admin.metadata, timeout=60)
        self.assertTrue(self.endpoint.arrived.wait(30))
        return future

    def turned_away(self):
        """Whether new connections are refused within a second; a signal takes a moment to arrive."""
        for _ in range(20):
            with grpc.insecure_channel(self.server.address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
                try:
                    harness.Client(channel, self.server.admin_key).GetServerInfo()
                except grpc.RpcError as error:
                    # A call that came in at the very moment of the signal is cancelled.
                    return error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
            time.sleep(0.05)
        return False

    def test_a_call_under_way_finishes_and_new_ones_are_turned_away(self):
        call = self.held_call("finished")
        self.server.process.terminate()
        self.assertTrue(self.turned_away(), "the server takes new calls although it is about to end")
        self.endpoint.gate.set()
        self.assertEqual(1, call.result(30).document_count)
        self.server.channel.close()
        self.assertEqual(0, self.server.wait())
        self.server.start()
        type(self).admin = self.server.admin
        self.assertIn(f"{self.collection}/documents/finished", [item.name for item in self.admin.ListDocuments(collection=self.collection).documents])

    def test_a_call_that_does_not_end_is_given_up_after_the_drain_time(self):
        call = self.held_call("given-up")
        began = time.monotonic()
        self.server.process.terminate()
        with self.assertRaises(grpc.RpcError):
            call.result(30)
        self.assertEqual(0, self.server.wait())
        self.assertLess(time.monotonic() - began, 10)

    def test_a_signal_right_after_the_start_is_not_lost(self):
        for _ in range(10):
            self.assertEqual(0, self.server.terminate())
            self.server.start()
            type(self).admin = self.server.admin

    def test_an_idle_server_ends_at_once(self):
        began = time.monotonic()
        self.assertEqual(0, self.server.terminate())
        self.assertLess(time.monotonic() - began, 5)


if __name__ == "__main__":
    harness.main()
