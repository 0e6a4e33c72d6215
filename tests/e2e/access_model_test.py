"""Questions about access, owners, claims and previews, as clients ask and see them."""

import subprocess

import grpc
import harness
from harness import document, policy
from usher.v1 import access_pb2, rule_pb2

UNIT = [1, 0, 0, 0]
NOT_FOUND = grpc.StatusCode.NOT_FOUND
DENIED = grpc.StatusCode.PERMISSION_DENIED
INVALID = grpc.StatusCode.INVALID_ARGUMENT
CHUNKS = access_pb2.ACCESSIBLE_KIND_CHUNKS


class Questions(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("everyone"))
        cls.upsert(cls.docs, *(document(cls.docs, f"open/{i}", vector=UNIT) for i in range(5)))
        cls.upsert(cls.docs, document(cls.docs, "hr/pay", vector=UNIT), document(cls.docs, "hr/deep/plan", vector=UNIT))
        cls.admin.UpdateMembers(add=[{"group": "group:hr", "member": "user:hanna"}, {"group": "group:all", "member": "user:ann"}])
        cls.hr = f"{cls.docs}/folders/hr"
        cls.admin.SetPolicies(updates=[{"resource": cls.hr, "policy": policy("group:hr", inheritance=rule_pb2.INHERITANCE_RESTRICT)}])

    def allowed(self, principal, resource, **fields):
        return self.admin.Check(principal=principal, resource=resource, **fields).allowed

    def test_a_folder_governs_all_below_it_at_any_depth(self):
        for name in ("hr/pay", "hr/deep/plan"):
            self.assertTrue(self.allowed("user:hanna", f"{self.docs}/documents/{name}"))
            self.assertFalse(self.allowed("user:ann", f"{self.docs}/documents/{name}"))
        self.assertFalse(self.allowed("user:ann", self.hr))
        self.assertTrue(self.allowed("user:ann", f"{self.docs}/documents/open/1"))

    def test_many_checks_are_answered_in_order_as_of_one_revision(self):
        items = [{"principal": who, "resource": f"{self.docs}/documents/{what}"}
                 for who, what in (("user:ann", "hr/pay"), ("user:hanna", "hr/pay"), ("user:ann", "open/0"), ("user:ann", "absent"))]
        answer = self.admin.BatchCheck(items=items)
        self.assertEqual([False, True, True, False], list(answer.allowed))
        self.assertTrue(answer.revision_token)

    def test_what_somebody_may_read_is_what_a_search_finds_it(self):
        for who, count in (("user:ann", 5), ("user:hanna", 7)):
            reader = self.server.acting_for(who)
            found = set(self.found(reader, self.docs))
            self.assertEqual(count, len(found))
            for listed in (reader.ListAccessible(collection=self.docs), self.admin.ListAccessible(principal=who, collection=self.docs)):
                self.assertEqual(sorted(f"{self.docs}/documents/{name}" for name in found), list(listed.names))
                self.assertEqual("", listed.next_page_token)

    def test_a_listing_comes_in_pages_and_as_a_stream(self):
        whole = list(self.admin.ListAccessible(principal="user:hanna", collection=self.docs, kind=CHUNKS).names)
        self.assertEqual(7, len(whole))
        pages, token = [], ""
        while True:
            page = self.admin.ListAccessible(principal="user:hanna", collection=self.docs, kind=CHUNKS, page_size=2, page_token=token)
            pages.append(list(page.names))
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(whole, sum(pages, []))
        self.assertEqual([2, 2, 2, 1], [len(page) for page in pages])
        streamed = list(self.admin.StreamAccessible(principal="user:hanna", collection=self.docs, kind=CHUNKS, page_size=2))
        self.assertEqual(whole, [name for message in streamed for name in message.names])
        self.assertTrue(all(message.revision_token and not message.next_page_token for message in streamed))

    def test_who_may_read_is_said_with_whether_everybody_else_may(self):
        pay = self.admin.ListReaders(resource=f"{self.docs}/documents/hr/pay")
        self.assertEqual((["user:hanna"], False), (list(pay.principals), pay.everyone_else))
        first = self.admin.ListReaders(resource=self.docs, page_size=1)
        self.assertTrue(first.everyone_else)
        rest = self.admin.ListReaders(resource=self.docs, page_token=first.next_page_token)
        self.assertEqual(["user:ann", "user:hanna"], list(first.principals) + list(rest.principals))

    def test_an_explanation_names_the_folder_that_refused(self):
        explained = self.admin.Explain(principal="user:ann", resource=f"{self.docs}/documents/hr/pay")
        self.assertFalse(explained.allowed)
        self.assertTrue(explained.summary)
        self.assertEqual([(self.docs, True), (self.hr, False)], [(node.resource, node.allowed_so_far) for node in explained.nodes][:2])

    def test_folders_with_rules_are_listed(self):
        listed = self.admin.ListFolders(collection=self.docs).folders
        self.assertEqual([self.hr], [folder.name for folder in listed])
        self.assertEqual(self.admin.GetPolicy(resource=self.hr).etag, listed[0].etag)


