"""Writes that are repeated, that collide, and listings in pages."""

import threading

import grpc
import harness
from harness import document, policy
from usher.v1 import access_pb2, admin_pb2, corpus_pb2

UNIT = [1, 0, 0, 0]
INVALID = grpc.StatusCode.INVALID_ARGUMENT


class RequestIds(harness.Case):
    def setUp(self):
        self.collection = self.make_collection(f"c{self._testMethodName[-40:].replace('_', '-')}", policy=policy("everyone"))

    def restart(self, end):
        end()
        self.server.start()
        type(self).admin = self.server.admin

    def write(self, *names, request_id=None, client=None):
        request_id = request_id or self.collection
        documents = [document(self.collection, name, vector=UNIT) for name in names]
        return (client or self.admin).UpsertDocuments(collection=self.collection, documents=documents, request_id=request_id)

    def test_a_repeated_write_is_carried_out_once_and_answered_as_before(self):
        first = self.write("a", "b")
        self.admin.DeleteDocuments(collection=self.collection, names=[f"{self.collection}/documents/a"])
        self.assertEqual(first, self.write("a", "b"))
        self.assertEqual(["b"], self.found(self.admin, self.collection))

    def test_it_is_remembered_past_a_kill(self):
        first = self.write("a")
        self.admin.DeleteDocuments(collection=self.collection, names=[f"{self.collection}/documents/a"])
        self.upsert(self.collection, document(self.collection, "other", vector=UNIT))
        for end in (self.server.kill, self.server.terminate):
            self.restart(end)
            self.assertEqual(first, self.write("a"))
            self.assertEqual(["other"], self.found(self.admin, self.collection))

    def test_the_same_id_with_other_content_is_refused(self):
        self.write("a")
        self.assert_refused(INVALID, self.write, "b", field="request_id")
        self.assertEqual(["a"], self.found(self.admin, self.collection))

    def test_another_caller_may_use_the_same_id(self):
        self.write("a")
        self.admin.SetPolicies(updates=[{"resource": self.collection, "policy": policy("everyone", owners=["user:owner"])}])
        self.write("b", client=self.server.client_of("user:owner", "owner"))
        self.assertEqual({"a", "b"}, set(self.found(self.admin, self.collection)))

    def test_an_id_of_a_refused_write_is_free(self):
        bad = document(self.collection, "a", vector=[1])
        self.assert_refused(INVALID, self.upsert, self.collection, bad, request_id="try")
        self.write("a", request_id="try")
        self.assertEqual(["a"], self.found(self.admin, self.collection))

    def test_a_batch_sent_on_a_stream_can_be_repeated_alone(self):
        documents = [document(self.collection, "a", vector=UNIT)]
        request = corpus_pb2.UpsertDocumentsRequest(collection=self.collection, documents=documents, request_id="s")
        streamed = self.admin.send("StreamUpsertDocuments", request)
        self.assertEqual(streamed[0], self.admin.send("UpsertDocuments", request))

    def test_every_kind_of_write_is_repeatable(self):
        member = {"group": "group:g", "member": "user:a"}
        writes = (
            ("UpdateMembers", {"add": [member]}), ("SetPolicies", {"updates": [{"resource": self.collection}]}),
            ("SetClearances", {"clearances": [{"principal": "user:a", "level": 2}]}),
            ("CreateCollection", {"collection": {"name": "collections/again", "dimension": 4}}),
            ("UpdateCollection", {"name": "collections/again", "strict_search": True}),
            ("DeleteDocuments", {"collection": self.collection, "names": [f"{self.collection}/documents/a"]}),
            ("DeleteCollection", {"name": "collections/again"}), ("SetAccessSettings", {"settings": {}}),
        )
        for rpc, fields in writes:
            with self.subTest(rpc=rpc):
                answers = [getattr(self.admin, rpc)(request_id=f"once-{rpc}", **fields).revision_token for _ in range(2)]
                self.assertEqual(answers[0], answers[1])

    def test_an_act_that_is_repeated_is_recorded_once_and_answered_with_what_is_in_force(self):
        def acts(action):
            return self.server.log().count(f" {action} ")

        first = {"settings": {"claim_sources": ["okta"]}, "request_id": "set"}
        self.admin.SetAccessSettings(**first)
        self.admin.SetAccessSettings(settings={"claim_sources": ["entra"], "require_known_subjects": True})
        before = acts("access_settings.set")
        answer = self.admin.SetAccessSettings(**first)
        self.assertEqual((["entra"], True), (list(answer.claim_sources), answer.require_known_subjects))
        self.assertEqual(before, acts("access_settings.set"))
        self.assertEqual(["entra"], list(self.admin.GetAccessSettings().claim_sources))
        self.assert_refused(INVALID, self.admin.SetAccessSettings, settings={}, request_id="set", field="request_id")
        self.admin.SetAccessSettings(settings={})
        for action, rpc, fields in (("source.set", "SetSource", {"source": {"name": "hr"}}), ("source.deleted", "DeleteSource", {"name": "hr"})):
            for _ in range(2):
                getattr(self.admin, rpc)(request_id=action, **fields)
            self.assertEqual(1, acts(action))


