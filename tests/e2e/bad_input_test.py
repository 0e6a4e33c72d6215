"""Requests that make no sense: each gets a precise refusal that names its field, changes nothing, and leaves the server answering."""

import math

import grpc
import harness
from google.protobuf import struct_pb2
from harness import CANARY, METHODS, document, message_class, path_of, policy
from usher.v1 import corpus_pb2, retrieval_pb2, rule_pb2

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
COLLECTION = "collections/tried"
PAPER = f"{COLLECTION}/documents/paper"
TEXTS = "collections/texts"
UNIT = [1, 0, 0, 0]
BAD_DOCUMENT_IDS = ("..", "../up", "a/../b", "a//b", "/a", "a/", ".", "", "a\x00b",
                    "a\nb", "a\u200bb", "a\U000e0041b", "a\u202eb", "a\ufe0fb", "x" * 513)
BAD_COLLECTION_IDS = ("", "..", "A", "1a", "-a", "a_b", "a b", "a/b", "a\u200bb", "ä", "x" * 65)
BAD_SUBJECTS = ("", "bob", "user:", "user:a b", "user:a\x07", "user:a\u200b", "role:x", "Everyone", "group:", "user:" + "x" * 201)


def ready(collection=COLLECTION, name="new", text=CANARY, values=UNIT, **fields):
    return document(collection, name, text, vector=values, **fields)


def struct(fields):
    message = struct_pb2.Struct()
    message.update(fields)
    return message


