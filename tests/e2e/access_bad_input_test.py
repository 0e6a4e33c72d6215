"""What the access model must not swallow: names, paths, times and sizes that make no sense, and writers who collide."""

import threading

import grpc
import harness
from google.protobuf import timestamp_pb2
from harness import document, path_of, policy
from usher.v1 import access_pb2, rule_pb2

UNIT = [1, 0, 0, 0]
INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
COLLECTION = "collections/tried"
BAD_PATHS = ("", "..", "a/../b", "a//b", "/a", "a/", ".", "a/./b", "a\u200bb", "a\nb", "a\u202eb", "x" * 513, "/".join(["d"] * 1000))


def field(number, value):
    """A length-delimited field of a message, as bytes; at most 127 of them."""
    return bytes([number << 3 | 2, len(value)]) + value


class BadInput(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_collection("tried", policy=policy("everyone"))
        cls.upsert(COLLECTION, document(COLLECTION, "a/paper", vector=UNIT))

    def setUp(self):
        self.before = self.admin.Check(resource=COLLECTION).revision_token

    def tearDown(self):
        self.assertEqual(self.before, self.admin.Check(resource=COLLECTION).revision_token, "a refused request must write nothing")

    def refused_policy(self, wanted, at="updates[0].policy", code=INVALID, says=None, resource=COLLECTION):
        return self.assert_refused(code, self.admin.SetPolicies, updates=[{"resource": resource, "policy": wanted}], field=at, says=says)

    def test_paths_of_folders(self):
        for path in BAD_PATHS:
            resource = f"{COLLECTION}/folders/{path}"
            with self.subTest(path=path[:20]):
                self.refused_policy(policy("everyone"), "updates[0].resource", resource=resource)
                for rpc in ("GetPolicy", "Check", "Explain", "ListReaders"):
                    self.assert_refused(INVALID, getattr(self.admin, rpc), resource=resource, field="resource")
                items = [{"resource": COLLECTION}, {"resource": resource}]
                self.assert_refused(INVALID, self.admin.BatchCheck, items=items, field="items[1].resource")

    def test_a_document_too_deep_in_folders(self):
        deep = document(COLLECTION, "/".join(["d"] * 66), vector=UNIT)
        self.assert_refused(INVALID, self.upsert, COLLECTION, deep, field="documents[0].name")

    def test_a_path_that_is_not_utf8(self):
        update = field(1, COLLECTION.encode() + b"/folders/\xff\xfe")
        for rpc, request in (("SetPolicies", field(1, update)), ("GetPolicy", update),
                             ("Check", field(2, COLLECTION.encode() + b"/folders/\xc3\x28"))):
            with self.subTest(rpc=rpc), self.assertRaises(grpc.RpcError) as caught:
                self.admin.raw(path_of(harness.METHODS[rpc]), request)
            self.assertEqual(INVALID, caught.exception.code())

    def test_rules_that_are_over(self):
        self.refused_policy(policy("user:a", expire=timestamp_pb2.Timestamp(seconds=1_000_000)))
        mixed = [{"resource": f"{COLLECTION}/folders/a", "policy": policy("user:a")},
                 {"resource": COLLECTION, "policy": policy("user:a", expire=timestamp_pb2.Timestamp(seconds=1))}]
        self.assert_refused(INVALID, self.admin.SetPolicies, updates=mixed, field="updates[1].policy")

    def test_rules_with_too_many_subjects(self):
        self.refused_policy(policy(*(f"user:{i}" for i in range(1_000_000))), says="1000000 subjects")
        self.refused_policy(policy(*(f"user:{i}" for i in range(9_999)), owners=["user:a", "user:b"]))
        self.refused_policy(rule_pb2.Policy(rules=[rule_pb2.Rule(effect=rule_pb2.EFFECT_DENY, subjects=[f"user:{i}"]) for i in range(1001)]))

    def test_labels_ceilings_and_owners_out_of_bounds(self):
        words = [str(i) for i in range(65)]
        for at, wanted in (("label.level", policy(label={"level": 256})), ("label.compartments[0]", policy(label={"compartments": ["x" * 65]})),
                           ("label.purposes[0]", policy(label={"purposes": ["a b"]})), ("label.compartments", policy(label={"compartments": words})),
                           ("ceiling[0]", policy(ceiling=["nobody"])), ("owners[0]", policy(owners=["everyone"]))):
            self.refused_policy(wanted, at=f"updates[0].policy.{at}")

    def test_clearances(self):
        good = {"principal": "user:a", "level": 1}
        for at, clearances in (("clearances", []), ("clearances", [good] * 1001), ("clearances[1].principal", [good, good]),
                               ("clearances[0].principal", [{"principal": "group:g"}]),
                               ("clearances[1]", [good, {"principal": "user:b", "level": 256}])):
            self.assert_refused(INVALID, self.admin.SetClearances, clearances=clearances, field=at)

    def test_questions(self):
        bad = {"principal": "user:a", "resource": COLLECTION, "purpose": "x" * 65}
        for rpc in ("Check", "Explain"):
            self.assert_refused(INVALID, getattr(self.admin, rpc), field="purpose", **bad)
            self.assert_refused(INVALID, getattr(self.admin, rpc), field="principal", **{**bad, "principal": "group:g", "purpose": ""})
        self.assert_refused(INVALID, self.admin.BatchCheck, items=[bad], field="items[0].purpose")
        self.assert_refused(INVALID, self.admin.BatchCheck, items=[], field="items")
        self.assert_refused(INVALID, self.admin.BatchCheck, items=[{"resource": COLLECTION}] * 1001, field="items")
        self.assert_refused(INVALID, self.found, self.admin, COLLECTION, purpose="\u200b", field="purpose")
        for staleness in ({}, {"seconds": 3601}, {"seconds": -1}):
            for rpc, at in (("Check", "resource"), ("ListAccessible", "collection"), ("ListReaders", "resource")):
                fields = {at: COLLECTION, "consistency": {"max_staleness": staleness}}
                self.assert_refused(INVALID, getattr(self.admin, rpc), field="consistency.max_staleness", **fields)
        self.assertTrue(self.admin.Check(resource=COLLECTION, consistency={"max_staleness": {"seconds": 60}}).allowed)

    def test_listings(self):
        for at, fields in (("page_size", {"page_size": 10_001}), ("page_size", {"page_size": -1}), ("page_token", {"page_token": "x"}),
                           ("kind", {"kind": 9})):
            self.assert_refused(INVALID, self.admin.ListAccessible, collection=COLLECTION, field=at, **fields)
        self.assert_refused(INVALID, lambda: list(self.admin.StreamAccessible(collection=COLLECTION, page_token="x")), field="page_token")
        self.assert_refused(INVALID, self.admin.ListClearances, page_size=1001, field="page_size")
        self.assert_refused(NOT_FOUND, self.admin.ListFolders, collection="collections/none")

    def test_settings(self):
        for at, fields in (("settings", {}), ("settings.claim_sources[1]", {"settings": {"claim_sources": ["okta", "Okta"]}}),
                           ("settings.claim_sources", {"settings": {"claim_sources": [f"s{i}" for i in range(17)]}})):
            self.assert_refused(INVALID, self.admin.SetAccessSettings, field=at, **fields)


class UnknownSubjects(harness.Case):
    def test_are_named_and_refused_where_the_tenant_says_so(self):
        docs = self.make_collection("docs")
        self.admin.UpdateMembers(add=[{"group": "group:known", "member": "user:ann"}])
        wanted = policy("group:known", "user:ann", "group:knwon", "everyone")
        update = {"resource": docs, "policy": wanted}
        self.assertEqual(["group:knwon"], list(self.admin.SetPolicies(updates=[update]).unknown_subjects))
        self.admin.SetAccessSettings(settings={"require_known_subjects": True})
        before = self.admin.GetPolicy(resource=docs)
        other = {"resource": docs, "policy": policy("group:known", "user:typo")}
        self.assert_refused(INVALID, self.admin.SetPolicies, updates=[other], says="user:typo", field="updates[0].policy")
        self.assertEqual(before, self.admin.GetPolicy(resource=docs))


class Collisions(harness.Case):
    def test_of_many_writers_with_one_etag_exactly_one_wins(self):
        docs = self.make_collection("docs", policy=policy("everyone"))
        for resource in (docs, f"{docs}/folders/a/b"):
            etag = self.admin.GetPolicy(resource=resource).etag
            outcomes = []

            def write(number, target=resource, seen=etag):
                update = access_pb2.PolicyUpdate(resource=target, policy=policy(f"user:{number}"), etag=seen)
                try:
                    self.admin.SetPolicies(updates=[update])
                    outcomes.append(number)
                except grpc.RpcError as error:
                    self.assertEqual(grpc.StatusCode.ABORTED, error.code(), error.details())
                    self.assertIn("updates[0].etag", error.details())

            threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(1, len(outcomes))
            self.assertEqual(policy(f"user:{outcomes[0]}").rules, self.admin.GetPolicy(resource=resource).policy.rules)


if __name__ == "__main__":
    harness.main()
