"""Every RPC of every service, as the descriptors list them, with every kind of credential that must not open it."""

import secrets

import grpc
import harness
from harness import CANARY, METHODS, ROLES, document, message_class, policy
from usher.v1 import retrieval_pb2, rule_pb2

# Which roles may call what, as the API's comments say. A new RPC fails here until somebody has decided who may call it.
MANAGERS = {"owner", "administrator"}
ALLOWED = {
    "Search": {"reader"}, "BatchSearch": {"reader"}, "GetChunks": {"reader"},
    "Inspect": {"reader"}, "InspectStream": {"reader"},
    "CreateCollection": {"administrator"}, "UpdateCollection": MANAGERS, "DeleteCollection": {"administrator"},
    "GetCollection": MANAGERS | {"operator"}, "ListCollections": MANAGERS | {"operator"}, "ListHubs": MANAGERS,
    "RevealPseudonyms": MANAGERS, "GetPolicyReview": MANAGERS,
    "UpsertDocuments": MANAGERS, "StreamUpsertDocuments": MANAGERS, "GetDocument": MANAGERS, "ListDocuments": MANAGERS,
    "DeleteDocuments": MANAGERS,
    "UpdateMembers": {"administrator"}, "ListGroups": MANAGERS, "ListMembers": MANAGERS,
    "SetClearances": {"administrator"}, "ListClearances": {"administrator"},
    "SetPolicies": MANAGERS, "GetPolicy": MANAGERS, "ListFolders": MANAGERS,
    "Check": MANAGERS | {"reader"}, "BatchCheck": MANAGERS | {"reader"}, "ListReaders": MANAGERS, "Explain": MANAGERS,
    "ListAccessible": {"reader", "administrator"}, "StreamAccessible": {"reader", "administrator"},
    "Preview": {"administrator"}, "Watch": {"administrator", "auditor"},
    "RequestBreakGlass": {"administrator"}, "ApproveBreakGlass": {"administrator"}, "EndBreakGlass": {"administrator"},
    "ListBreakGlass": {"administrator", "auditor"},
    "GetAccessSettings": {"administrator"}, "SetAccessSettings": {"administrator"},
    "SetSource": {"administrator"}, "ListSources": {"administrator"}, "DeleteSource": {"administrator"}, "ApproveSync": {"administrator"},
    "BeginSync": MANAGERS, "PushSync": MANAGERS, "CommitSync": MANAGERS, "AbortSync": MANAGERS,
    "CreateApiKey": {"administrator"}, "ListApiKeys": {"administrator"}, "RevokeApiKey": {"administrator"},
    "GetServerInfo": set(ROLES),
}
VECTOR = [1, 0, 0, 0]


class RefusalCase(harness.Case):
    """Sends empty requests, which would be refused as well: who may not call must be told that, and not what is wrong."""

    def assert_all_refused(self, code, client):
        before = self.statistics()
        for name, method in METHODS.items():
            with self.subTest(rpc=name):
                refusal = self.assert_refused(code, client.send, name, message_class(method.input_type)())
                self.assertEqual([], refusal.fields)
        self.assertEqual(before, self.statistics())


