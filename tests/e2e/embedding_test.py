"""Text through an embedding endpoint, and a server that has no model at all."""

import time

import grpc
import harness
from endpoint import DIMENSION, Endpoint
from harness import CANARY, document, policy

KEY = "endpoint-secret-9c41"
TEXTS = {"pay": f"The {CANARY} says that salaries rise in April.", "leave": f"The {CANARY} says that holidays need asking."}


class OverHttp(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.endpoint = Endpoint().__enter__()
        cls.addClassCleanup(cls.endpoint.close)
        key_file = harness.temporary_file(cls, KEY + "\n")
        cls.settings = {**cls.endpoint.settings, "USHER_EMBEDDING_API_KEY_FILE": key_file}
        super().setUpClass()

    def setUp(self):
        self.endpoint.status = 200
        self.collection = self.make_collection(f"c{time.monotonic_ns()}", dimension=0, policy=policy("everyone"))

    def search(self, text):
        return [harness.document_id(chunk.name) for chunk in self.admin.Search(collection=self.collection, text=text, k=2).chunks]

    def put_all(self):
        self.upsert(self.collection, *(document(self.collection, name, text) for name, text in TEXTS.items()))

    def test_text_is_stored_and_found(self):
        info = self.admin.GetServerInfo()
        self.assertEqual(DIMENSION, info.embedding_dimension)
        self.assertEqual(info.embedding_model, self.admin.GetCollection(name=self.collection).embedding_model)
        self.put_all()
        self.assertEqual(["pay", "leave"], self.search(f"{CANARY} salaries rise in April"))
        self.assertEqual(["leave", "pay"], self.search(f"{CANARY} holidays need asking"))
        self.assertEqual({f"Bearer {KEY}"}, set(self.endpoint.authorizations))
        self.assertEqual({"words"}, {request["model"] for request in self.endpoint.requests})

    def test_nothing_is_stored_while_the_endpoint_fails(self):
        self.put_all()
        before = self.statistics()
        self.endpoint.status = 503
        new = document(self.collection, "new", f"New {CANARY}.")
        self.assert_refused(grpc.StatusCode.UNAVAILABLE, self.upsert, self.collection, new, says="HTTP 503")
        self.assert_refused(grpc.StatusCode.UNAVAILABLE, self.search, CANARY, says="HTTP 503")
        self.assertEqual(before, self.statistics())
        self.endpoint.status = 200
        self.upsert(self.collection, new)
        self.assertEqual(before["documents"] + 1, self.statistics()["documents"])

    def test_a_refusing_endpoint_is_a_matter_of_its_settings(self):
        self.put_all()
        self.endpoint.status = 401
        refusal = self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.search, CANARY, says="refused the key")
        self.assertNotIn(KEY, refusal.message)

    def test_a_bad_document_is_refused_before_any_text_leaves(self):
        sent = len(self.endpoint.requests)
        bad = document(self.collection, "bad", "")
        self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, self.upsert, self.collection, document(self.collection, "good"), bad)
        self.assertEqual(sent, len(self.endpoint.requests))

    def test_the_deadline_of_the_caller_holds_while_the_endpoint_is_slow(self):
        self.put_all()
        self.endpoint.gate.clear()
        self.addCleanup(self.endpoint.gate.set)
        client = self.server.client(self.server.admin_key)
        client.timeout = 1
        began = time.monotonic()
        with self.assertRaises(grpc.RpcError) as caught:
            client.Search(collection=self.collection, text=CANARY, k=1)
        self.assertEqual(grpc.StatusCode.DEADLINE_EXCEEDED, caught.exception.code())
        self.assertLess(time.monotonic() - began, 5)

    @classmethod
    def end_server(cls):
        super().end_server()
        if KEY in cls.server.log():
            raise AssertionError("the log holds the endpoint's key")


class EndpointDown(harness.Case):
    @classmethod
    def setUpClass(cls):
        with Endpoint() as endpoint:
            cls.settings = endpoint.settings
        super().setUpClass()

    def test_text_is_refused_and_nothing_stored(self):
        collection = self.make_collection("down", dimension=0, policy=policy("everyone"))
        self.assert_refused(grpc.StatusCode.UNAVAILABLE, self.upsert, collection, document(collection, "paper"), says="could not be reached")
        self.assertEqual(0, self.statistics()["documents"])
        self.upsert(collection, document(collection, "ready", vector=[1] + [0] * (DIMENSION - 1)))
        self.assertEqual(["ready"], self.found(self.admin, collection, values=[1] * DIMENSION))
        self.assert_refused(grpc.StatusCode.UNAVAILABLE, self.admin.Search, collection=collection, text=CANARY, k=1)


class NoModel(harness.Case):
    settings = {"USHER_EMBEDDING_PROVIDER": "none"}

    def test_vectors_are_taken_and_text_is_refused(self):
        info = self.admin.GetServerInfo()
        self.assertEqual(("", 0), (info.embedding_model, info.embedding_dimension))
        self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.make_collection, "texts", dimension=0, field="collection.embedding_model")
        collection = self.make_collection("vectors", policy=policy("everyone"))
        self.upsert(collection, document(collection, "paper", vector=[1, 0, 0, 0]))
        text = document(collection, "text")
        refusal = self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.upsert, collection, text, field="documents[0]")
        self.assertEqual("NO_EMBEDDING_MODEL", refusal.reason)
        refusal = self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.admin.Search, collection=collection, text=CANARY, k=1, field="text")
        self.assertEqual("NO_EMBEDDING_MODEL", refusal.reason)
        self.assertEqual(["paper"], self.found(self.admin, collection))


class ChangedModel(harness.Case):
    def test_a_collection_of_another_model_takes_vectors_only(self):
        collection = self.make_collection("moved", dimension=0, policy=policy("everyone"))
        self.upsert(collection, document(collection, "paper", f"A {CANARY}."))
        dimension = self.admin.GetCollection(name=collection).dimension
        with Endpoint() as endpoint:
            self.server.terminate()
            self.server.settings = endpoint.settings
            self.server.start()
            type(self).admin = self.server.admin
            self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.admin.Search, collection=collection, text=CANARY, k=1,
                                says="static-256")
            self.assertEqual(["paper"], self.found(self.admin, collection, values=[1] * dimension))
            self.assertEqual([], endpoint.requests)


if __name__ == "__main__":
    harness.main()