class Streams(harness.Case):
    def test_places_are_for_those_who_may_write(self):
        collection = self.make_collection("streams", policy=policy("everyone"))
        batch = corpus_pb2.UpsertDocumentsRequest(collection=collection, documents=[document(collection, "a", vector=UNIT)])
        done = threading.Event()

        def batches():
            yield batch
            done.wait()

        streams = [self.admin.stream("StreamUpsertDocuments", batches()) for _ in range(32)]
        for stream in streams:
            next(stream)
        reader = self.server.client_of("user:reader", "reader")
        for code, client in ((grpc.StatusCode.RESOURCE_EXHAUSTED, self.admin), (grpc.StatusCode.UNAUTHENTICATED, self.server.client("nobody")),
                             (grpc.StatusCode.PERMISSION_DENIED, reader)):
            self.assert_refused(code, client.send, "StreamUpsertDocuments", batch)
        done.set()
        for stream in streams:
            self.assertEqual([], list(stream))
        self.assertEqual(1, self.admin.send("StreamUpsertDocuments", batch)[0].document_count)


class Etags(harness.Case):
    def test_a_policy_read_before_another_change_cannot_be_written(self):
        collection = self.make_collection("etags", policy=policy("user:ann"))
        self.upsert(collection, document(collection, "paper", vector=UNIT))
        for resource in (collection, f"{collection}/documents/paper"):
            with self.subTest(resource=resource):
                stale = self.admin.GetPolicy(resource=resource).etag
                update = access_pb2.PolicyUpdate(resource=resource, policy=policy("user:bob"), etag=stale)
                self.admin.SetPolicies(updates=[update])
                update.policy.CopyFrom(policy("user:cy"))
                self.assert_refused(grpc.StatusCode.ABORTED, self.admin.SetPolicies, updates=[update], says="read it again")
                current = self.admin.GetPolicy(resource=resource)
                self.assertEqual(policy("user:bob").rules, current.policy.rules)
                update.etag = current.etag
                self.admin.SetPolicies(updates=[update])
                self.assertEqual(policy("user:cy").rules, self.admin.GetPolicy(resource=resource).policy.rules)

    def test_one_stale_etag_stops_the_whole_request(self):
        collections = [self.make_collection(name, policy=policy("user:ann")) for name in ("one", "two")]
        stale = self.admin.GetPolicy(resource=collections[1]).etag
        self.admin.SetPolicies(updates=[{"resource": collections[1], "policy": policy("user:bob")}])
        updates = [{"resource": collections[0], "policy": policy("everyone")}, {"resource": collections[1], "etag": stale}]
        self.assert_refused(grpc.StatusCode.ABORTED, self.admin.SetPolicies, updates=updates)
        self.assertEqual(policy("user:ann").rules, self.admin.GetPolicy(resource=collections[0]).policy.rules)