class Refused(RefusalCase):
    def assert_unauthenticated(self, *authorization):
        client = self.server.client(None)
        client.metadata = [("authorization", value) for value in authorization]
        self.assert_all_refused(grpc.StatusCode.UNAUTHENTICATED, client)

    def test_without_a_credential(self):
        self.assert_unauthenticated()

    def test_with_a_malformed_credential(self):
        key = self.server.admin_key
        for value in ("", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", key, f"Bearer  {key}", f"Bearer {key} ", f"Bearer {key[:-1]}", f"Bearer {key}0",
                      f"Bearer {key.upper()}", "Bearer " + "a" * 4000):
            with self.subTest(value=value[:20]):
                self.assert_unauthenticated(value)

    def test_with_the_key_given_twice(self):
        self.assert_unauthenticated(f"Bearer {self.server.admin_key}", f"Bearer {self.server.admin_key}")

    def test_with_a_wrong_secret_for_a_known_key(self):
        prefix, key_id, _ = self.server.admin_key.split("_")
        self.assert_unauthenticated(f"Bearer {prefix}_{key_id}_{secrets.token_hex(32)}")

    def test_with_a_key_that_nobody_made(self):
        self.assert_unauthenticated(f"Bearer usher_{secrets.token_hex(8)}_{secrets.token_hex(32)}")

    def test_a_known_and_an_unknown_key_are_refused_with_the_same_bytes(self):
        prefix, key_id, _ = self.server.admin_key.split("_")
        secret = secrets.token_hex(32)
        refusals = [self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, self.server.client(f"{prefix}_{which}_{secret}").GetServerInfo)
                    for which in (key_id, secrets.token_hex(8))]
        self.assertEqual(refusals[0], refusals[1])

    def test_with_a_revoked_key(self):
        made = self.server.new_key("user:leaver", *ROLES)
        client = self.server.client(made.secret)
        self.assertEqual("user:leaver", client.GetServerInfo().principal)
        self.admin.RevokeApiKey(key_id=made.api_key.key_id)
        self.assert_all_refused(grpc.StatusCode.UNAUTHENTICATED, client)

    def test_with_lesser_roles(self):
        self.assertEqual(set(ALLOWED), set(METHODS))
        for role in ROLES:
            client = self.server.client(self.server.new_key(f"user:only-{role}", role).secret)
            for name, method in METHODS.items():
                request = message_class(method.input_type)()
                with self.subTest(role=role, rpc=name):
                    if role in ALLOWED[name]:
                        self.assert_let_in(client, name, request)
                    else:
                        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, client.send, name, request, says="role")

    def assert_let_in(self, client, name, request):
        if name == "Watch":
            request.after_revision_token = "none of ours"  # else it would wait for changes
        try:
            client.send(name, request)
        except grpc.RpcError as error:
            self.assertIn(error.code(), (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND), error.details())

    def test_acting_for_somebody_without_the_delegate_scope(self):
        client = self.server.client(self.server.admin_key, "user:victim")
        self.assert_all_refused(grpc.StatusCode.PERMISSION_DENIED, client)

    def test_acting_for_somebody_leaves_nothing_but_reading(self):
        made = self.server.new_key("service:mighty", *ROLES, delegate=True)
        client = self.server.client(made.secret, "user:ann")
        for name, method in METHODS.items():
            with self.subTest(rpc=name):
                if "reader" in ALLOWED[name]:
                    self.assert_let_in(client, name, message_class(method.input_type)())
                else:
                    self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, client.send, name, message_class(method.input_type)())

    def test_acting_for_something_that_is_no_principal(self):
        for principal in ("ann", "group:staff", "everyone", "user:", "user:a b"):
            with self.subTest(principal=principal):
                self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, self.server.acting_for(principal).GetServerInfo, says="usher-principal")

    def test_acting_for_two_at_once(self):
        client = self.server.acting_for("user:ann")
        client.metadata.append(("usher-principal", "user:bob"))
        self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, client.GetServerInfo, says="usher-principal")

    def test_nobody_hands_out_a_role_they_do_not_hold(self):
        maker = self.server.client(self.server.new_key("user:maker", "administrator").secret)
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, maker.CreateApiKey, principal="user:x", roles=["ROLE_READER"], field="roles")

    def test_a_reader_asks_about_itself_only(self):
        reader = self.server.client(self.server.new_key("user:curious", "reader").secret)
        self.assertFalse(reader.Check(resource="collections/none").allowed)
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, reader.Check, principal="user:other", resource="collections/none")
        items = [{"resource": "collections/none"}, {"principal": "user:other", "resource": "collections/none"}]
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, reader.BatchCheck, items=items)
        self.assertEqual([False], list(reader.BatchCheck(items=items[:1]).allowed))
        self.assertEqual([], list(reader.ListAccessible(collection="collections/none").names))
        for rpc in (reader.ListAccessible, lambda **fields: list(reader.StreamAccessible(**fields))):
            self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, rpc, principal="user:other", collection="collections/none")

    def test_an_rpc_that_does_not_exist_is_not_there_for_anybody(self):
        for path in ("/usher.v1.AdminService/Freeze", "/usher.v2.AdminService/GetServerInfo", "/"):
            with self.subTest(path=path):
                with self.assertRaises(grpc.RpcError) as caught:
                    self.admin.raw(path, b"")
                self.assertEqual(grpc.StatusCode.UNIMPLEMENTED, caught.exception.code())