class Labels(harness.Case):
    def test_clearance_and_purpose_must_both_reach_the_label(self):
        docs = self.make_collection("docs", policy=policy("everyone", label={"level": 2, "compartments": ["mna"], "purposes": ["audit"]}))
        self.upsert(docs, document(docs, "deal", vector=UNIT))
        self.admin.SetClearances(clearances=[{"principal": "user:ann", "level": 2, "compartments": ["mna"]}, {"principal": "user:bob", "level": 1}])
        ann, bob = self.server.acting_for("user:ann"), self.server.acting_for("user:bob")
        self.assertEqual(["deal"], self.found(ann, docs, purpose="audit"))
        names = [f"{docs}/documents/deal/chunks/0"]
        self.assertEqual(1, len(ann.GetChunks(collection=docs, names=names, purpose="audit").chunks))
        for reader, purpose in ((ann, ""), (ann, "sales"), (bob, "audit")):
            self.assert_refused(NOT_FOUND, self.found, reader, docs, purpose=purpose)
            self.assertEqual(0, len(reader.GetChunks(collection=docs, names=names, purpose=purpose).chunks))
            self.assertFalse(reader.Check(resource=docs, purpose=purpose).allowed)
        objection = self.admin.Explain(principal="user:bob", resource=docs, purpose="audit").nodes[0].label_objection
        self.assertIn("clearance", objection)
        listed = {clearance.principal: clearance.level for clearance in self.admin.ListClearances().clearances}
        self.assertEqual({"user:ann": 2, "user:bob": 1}, listed)
        self.admin.SetClearances(clearances=[{"principal": "user:ann"}])
        self.assert_refused(NOT_FOUND, self.found, ann, docs, purpose="audit")


class Chunks(harness.Case):
    def test_rules_of_single_chunks_are_not_lost_unsaid(self):
        docs = self.make_collection("docs", policy=policy("everyone"))

        def paper(*policies, **fields):
            chunks = [{"text": f"{harness.CANARY} {i}", "vector": {"values": UNIT}, "policy": rule} for i, rule in enumerate(policies)]
            return {"name": f"{docs}/documents/paper", "chunks": {"chunks": chunks}, **fields}

        secret = policy("user:ann", inheritance=rule_pb2.INHERITANCE_RESTRICT)
        self.upsert(docs, paper(None, secret))
        self.assertEqual([1], list(self.admin.GetDocument(name=f"{docs}/documents/paper").chunks_with_policy))
        self.assertEqual(2, len(self.found(self.server.acting_for("user:ann"), docs)))
        self.assertEqual(1, len(self.found(self.server.acting_for("user:bob"), docs)))
        self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.upsert, docs, paper(None, None))
        self.assertEqual(1, len(self.found(self.server.acting_for("user:bob"), docs)))
        self.upsert(docs, paper(None, None, discard_chunk_policies=True))
        self.assertEqual(2, len(self.found(self.server.acting_for("user:bob"), docs)))
        resource = f"{docs}/documents/paper/chunks/0"
        self.admin.SetPolicies(updates=[{"resource": resource, "policy": secret}])
        self.assertEqual(secret.rules, self.admin.GetPolicy(resource=resource).policy.rules)
        self.assertEqual(1, len(self.found(self.server.acting_for("user:bob"), docs)))