class Pages(harness.Case):
    COUNT = 250

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collection = cls.make_collection("paged", policy=policy("everyone"))
        cls.upsert(cls.collection, *(document(cls.collection, f"d/{i}", vector=UNIT) for i in range(cls.COUNT)))

    def pages(self, rpc, items, **fields):
        """Each page's items."""
        token = ""
        while True:
            answer = getattr(self.admin, rpc)(page_token=token, **fields)
            yield list(getattr(answer, items))
            token = answer.next_page_token
            if not token:
                return

    def test_documents_come_once_each_in_the_order_of_their_names(self):
        for size, count in ((0, 3), (1, 250), (7, 36), (125, 2), (250, 1), (1000, 1)):
            with self.subTest(size=size):
                pages = list(self.pages("ListDocuments", "documents", collection=self.collection, page_size=size))
                names = [item.name for page in pages for item in page]
                self.assertEqual(sorted(f"{self.collection}/documents/d/{i}" for i in range(self.COUNT)), names)
                self.assertEqual(count, len(pages))

    def test_a_change_between_two_pages_neither_repeats_nor_loses_the_others(self):
        pages = self.pages("ListDocuments", "documents", collection=self.collection, page_size=100)
        first = [item.name for item in next(pages)]
        self.admin.DeleteDocuments(collection=self.collection, names=[first[-1], first[0]])
        again = [document(self.collection, name.split("/documents/")[1], vector=UNIT) for name in (first[0], first[-1])]
        self.addCleanup(self.upsert, self.collection, *again)
        rest = [item.name for page in pages for item in page]
        self.assertEqual(sorted(f"{self.collection}/documents/d/{i}" for i in range(self.COUNT)), first + rest)

    def test_collections_groups_members_and_keys_come_in_pages_too(self):
        for i in range(25):
            self.make_collection(f"more-{i}")
            self.server.new_key(f"user:k{i}", "reader")
        self.admin.UpdateMembers(add=[{"group": f"group:g{i}", "member": f"user:m{i}"} for i in range(25)])
        self.admin.UpdateMembers(add=[{"group": "group:big", "member": f"user:m{i}"} for i in range(25)])
        for rpc, items, key, expected, fields in (
                ("ListCollections", "collections", "name", {f"collections/more-{i}" for i in range(25)}, {}),
                ("ListGroups", "groups", "group", {f"group:g{i}" for i in range(25)}, {}),
                ("ListApiKeys", "api_keys", "principal", {f"user:k{i}" for i in range(25)}, {}),
                ("ListMembers", "members", None, {f"user:m{i}" for i in range(25)}, {"group": "group:big"})):
            with self.subTest(rpc=rpc):
                listed = [item for page in self.pages(rpc, items, page_size=4, **fields) for item in page]
                found = [getattr(item, key) if key else item for item in listed]
                self.assertLessEqual(expected, set(found))
                self.assertEqual(len(expected), sum(item in expected for item in found))

    def test_a_page_token_belongs_to_one_listing_of_one_caller(self):
        token = self.admin.ListDocuments(collection=self.collection, page_size=1).next_page_token
        other = self.make_collection("elsewhere")
        self.assert_refused(INVALID, self.admin.ListDocuments, collection=other, page_token=token, field="page_token")
        owner = self.server.client_of("user:owner", "owner")
        self.assert_refused(INVALID, owner.ListDocuments, collection=self.collection, page_token=token, field="page_token")
        altered = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
        self.assert_refused(INVALID, self.admin.ListDocuments, collection=self.collection, page_token=altered, field="page_token")

    def test_keys_are_listed_without_their_secrets(self):
        made = self.server.new_key("user:listed", "reader", "auditor", delegate=True)
        listed = [key for page in self.pages("ListApiKeys", "api_keys") for key in page if key.key_id == made.api_key.key_id]
        self.assertEqual([made.api_key], listed)
        self.assertEqual({admin_pb2.ROLE_READER, admin_pb2.ROLE_AUDITOR}, set(listed[0].roles))
        self.assertNotIn(made.secret.split("_")[2], str(listed[0]))


if __name__ == "__main__":
    harness.main()