class ExpiredKey(RefusalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.terminate()
        cls.key = harness.make_key(cls.server.data, "user:late", ROLES, "--lifetime", "1ms")
        cls.server.start()
        cls.admin = cls.server.admin

    def test_is_refused_by_every_rpc(self):
        self.assert_all_refused(grpc.StatusCode.UNAUTHENTICATED, self.server.client(self.key))


class OtherTenant(harness.Case):
    """What another tenant has looks like what does not exist, in every listing, answer and error."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.terminate()
        key = harness.make_key(cls.server.data, "user:admin", ROLES, tenant="rival")
        cls.server.start()
        cls.admin = cls.server.admin
        cls.rival = cls.server.client(key)
        cls.own = cls.make_collection("own", policy=policy("everyone"))
        cls.upsert(cls.own, document(cls.own, "paper", vector=VECTOR))
        cls.admin.UpdateMembers(add=[{"group": "group:staff", "member": "user:admin"}])

    def test_sees_nothing(self):
        self.assertEqual("rival", self.rival.GetServerInfo().tenant)
        self.assertEqual(0, self.rival.GetServerInfo().statistics.documents)
        self.assertEqual([], list(self.rival.ListCollections().collections))
        self.assertEqual([], list(self.rival.ListGroups().groups))
        self.assertEqual([], list(self.rival.ListMembers(group="group:staff").members))
        self.assertEqual(["user:admin"], [key.principal for key in self.rival.ListApiKeys().api_keys])
        self.assertFalse(self.rival.Check(resource=self.own).allowed)
        self.assertEqual([], list(self.rival.GetChunks(collection=self.own, names=[f"{self.own}/documents/paper/chunks/0"]).chunks))

    def test_gets_the_same_error_for_what_is_there_and_what_is_not(self):
        query = {"vector": {"values": VECTOR}, "k": 3}
        calls = {
            "Search": lambda name: self.rival.Search(collection=name, **query),
            "BatchSearch": lambda name: self.rival.BatchSearch(collection=name, queries=[query]),
            "UpdateCollection": lambda name: self.rival.UpdateCollection(name=name, strict_search=True),
            "GetCollection": lambda name: self.rival.GetCollection(name=name),
            "DeleteCollection": lambda name: self.rival.DeleteCollection(name=name),
            "ListDocuments": lambda name: self.rival.ListDocuments(collection=name),
            "GetDocument": lambda name: self.rival.GetDocument(name=f"{name}/documents/paper"),
            "GetPolicy": lambda name: self.rival.GetPolicy(resource=name),
            "Explain": lambda name: self.rival.Explain(resource=name),
            "ListReaders": lambda name: self.rival.ListReaders(resource=f"{name}/documents/paper"),
            "ListFolders": lambda name: self.rival.ListFolders(collection=name),
            "SetPolicies": lambda name: self.rival.SetPolicies(updates=[{"resource": name}]),
            "UpsertDocuments": lambda name: self.rival.UpsertDocuments(collection=name, documents=[document(name, "paper", vector=VECTOR)]),
            "DeleteDocuments": lambda name: self.rival.DeleteDocuments(collection=name, names=[f"{name}/documents/paper"]),
        }
        for name, call in calls.items():
            with self.subTest(rpc=name):
                there = self.assert_refused(grpc.StatusCode.NOT_FOUND, call, self.own)
                absent = self.assert_refused(grpc.StatusCode.NOT_FOUND, call, "collections/owx")
                self.assertEqual(there.raw, absent.raw.replace(b"owx", b"own"))
                self.assertEqual(there.message, absent.message.replace("owx", "own"))
        self.assertEqual(1, self.statistics()["documents"])

    def test_cannot_revoke_a_key(self):
        key_id = self.server.admin_key.split("_")[1]
        there = self.assert_refused(grpc.StatusCode.NOT_FOUND, self.rival.RevokeApiKey, key_id=key_id)
        absent = self.assert_refused(grpc.StatusCode.NOT_FOUND, self.rival.RevokeApiKey, key_id="0" * 16)
        self.assertEqual(there, absent)
        self.admin.GetServerInfo()

    def test_has_its_own_collection_of_the_same_name(self):
        name = "collections/twin"
        for client, text in ((self.admin, f"ours {CANARY}"), (self.rival, f"theirs {CANARY}")):
            client.CreateCollection(collection={"name": name, "dimension": 4, "policy": policy("everyone")})
            self.addCleanup(client.DeleteCollection, name=name)
            client.UpsertDocuments(collection=name, documents=[document(name, "paper", text, vector=VECTOR)])
        for client, text in ((self.admin, f"ours {CANARY}"), (self.rival, f"theirs {CANARY}")):
            answer = client.Search(collection=name, vector={"values": VECTOR}, k=10)
            self.assertEqual([text], [chunk.text for chunk in answer.chunks])


class Hidden(harness.Case):
    """For somebody who may not read it, a thing that is there answers byte for byte as one that is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden = cls.make_collection("hidden", policy=policy("user:ann"))
        cls.mixed = cls.make_collection("mixed", policy=policy("everyone"))
        cls.upsert(cls.hidden, document(cls.hidden, "paper", vector=VECTOR))
        cls.own = document(cls.mixed, "open", vector=[0, 1, 0, 0])
        cls.upsert(cls.mixed, cls.own)
        cls.bob = cls.server.acting_for("user:bob")

    @staticmethod
    def comparable(answer):
        """An answer without what differs from call to call."""
        copy = type(answer)()
        copy.CopyFrom(answer)
        copy.ClearField("receipt_id")
        copy.ClearField("revision_token")
        return copy.SerializeToString(deterministic=True)

    def test_in_a_search(self):
        for fields in ({"vector": {"values": VECTOR}, "k": 3}, {"vector": {"values": [1, 0]}, "k": 3}, {"text": CANARY, "k": 3},
                       {"vector": {"values": [0, 0, 0, 0]}, "k": 3}):
            with self.subTest(fields=str(fields)):
                there = self.assert_refused(grpc.StatusCode.NOT_FOUND, self.bob.Search, collection=self.hidden, **fields)
                absent = self.assert_refused(grpc.StatusCode.NOT_FOUND, self.bob.Search, collection="collections/hiddex", **fields)
                self.assertEqual(there.raw, absent.raw.replace(b"hiddex", b"hidden"))
                self.assertEqual(there.message, absent.message.replace("hiddex", "hidden"))

    def test_in_reading_chunks(self):
        def read(collection, name):
            return self.bob.GetChunks(collection=collection, names=[f"{collection}/documents/{name}/chunks/0"])

        answers = [read(self.hidden, "paper"), read(self.hidden, "absent"), read("collections/nowhere", "paper")]
        self.assertEqual(1, len({self.comparable(answer) for answer in answers}))
        self.assertEqual(0, len(answers[0].chunks))

    def test_in_checks(self):
        resources = (self.hidden, f"{self.hidden}/documents/paper", f"{self.hidden}/documents/absent", "collections/nowhere")
        answers = [self.bob.Check(resource=resource) for resource in resources]
        self.assertEqual(1, len({answer.SerializeToString() for answer in answers}))
        self.assertFalse(answers[0].allowed)

    def test_hidden_neighbours_change_no_byte_of_an_answer(self):
        request = {"collection": self.mixed, "vector": {"values": VECTOR}, "k": 10, "mode": retrieval_pb2.SEARCH_MODE_EXACT, "explain_plan": True}

        def ask():
            answer = self.bob.Search(**request)
            for field in ("resolve_time", "embed_time", "search_time", "load_time", "verify_time", "sanitize_time"):
                answer.plan.ClearField(field)
            return self.comparable(answer)

        alone = ask()
        secret = policy("user:ann", inheritance=rule_pb2.INHERITANCE_REPLACE)
        for round_number in range(3):
            self.upsert(self.mixed, *(document(self.mixed, f"secret-{round_number}-{i}", vector=VECTOR, policy=secret) for i in range(50)))
            self.assertEqual(alone, ask())


if __name__ == "__main__":
    harness.main()