class Claims(harness.Case):
    def test_groups_of_a_credential_count_where_their_source_is_accepted(self):
        docs = self.make_collection("docs", policy=policy("group:okta/eng"))
        self.upsert(docs, document(docs, "paper", vector=UNIT))
        reader = self.server.client_of("user:ann", "reader", groups=["group:okta/eng"])
        delegate = self.server.new_key("service:bot", "reader", groups=["group:okta/eng"], delegate=True)
        self.assert_refused(NOT_FOUND, self.found, reader, docs)
        self.admin.SetAccessSettings(settings={"claim_sources": ["okta"]})
        self.assertEqual(["okta"], list(self.admin.GetAccessSettings().claim_sources))
        self.assertEqual(["paper"], self.found(reader, docs))
        self.assertTrue(reader.Check(resource=docs).allowed)
        self.assertEqual(1, len(reader.ListAccessible(collection=docs).names))
        self.assertEqual(["paper"], self.found(self.server.client(delegate.secret), docs))
        self.assert_refused(NOT_FOUND, self.found, self.server.client(delegate.secret, "user:eve"), docs)
        self.assertFalse(self.admin.Check(principal="user:ann", resource=docs).allowed, "of others, claims are not known")
        self.admin.SetAccessSettings(settings={})
        self.assert_refused(NOT_FOUND, self.found, reader, docs)

    def test_a_key_made_beside_the_server_vouches_for_groups_too(self):
        docs = self.make_collection("beside", policy=policy("group:okta/ops"))
        self.upsert(docs, document(docs, "paper", vector=UNIT))
        self.admin.SetAccessSettings(settings={"claim_sources": ["okta"]})
        self.server.terminate()
        made = harness.make_key(self.server.data, "user:first", ["reader"], "--group", "group:okta/eng", "--group", "group:okta/ops")
        with self.assertRaises(subprocess.CalledProcessError) as refused:
            harness.make_key(self.server.data, "user:first", ["reader"], "--group", "group:eng")
        self.assertIn("source", refused.exception.stderr)
        self.server.start()
        type(self).admin = self.server.admin
        self.assertEqual(["paper"], self.found(self.server.client(made), docs))
        self.admin.SetAccessSettings(settings={})

    def test_claims_without_a_source_are_no_claims(self):
        for groups, field in ((["group:eng"], "groups[0]"), (["group:a/b", "user:x"], "groups[1]"), (["group:a/b"] * 101, "groups")):
            self.assert_refused(INVALID, self.server.new_key, "user:x", "reader", groups=groups, field=field)