class Unchanged(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_collection("tried", policy=policy("everyone"))
        cls.make_collection("texts", dimension=0, policy=policy("everyone"))
        cls.upsert(COLLECTION, ready(name="paper", text=f"The {CANARY} stays."))
        cls.upsert(TEXTS, document(TEXTS, "paper", f"The {CANARY} stays."))

    def setUp(self):
        self.before = self.statistics()

    def tearDown(self):
        self.assertEqual(self.before, self.statistics(), "a refused request must change nothing")
        self.assertEqual(["paper"], self.found(self.admin, COLLECTION))


class BadInput(Unchanged):
    def refused(self, rpc, code=INVALID, field=None, says=None, **fields):
        with self.subTest(rpc=rpc, field=field, fields=str(fields)[:80]):
            self.assert_refused(code, getattr(self.admin, rpc), field=field, says=says, **fields)

    def refused_upsert(self, field, *documents, collection=COLLECTION, code=INVALID, says=None):
        self.refused("UpsertDocuments", code, field, says, collection=collection, documents=documents)

    def test_vectors(self):
        for values, says in (([1, 0], "2 dimensions"), ([1] * 5, "5 dimensions"), ([0] * 4, "zero"), ([math.nan, 0, 0, 0], "finite"),
                             ([math.inf, 0, 0, 0], "finite"), ([-math.inf, 1, 0, 0], "finite"), ([], "numbers"), ([1] * 4097, "4096")):
            self.refused("Search", field="vector", says=says, collection=COLLECTION, k=3, vector={"values": values})
        for values in ([1, 0], [0] * 4, [math.nan, 0, 0, 0], [math.inf, 0, 0, 0], [], [1e-40] * 4):
            self.refused_upsert("documents[1].chunks.chunks[0].vector", ready(name="fine"), ready(values=values))

    def test_numbers_of_results(self):
        for k in (0, -1, 1001, 10**9, -2**31):
            self.refused("Search", field="k", says=str(k), collection=COLLECTION, k=k, vector={"values": UNIT})

    def test_texts(self):
        for text in ("", "x" * 32769):
            self.refused("Search", field="text", collection=TEXTS, k=3, text=text)
        self.refused("Search", field="query", collection=TEXTS, k=3)
        self.refused("Search", grpc.StatusCode.FAILED_PRECONDITION, "text", collection=COLLECTION, k=3, text=CANARY)
        for text in ("", "x" * (8 * 2**20 + 1)):
            self.refused_upsert("documents[0].source.text", document(TEXTS, "new", text), collection=TEXTS)
        for text in ("", "x" * 65537):
            self.refused_upsert("documents[0].chunks.chunks[0].text", ready(text=text))
        self.refused_upsert("documents[0].title", ready(title="x" * 1025))
        self.refused_upsert("documents[0].source_uri", ready(source_uri="x" * 2049))
        self.refused_upsert("documents[0]", corpus_pb2.Document(name=PAPER))
        self.refused_upsert("documents[0]", corpus_pb2.Document(name=PAPER, chunks=corpus_pb2.ReadyChunks()))

    def test_content_that_the_collection_cannot_take(self):
        self.refused_upsert(None, document(COLLECTION, "new", CANARY), code=grpc.StatusCode.FAILED_PRECONDITION, says="embedding model")
        chunk = corpus_pb2.ReadyChunk(text=CANARY)
        bare = corpus_pb2.Document(name=f"{COLLECTION}/documents/new", chunks=corpus_pb2.ReadyChunks(chunks=[chunk]))
        with self.assertRaises(grpc.RpcError) as caught:
            self.upsert(COLLECTION, bare)
        self.assertIn(caught.exception.code(), (INVALID, grpc.StatusCode.FAILED_PRECONDITION))
        self.assertIn("vector", caught.exception.details())

    def test_names(self):
        for name in BAD_DOCUMENT_IDS:
            full = f"{COLLECTION}/documents/{name}"
            self.refused_upsert("documents[0].name", ready(name=name))
            self.refused("GetDocument", field="name", name=full)
            self.refused("Check", field="resource", resource=full)
            self.refused("GetPolicy", field="resource", resource=full)
            self.refused("DeleteDocuments", field="names[1]", collection=COLLECTION, names=[f"{COLLECTION}/documents/absent", full])
            self.refused("GetChunks", field="names[0]", collection=COLLECTION, names=[f"{full}/chunks/0"])
        for name in BAD_COLLECTION_IDS:
            full = f"collections/{name}"
            self.refused("CreateCollection", field="collection.name", collection={"name": full, "dimension": 4})
            self.refused("Search", field="collection", collection=full, k=1, vector={"values": UNIT})
            self.refused("DeleteCollection", field="name", name=full)
        for name in ("", "0x0", "-1", "00", "1e3", "4294967296", "99999999999999999999"):
            self.refused("GetChunks", field="names[0]", collection=COLLECTION, names=[f"{PAPER}/chunks/{name}"])

    def test_names_of_another_collection(self):
        self.refused_upsert("documents[0].name", ready(collection=TEXTS))
        self.refused("GetChunks", field="names[0]", collection=COLLECTION, names=[f"{TEXTS}/documents/paper/chunks/0"])
        self.refused("DeleteDocuments", field="names[0]", collection=COLLECTION, names=[f"{TEXTS}/documents/paper"])

    def test_names_of_nothing(self):
        absent = "collections/absent"
        for rpc, fields in (("Search", {"collection": absent, "k": 1, "vector": {"values": UNIT}}), ("GetCollection", {"name": absent}),
                            ("DeleteCollection", {"name": absent}), ("ListDocuments", {"collection": absent}), ("GetPolicy", {"resource": absent}),
                            ("GetDocument", {"name": f"{COLLECTION}/documents/absent"}), ("SetPolicies", {"updates": [{"resource": absent}]}),
                            ("RevokeApiKey", {"key_id": "0" * 16}), ("UpsertDocuments", {"collection": absent, "documents": [ready(absent)]}),
                            ("DeleteDocuments", {"collection": absent, "names": [f"{absent}/documents/a"]})):
            self.refused(rpc, NOT_FOUND, **fields)
        self.admin.DeleteDocuments(collection=COLLECTION, names=[f"{COLLECTION}/documents/absent"])

    def test_things_named_twice(self):
        member = {"group": "group:g", "member": "user:a"}
        self.refused_upsert("documents[1].name", ready(), ready())
        self.refused("UpdateMembers", field="add[1]", add=[member, member])
        self.refused("UpdateMembers", field="remove[0]", add=[member], remove=[member])
        self.refused("SetPolicies", field="updates[1].resource", updates=[{"resource": COLLECTION}, {"resource": COLLECTION}])
        self.refused("CreateCollection", grpc.StatusCode.ALREADY_EXISTS, collection={"name": COLLECTION, "dimension": 4})

    def test_too_many_and_too_few(self):
        self.refused_upsert("documents")
        self.refused_upsert("documents", *(ready(name=str(i)) for i in range(1001)))
        self.refused("DeleteDocuments", field="names", collection=COLLECTION)
        self.refused("GetChunks", field="names", collection=COLLECTION, names=[f"{PAPER}/chunks/0"] * 1001)
        self.refused("GetChunks", field="names", collection=COLLECTION)
        self.refused("SetPolicies", field="updates")
        self.refused("UpdateMembers", says="1 to 10000")
        self.refused("UpdateMembers", says="1 to 10000", add=[{"group": "group:g", "member": f"user:{i}"} for i in range(10001)])
        for rpc in ("ListCollections", "ListGroups", "ListApiKeys"):
            for size in (-1, 1001, 2**31 - 1):
                self.refused(rpc, field="page_size", page_size=size)
        chunks = [corpus_pb2.ReadyChunk(text=CANARY, vector=retrieval_pb2.Vector(values=UNIT))] * 10001
        many = corpus_pb2.Document(name=f"{COLLECTION}/documents/new", chunks=corpus_pb2.ReadyChunks(chunks=chunks))
        self.refused_upsert("documents", many)

    def test_metadata(self):
        nested = {}
        for _ in range(90):
            nested = {"deeper": nested}
        for metadata in ({f"field{i}": 1 for i in range(65)}, {"n" * 257: 1}, {"": 1}, {"big": "x" * 16385}, {"nan": math.nan},
                         {"infinite": math.inf}, {"list": [1, {"deep": -math.inf}]}):
            self.refused_upsert("documents[0].metadata", ready(metadata=struct(metadata)))
        unset = struct({"fine": 1})
        unset.fields["list"].list_value.values.add()
        self.refused_upsert("documents[0].metadata", ready(metadata=unset), says="every value must be set")
        with self.assertRaises(grpc.RpcError) as caught:
            self.upsert(COLLECTION, ready(metadata=struct(nested)))
        self.assertEqual(INVALID, caught.exception.code())

    def test_groups(self):
        for group in ("", "eng", "user:eng", "everyone", "group:", "group:a b", "group:a\u200b"):
            self.refused("UpdateMembers", field="add[0].group", add=[{"group": group, "member": "user:a"}])
            self.refused("ListMembers", field="group", group=group)
        for member in ("", "ann", "everyone", "user:", "user:a b", "user:\u202ea"):
            self.refused("UpdateMembers", field="remove[0].member", remove=[{"group": "group:g", "member": member}])

    def test_rules(self):
        def rule(*subjects, effect=rule_pb2.EFFECT_ALLOW, **fields):
            return rule_pb2.Rule(effect=effect, subjects=subjects, **fields)

        bad = [rule_pb2.Policy(rules=[rule(subject)]) for subject in BAD_SUBJECTS]
        bad += [rule_pb2.Policy(rules=[rule()]), rule_pb2.Policy(rules=[rule("everyone", effect=0)]),
                rule_pb2.Policy(rules=[rule("everyone", effect=9)]), rule_pb2.Policy(inheritance=9),
                rule_pb2.Policy(inheritance=rule_pb2.INHERITANCE_INHERIT, rules=[rule("everyone")]),
                rule_pb2.Policy(rules=[rule("everyone", not_before={"seconds": 20}, expire_time={"seconds": 10})]),
                rule_pb2.Policy(rules=[rule("everyone", expire_time={"seconds": 2**62})]),
                rule_pb2.Policy(rules=[rule("everyone", expire_time={"nanos": -1})]), rule_pb2.Policy(rules=[rule("user:a")] * 1001),
                rule_pb2.Policy(rules=[rule(*(f"user:{i}" for i in range(10001)))])]
        for nonsense in bad:
            new = {"name": "collections/new", "dimension": 4, "policy": nonsense}
            documents = [ready(policy=nonsense)]
            for rpc, fields, prefix in (
                    ("SetPolicies", {"updates": [{"resource": PAPER, "policy": nonsense}]}, "updates[0].policy"),
                    ("CreateCollection", {"collection": new}, "collection.policy"),
                    ("UpsertDocuments", {"collection": COLLECTION, "documents": documents}, "documents[0].policy")):
                with self.subTest(rpc=rpc, policy=str(nonsense)[:80]):
                    refusal = self.assert_refused(INVALID, getattr(self.admin, rpc), **fields)
                    self.assertEqual([prefix], [field[:len(prefix)] for field in refusal.fields], refusal)

    def test_settings_of_a_collection(self):
        def create(field, **fields):
            self.refused("CreateCollection", field=field, collection={"name": "collections/new", **fields})

        for dimension in (0, -1, 4097):
            create("collection.dimension", dimension=dimension)
        create("collection.dimension", embedding_model="default", dimension=7)
        create("collection.embedding_model", embedding_model="no-such-model")
        for name, chunking in (("target_bytes", {"target_bytes": 99}), ("target_bytes", {"target_bytes": 8001}),
                               ("max_bytes", {"target_bytes": 500, "max_bytes": 400}), ("max_bytes", {"max_bytes": 16001}),
                               ("overlap_bytes", {"overlap_bytes": -2}), ("overlap_bytes", {"target_bytes": 500, "overlap_bytes": 251})):
            create(f"collection.chunking.{name}", dimension=4, chunking=chunking)

    def test_unknown_numbers_of_enumerations(self):
        search = {"collection": COLLECTION, "k": 1, "vector": {"values": UNIT}}
        self.refused("Search", field="output_form", output_form=77, **search)
        self.refused("Search", field="mode", mode=77, **search)
        for cap in (-1, 1001, -2**31):
            self.refused("Search", field="max_chunks_per_document", max_chunks_per_document=cap, **search)
        for number in (-1, 77):
            self.refused("UpdateCollection", field="trust_tier", name=COLLECTION, trust_tier=number)
        self.refused("GetChunks", field="output_form", output_form=-1, collection=COLLECTION, names=[f"{PAPER}/chunks/0"])
        self.refused("CreateApiKey", field="roles", principal="user:x", roles=[77])
        self.refused("CreateApiKey", field="roles", principal="user:x", roles=[0])
        odd = document(TEXTS, "new", CANARY)
        odd.source.format = 77
        self.refused_upsert("documents[0].source.format", odd, collection=TEXTS)

    def test_keys(self):
        self.refused("CreateApiKey", field="roles", principal="user:x")
        for principal in ("", "x", "group:x", "everyone", "user:a b"):
            self.refused("CreateApiKey", field="principal", principal=principal, roles=["ROLE_READER"])
        for seconds in (0, 59, -1, 2**62):
            self.refused("CreateApiKey", field="lifetime", principal="user:x", roles=["ROLE_READER"], lifetime={"seconds": seconds})

    def test_tokens(self):
        fresh = self.admin.Search(collection=COLLECTION, k=1, vector={"values": UNIT}).revision_token
        altered = fresh[:-2] + ("A" if fresh[-2] != "A" else "B") + fresh[-1]
        page = self.admin.ListCollections(page_size=1).next_page_token
        for token in ("x", altered, page, "A" * 5000, fresh + "\n"):
            for rpc, fields in (("Search", {"collection": COLLECTION, "k": 1, "vector": {"values": UNIT}}), ("Check", {"resource": PAPER})):
                self.refused(rpc, field="consistency.at_least_as_fresh", consistency={"at_least_as_fresh": token}, **fields)
        for token in ("x", fresh, page[:-2], page + "A", page[1:]):
            self.refused("ListCollections", field="page_token", page_token=token)
        self.refused("ListGroups", field="page_token", page_token=page)
        other = self.server.client(self.server.new_key("user:other", "owner").secret)
        self.assert_refused(INVALID, other.ListCollections, page_token=page, field="page_token")
        self.refused("SetPolicies", field="updates[0].etag", updates=[{"resource": PAPER, "etag": "x"}])
        for request_id in ("a b", "x" * 129, "ü", "a\n"):
            self.refused("UpdateMembers", field="request_id", request_id=request_id, add=[{"group": "group:g", "member": "user:a"}])


class BadBytes(Unchanged):
    """The same server, spoken to with bytes that no client library would send."""

    def refused_raw(self, rpc, request):
        with self.subTest(rpc=rpc, request=request[:20]), self.assertRaises(grpc.RpcError) as caught:
            self.admin.raw(path_of(METHODS[rpc]), request)
        refusal = harness.Refusal.of(caught.exception)
        self.assertEqual(INVALID, refusal.code, refusal)
        self.assertTrue(refusal.message)

    def test_invalid_utf8(self):
        search = retrieval_pb2.SearchRequest(collection=TEXTS, text="PLACE", k=1)
        upsert = corpus_pb2.UpsertDocumentsRequest(collection=TEXTS, documents=[document(TEXTS, "new", "PLACE")])
        title = corpus_pb2.UpsertDocumentsRequest(collection=COLLECTION, documents=[ready(title="PLACE")])
        name = corpus_pb2.UpsertDocumentsRequest(collection=COLLECTION, documents=[ready(name="PLACE")])
        metadata = corpus_pb2.UpsertDocumentsRequest(collection=COLLECTION, documents=[ready(metadata=struct({"key": "PLACE"}))])
        for rpc, request in (("Search", search), ("UpsertDocuments", upsert), ("UpsertDocuments", title), ("UpsertDocuments", name),
                             ("UpsertDocuments", metadata)):
            for bad in (b"\xff\xfe\xfd\xfc\xfb", b"abcd\xc3", b"ab\xed\xa0\x80", b"\xc0\x80abc", b"\xf4\x90\x80\x80a"):
                self.refused_raw(rpc, request.SerializeToString().replace(b"PLACE", bad))

    def test_garbage(self):
        for rpc, method in METHODS.items():
            if method.client_streaming or not method.input_type.fields:
                continue
            for garbage in (b"\xff", b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x7fshort", b"\x07", b"\x00\x00", b"\x0b" * 200):
                self.refused_raw(rpc, garbage)

    def test_a_message_of_64_mebibytes(self):
        request = corpus_pb2.UpsertDocumentsRequest(collection=TEXTS, documents=[document(TEXTS, "new", "x" * 64 * 2**20)])
        self.assert_refused(grpc.StatusCode.RESOURCE_EXHAUSTED, self.admin.send, "UpsertDocuments", request)

    def test_a_bad_batch_ends_a_stream_and_keeps_what_was_answered_before(self):
        make = message_class(METHODS["StreamUpsertDocuments"].input_type)
        good = make(collection=COLLECTION, documents=[ready(name="streamed")])
        bad = make(collection=COLLECTION, documents=[ready(values=[1])])
        answers = self.admin.stream("StreamUpsertDocuments", iter([good, bad, make(collection=COLLECTION, documents=[ready(name="late")])]))
        self.assertEqual(1, next(answers).document_count)
        refusal = self.assert_refused(INVALID, next, answers, field="documents[0].chunks.chunks[0].vector")
        self.assertEqual("DIMENSION_MISMATCH", refusal.reason)
        self.assertEqual({"paper", "streamed"}, set(self.found(self.admin, COLLECTION)))
        self.admin.DeleteDocuments(collection=COLLECTION, names=[f"{COLLECTION}/documents/streamed"])


if __name__ == "__main__":
    harness.main()