class Owners(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("everyone"))
        cls.hidden = cls.make_collection("hidden", policy=policy("everyone"))
        cls.upsert(cls.docs, *(document(cls.docs, f"{folder}/{i}", vector=UNIT) for folder in ("other", "team") for i in range(3)))
        cls.upsert(cls.hidden, document(cls.hidden, "paper", vector=UNIT))
        cls.team = f"{cls.docs}/folders/team"
        cls.own = policy(owners=["group:leads"], ceiling=["group:leads", "group:staff"], inheritance=rule_pb2.INHERITANCE_INHERIT)
        cls.admin.SetPolicies(updates=[{"resource": cls.team, "policy": cls.own}])
        cls.admin.UpdateMembers(add=[{"group": "group:leads", "member": "user:lea"}])
        cls.owner = cls.server.client_of("user:lea", "owner")

    def test_sees_what_it_owns_and_nothing_else(self):
        listed = self.owner.ListDocuments(collection=self.docs).documents
        self.assertEqual([f"{self.docs}/documents/team/{i}" for i in range(3)], [found.name for found in listed])
        first = self.owner.ListDocuments(collection=self.docs, page_size=2)
        self.assertEqual(2, len(first.documents))
        rest = self.owner.ListDocuments(collection=self.docs, page_size=2, page_token=first.next_page_token)
        self.assertEqual((1, ""), (len(rest.documents), rest.next_page_token))
        self.assertEqual([self.docs], [collection.name for collection in self.owner.ListCollections().collections])
        part = self.owner.GetCollection(name=self.docs)
        self.assertEqual((False, 0, ""), (part.HasField("policy"), part.document_count, part.etag))
        self.assertEqual([self.team], [folder.name for folder in self.owner.ListFolders(collection=self.docs).folders])

    def test_who_runs_the_server_sees_sizes_but_not_who_may_read(self):
        operator = self.server.client_of("service:ops", "operator")
        listed = {collection.name: collection for collection in operator.ListCollections().collections}
        for seen in (operator.GetCollection(name=self.docs), listed[self.docs]):
            self.assertEqual((False, "", True), (seen.HasField("policy"), seen.etag, seen.document_count > 0))
        self.assert_refused(DENIED, operator.GetPolicy, resource=self.docs)

    def test_what_it_does_not_own_looks_like_what_does_not_exist(self):
        def calls(collection, name):
            paper = f"{collection}/documents/{name}"
            return {
                "GetDocument": lambda: self.owner.GetDocument(name=paper),
                "GetPolicy": lambda: self.owner.GetPolicy(resource=paper),
                "Explain": lambda: self.owner.Explain(principal="user:x", resource=paper),
                "ListReaders": lambda: self.owner.ListReaders(resource=paper),
                "Check": lambda: self.owner.Check(principal="user:x", resource=paper),
                "BatchCheck": lambda: self.owner.BatchCheck(items=[{"principal": "user:x", "resource": paper}]),
                "SetPolicies": lambda: self.owner.SetPolicies(updates=[{"resource": paper}]),
                "Upsert": lambda: self.owner.UpsertDocuments(collection=collection, documents=[document(collection, name, vector=[1, 0])]),
                "GetCollection": lambda: self.owner.GetCollection(name=collection),
                "ListDocuments": lambda: self.owner.ListDocuments(collection=collection),
                "ListFolders": lambda: self.owner.ListFolders(collection=collection),
            }

        there, absent, inside = calls(self.hidden, "paper"), calls("collections/hiddex", "paper"), calls(self.hidden, "papex")
        for rpc, call in there.items():
            with self.subTest(rpc=rpc):
                refusal = self.assert_refused(NOT_FOUND, call)
                self.assertEqual(refusal.raw, self.assert_refused(NOT_FOUND, absent[rpc]).raw.replace(b"hiddex", b"hidden"))
                self.assertEqual(refusal.raw, self.assert_refused(NOT_FOUND, inside[rpc]).raw.replace(b"papex", b"paper"))
        # What does not exist is no error when it is deleted, so what belongs to others is none either, and stays.
        for collection in (self.hidden, "collections/hiddex"):
            self.owner.DeleteDocuments(collection=collection, names=[f"{collection}/documents/paper"])
        self.assertEqual(["paper"], self.found(self.admin, self.hidden))

    def test_changes_rules_and_documents_within_its_folder_and_its_ceiling(self):
        paper = f"{self.docs}/documents/team/0"
        self.owner.SetPolicies(updates=[{"resource": paper, "policy": policy("group:staff")}])
        self.assertEqual(self.own.owners, self.owner.GetPolicy(resource=self.team).policy.owners)
        self.assertTrue(self.owner.Explain(principal="user:x", resource=paper).summary)
        self.assert_refused(DENIED, self.owner.SetPolicies, updates=[{"resource": paper, "policy": policy("user:outsider")}])
        self.assert_refused(DENIED, self.owner.SetPolicies, updates=[{"resource": self.team, "policy": policy(owners=["user:lea"])}])
        self.assert_refused(DENIED, self.owner.SetPolicies, updates=[{"resource": self.team, "policy": policy(ceiling=["everyone"])}])
        self.owner.UpsertDocuments(collection=self.docs, documents=[document(self.docs, "team/new", vector=UNIT)])
        self.owner.DeleteDocuments(collection=self.docs, names=[f"{self.docs}/documents/team/new"])
        self.assertEqual(self.own, self.admin.GetPolicy(resource=self.team).policy)

    def test_owning_gives_no_right_to_read(self):
        self.admin.UpdateMembers(add=[{"group": "group:leads", "member": "user:len"}])
        len_ = self.server.client_of("user:len", "owner", "reader")
        self.admin.SetPolicies(updates=[{"resource": f"{self.docs}/documents/team/1", "policy": policy(deny=["user:len"])}])
        self.assertNotIn("team/1", self.found(len_, self.docs))


class Previews(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("group:eng"))
        cls.upsert(cls.docs, *(document(cls.docs, f"d{i}", vector=[1, i, 0, 0]) for i in range(3)))
        cls.admin.UpdateMembers(add=[{"group": "group:eng", "member": "user:bob"}])

    def test_says_who_would_gain_and_lose_what_and_changes_nothing(self):
        changes = {"add_members": [{"group": "group:eng", "member": "user:ann"}], "remove_members": [{"group": "group:eng", "member": "user:bob"}]}
        queries = [{"principal": who, "collection": self.docs, "vector": {"values": UNIT}, "k": 2} for who in ("user:ann", "user:bob")]
        answer = self.admin.Preview(changes=changes, queries=queries, max_names=2)
        self.assertEqual([("user:ann", 3, 0), ("user:bob", 0, 3)], [(d.principal, d.gained_chunks, d.lost_chunks) for d in answer.differences])
        self.assertEqual([f"{self.docs}/documents/d{i}" for i in range(2)], list(answer.differences[0].gained_documents))
        self.assertEqual(2, answer.principal_count)
        best = [f"{self.docs}/documents/d{i}/chunks/0" for i in range(2)]
        self.assertEqual([(best, []), ([], best)], [(list(q.appearing), list(q.disappearing)) for q in answer.queries])
        self.assertFalse(self.admin.Check(principal="user:ann", resource=self.docs).allowed)
        self.assertEqual(answer.revision_token, self.admin.Check(resource=self.docs).revision_token)

    def test_what_opens_to_everybody_is_said_for_everybody(self):
        answer = self.admin.Preview(changes={"policies": [{"resource": self.docs, "policy": policy("everyone")}]})
        self.assertEqual(3, answer.everyone_else.gained_chunks)

    def test_bad_requests_name_their_field(self):
        change = {"add_members": [{"group": "group:eng", "member": "user:ann"}]}
        query = {"principal": "user:ann", "collection": self.docs, "vector": {"values": UNIT}, "k": 2}
        for field, fields in (
                ("changes", {"changes": {}}), ("max_names", {"changes": change, "max_names": 1001}),
                ("max_principals", {"changes": change, "max_principals": -1}), ("collections[0]", {"changes": change, "collections": ["docs"]}),
                ("purpose", {"changes": change, "purpose": "x" * 65}), ("queries", {"changes": change, "queries": [query] * 101}),
                ("queries[1].k", {"changes": change, "queries": [query, {**query, "k": 101}]}),
                ("queries[0].vector", {"changes": change, "queries": [{**query, "vector": {"values": [1]}}]}),
                ("changes.policies[0].resource", {"changes": {"policies": [{"resource": "docs"}]}})):
            with self.subTest(field=field):
                self.assert_refused(INVALID, self.admin.Preview, field=field, **fields)


if __name__ == "__main__":
    harness.main()
