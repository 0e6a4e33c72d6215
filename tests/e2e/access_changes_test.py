"""The feed of changes, emergencies, rights that come from elsewhere, and the last administrator."""

import subprocess
import threading

import grpc
import harness
from harness import document, policy
from usher.v1 import break_glass_pb2

UNIT = [1, 0, 0, 0]
NOT_FOUND = grpc.StatusCode.NOT_FOUND
DENIED = grpc.StatusCode.PERMISSION_DENIED
INVALID = grpc.StatusCode.INVALID_ARGUMENT
FAILED = grpc.StatusCode.FAILED_PRECONDITION
REQUESTED, APPROVED, ENDED = (break_glass_pb2.BreakGlassState.Value(f"BREAK_GLASS_STATE_{name}") for name in ("REQUESTED", "APPROVED", "ENDED"))


def member(group, principal):
    return {"group": group, "member": principal}


class Feed(harness.Case):
    def setUp(self):
        self.start = self.admin.UpdateMembers(add=[member("group:marker", f"user:{self._testMethodName}")]).revision_token

    def changes(self, count, after=None):
        """The next `count` changes, and the token to resume from."""
        stream, found, token = self.admin.Watch(after_revision_token=after or self.start), [], ""
        for message in stream:
            found += message.changes
            token = message.revision_token if message.complete else token
            if len(found) >= count:
                break
        stream.cancel()
        return found, token

    def test_every_kind_of_change_is_told_once_and_in_order(self):
        docs = self.make_collection("docs", policy=policy("everyone"))
        self.admin.UpdateMembers(add=[member("group:g", "user:a")])
        self.admin.UpdateMembers(remove=[member("group:g", "user:a")])
        self.admin.SetPolicies(updates=[{"resource": docs, "policy": policy("user:a")}])
        self.admin.SetClearances(clearances=[{"principal": "user:a", "level": 3}])
        self.upsert(docs, document(docs, "paper", vector=UNIT))
        self.admin.DeleteDocuments(collection=docs, names=[f"{docs}/documents/paper"])
        found, token = self.changes(8)
        self.assertEqual(["created", "policy_set", "member_added", "member_removed", "policy_set", "clearance_set", "created", "deleted"],
                         [change.WhichOneof("change") for change in found])
        self.assertEqual([policy("everyone").rules, policy("user:a").rules], [found[i].policy_set.policy.rules for i in (1, 4)])
        self.assertEqual(3, found[5].clearance_set.level)
        self.assertEqual([f"{docs}/documents/paper"] * 2, [found[6].created, found[7].deleted])
        self.admin.DeleteCollection(name=docs)
        later, _ = self.changes(1, token)
        self.assertEqual(docs, later[0].deleted)

    def test_what_happens_later_is_told_to_those_who_wait(self):
        stream = self.admin.Watch()
        stream.initial_metadata()
        threading.Timer(0.3, lambda: self.admin.UpdateMembers(add=[member("group:later", "user:a")])).start()
        message = next(iter(stream))
        self.assertEqual("group:later", message.changes[0].member_added.group)
        self.assertTrue(message.complete and message.HasField("time"))
        stream.cancel()

    def test_a_checkpoint_comes_when_nothing_happens(self):
        stream = self.admin.Watch(checkpoint_interval={"seconds": 1})
        message = next(iter(stream))
        self.assertEqual((0, True), (len(message.changes), message.complete))
        stream.cancel()

    def test_a_large_write_comes_in_parts_of_at_most_a_mebibyte(self):
        adds = [member("group:" + "g" * 190, f"user:{'m' * 180}{i:05}") for i in range(10_000)]
        self.admin.UpdateMembers(add=adds)
        told, parts = [], []
        stream = self.admin.Watch(after_revision_token=self.start)
        for message in stream:
            self.assertLessEqual(message.ByteSize(), 2**20)
            told += [change.member_added.member for change in message.changes]
            parts.append(message.complete)
            if message.complete:
                break
        stream.cancel()
        self.assertEqual(sorted(entry["member"] for entry in adds), sorted(told))
        self.assertGreater(len(parts), 1)
        self.assertEqual([False] * (len(parts) - 1) + [True], parts)

    def test_other_tenants_are_not_told(self):
        self.server.terminate()
        key = harness.make_key(self.server.data, "user:admin", harness.ROLES, tenant="rival")
        self.server.start()
        type(self).admin = self.server.admin
        rival = self.server.client(key)
        stream = rival.Watch(after_revision_token=self.start, checkpoint_interval={"seconds": 1})
        self.admin.UpdateMembers(add=[member("group:secret", "user:a")])
        self.assertEqual(0, len(next(iter(stream)).changes))
        stream.cancel()

    def test_a_revoked_key_ends_the_stream_before_the_next_change(self):
        made = self.server.new_key("user:listener", "auditor")
        stream = self.server.client(made.secret).Watch()
        stream.initial_metadata()
        self.admin.RevokeApiKey(key_id=made.api_key.key_id)
        self.admin.UpdateMembers(add=[member("group:unheard", "user:a")])
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, lambda: list(stream))

    def test_no_more_than_a_few_may_wait_at_once(self):
        streams = [self.admin.Watch() for _ in range(32)]
        for stream in streams:
            stream.initial_metadata()
        refusal = self.assert_refused(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: list(self.admin.Watch()))
        self.assertTrue(refusal.retry)
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, lambda: list(self.server.client("nobody").Watch()))
        self.assert_refused(DENIED, lambda: list(self.server.acting_for("user:reader").Watch()))
        for stream in streams:
            stream.cancel()

    def test_a_stopping_server_ends_the_stream_promptly(self):
        stream = self.admin.Watch()
        stream.initial_metadata()
        self.server.process.terminate()
        refusal = self.assert_refused(grpc.StatusCode.UNAVAILABLE, lambda: list(stream))
        self.assertEqual("SERVER_STOPPING", refusal.reason)
        self.assertEqual(0, self.server.wait())
        self.server.start()
        type(self).admin = self.server.admin

    def test_bad_requests_name_their_field(self):
        for field, fields in (("after_revision_token", {"after_revision_token": "x"}), ("checkpoint_interval", {"checkpoint_interval": {"nanos": 5}}),
                              ("checkpoint_interval", {"checkpoint_interval": {"seconds": 3601}})):
            self.assert_refused(INVALID, lambda given=fields: list(self.admin.Watch(**given)), field=field)


class BreakGlass(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("user:ann", deny=["user:banned"]))
        cls.upsert(cls.docs, document(cls.docs, "paper", vector=UNIT))
        cls.first = cls.server.client_of("user:first", "administrator")
        cls.second = cls.server.client_of("user:second", "administrator")

    def ask(self, principal="user:nurse", **fields):
        wish = {"resource": self.docs, "principal": principal, "reason": f"{harness.CANARY} fire in ward 3", "duration": {"seconds": 600}}
        return self.first.RequestBreakGlass(**{**wish, **fields})

    def test_takes_two_administrators_and_ends(self):
        nurse = self.server.acting_for("user:nurse")
        asked = self.ask()
        self.assertRegex(asked.id, "^bg-[0-9a-f]{16}$")
        self.assertEqual((REQUESTED, "user:first"), (asked.state, asked.requested_by))
        self.assert_refused(NOT_FOUND, self.found, nurse, self.docs)
        self.assert_refused(FAILED, self.first.ApproveBreakGlass, id=asked.id)
        self.assert_refused(FAILED, self.admin.ApproveBreakGlass, id=asked.id)
        self.assert_refused(NOT_FOUND, self.found, nurse, self.docs)
        given = self.second.ApproveBreakGlass(id=asked.id)
        self.assertEqual((APPROVED, "user:second"), (given.state, given.approved_by))
        self.assertEqual(["paper"], self.found(nurse, self.docs))
        nurses = [grant for grant in self.admin.ListBreakGlass().grants if grant.principal == "user:nurse"]
        self.assertEqual([asked.id], [grant.id for grant in nurses if grant.state == APPROVED])
        self.admin.SetPolicies(updates=[{"resource": self.docs, "policy": policy("user:ann", deny=["user:banned"])}])
        self.assertEqual(["paper"], self.found(nurse, self.docs), "such rules stay when the node's rules are replaced")
        self.assertEqual(ENDED, self.admin.EndBreakGlass(id=asked.id).state)
        self.assert_refused(NOT_FOUND, self.found, nurse, self.docs)
        log = self.server.log()
        for action in ("break_glass.requested", "break_glass.approved", "break_glass.approved.failed", "break_glass.ended"):
            self.assertIn(action, log)
        self.assertIn(f"id={asked.id}", log)

    def test_a_key_made_by_who_asks_is_no_second_administrator(self):
        made = self.first.CreateApiKey(principal="user:accomplice", roles=["ROLE_ADMINISTRATOR"])
        accomplice = self.server.client(made.secret)
        self.assert_refused(FAILED, accomplice.ApproveBreakGlass, id=self.ask().id)
        again = self.server.client(accomplice.CreateApiKey(principal="user:again", roles=["ROLE_ADMINISTRATOR"]).secret)
        self.assert_refused(FAILED, again.ApproveBreakGlass, id=self.ask().id)
        self.assertIn("api_key.created", self.server.log())

    def test_never_passes_a_deny(self):
        asked = self.ask("user:banned")
        self.second.ApproveBreakGlass(id=asked.id)
        self.assert_refused(NOT_FOUND, self.found, self.server.acting_for("user:banned"), self.docs)

    def test_cannot_be_written_as_a_rule(self):
        rule = {"effect": "EFFECT_BREAK_GLASS", "subjects": ["user:sneak"]}
        self.admin.SetPolicies(updates=[{"resource": f"{self.docs}/folders/x", "policy": {"rules": [rule]}}])
        self.assertEqual([], list(self.admin.GetPolicy(resource=f"{self.docs}/folders/x").policy.rules))

    def test_a_repeated_request_asks_once(self):
        self.assertEqual(self.ask(request_id="r1").id, self.ask(request_id="r1").id)

    def test_bad_requests_name_their_field(self):
        for field, fields in (("reason", {"reason": "short"}), ("reason", {"reason": "x" * 1001}), ("duration", {"duration": {"seconds": 59}}),
                              ("duration", {"duration": {"seconds": 86_401}}), ("principal", {"principal": "group:g"}),
                              ("resource", {"resource": "docs"})):
            self.assert_refused(INVALID, self.ask, field=field, **fields)
        self.assert_refused(NOT_FOUND, self.ask, resource="collections/none", field="resource")
        self.assert_refused(NOT_FOUND, self.second.ApproveBreakGlass, id="bg-0000000000000000", field="id")

    def test_the_audit_log_verifies_with_its_events(self):
        self.ask()
        self.server.terminate()
        checked = subprocess.run([harness.USHERD, "audit", "verify", "--data", self.server.data], capture_output=True, text=True, check=False,
                                 env=harness.clean_environment())
        self.server.start()
        type(self).admin = self.server.admin
        type(self).first = self.server.client_of("user:first", "administrator")
        type(self).second = self.server.client_of("user:second", "administrator")
        self.assertEqual(0, checked.returncode, checked.stderr)


class Syncs(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("group:okta/eng"))
        cls.upsert(cls.docs, document(cls.docs, "paper", vector=UNIT))
        cls.admin.SetSource(source={"name": "okta", "agents": ["service:sync"], "share_limit": 20, "minimum": 1})
        cls.agent = cls.server.client_of("service:sync", "owner")

    def sync(self, members, client=None, **fields):
        client = client or self.agent
        sync_id = client.BeginSync(source="okta").sync_id
        client.PushSync(source="okta", sync_id=sync_id, part=0, memberships=[member("group:okta/eng", who) for who in members], **fields)
        return client.CommitSync(source="okta", sync_id=sync_id, parts=1)

    def test_a_sync_is_in_force_as_a_whole_and_a_large_one_waits_for_agreement(self):
        everybody = [f"user:u{i}" for i in range(10)]
        self.assertFalse(self.sync(everybody).HasField("held"))
        self.assertEqual(["paper"], self.found(self.server.acting_for("user:u9"), self.docs))
        held = self.sync(everybody[:2])
        self.assertEqual(8, held.held.memberships_removed)
        self.assertTrue(held.held.reason)
        self.assertEqual(["paper"], self.found(self.server.acting_for("user:u9"), self.docs))
        self.assertEqual(held.held, self.admin.ListSources().sources[0].held)
        self.assert_refused(DENIED, self.agent.ApproveSync, source="okta", sync_id=held.held.sync_id)
        self.assertEqual(8, self.admin.ApproveSync(source="okta", sync_id=held.held.sync_id).memberships_removed)
        self.assert_refused(NOT_FOUND, self.found, self.server.acting_for("user:u9"), self.docs)
        self.assertFalse(self.admin.ListSources().sources[0].HasField("held"))
        self.assertEqual(["okta"], [age.source for age in self.admin.Check(resource=self.docs).syncs])
        self.assertIn("sync.held", self.server.log())
        self.assertIn("sync.approved", self.server.log())

    def test_who_is_no_agent_of_the_source_does_not_learn_of_it(self):
        other = self.server.client_of("service:other", "owner")
        there = self.assert_refused(NOT_FOUND, other.BeginSync, source="okta")
        absent = self.assert_refused(NOT_FOUND, other.BeginSync, source="oktb")
        self.assertEqual(there.raw, absent.raw.replace(b"oktb", b"okta"))

    def test_bad_parts_name_their_field_and_missing_ones_are_missed(self):
        sync_id = self.admin.BeginSync(source="okta").sync_id

        def push(field, code=INVALID, **fields):
            self.assert_refused(code, self.admin.PushSync, source="okta", sync_id=sync_id, field=field, **fields)

        push("memberships[0].group", memberships=[member("group:eng", "user:a")])
        push("memberships[1].group", memberships=[member("group:okta/a", "user:a"), member("group:oktab/a", "user:a")])
        push("memberships[0].member", memberships=[member("group:okta/a", "everyone")])
        push("policies[0].policy", policies=[{"resource": self.docs, "policy": policy(owners=["user:a"])}])
        push("policies[0].policy", policies=[{"resource": self.docs, "policy": policy(ceiling=["user:a"])}])
        push("policies[1].policy.rules[0].subjects[1]", policies=[{"resource": f"{self.docs}/folders/f"},
                                                                  {"resource": self.docs, "policy": policy("user:a", "bob")}])
        push("policies[0].etag", policies=[{"resource": self.docs, "etag": "x"}])
        push("policies[0].resource", policies=[{"resource": f"{self.docs}/documents/paper/chunks/0"}])
        push("policies[1].resource", policies=[{"resource": self.docs}, {"resource": self.docs}])
        push("memberships", memberships=[member("group:okta/a", "user:a")] * 10_001)
        push("policies", memberships=[member("group:okta/a", "user:a")] * 10_000, policies=[{"resource": self.docs}])
        self.admin.PushSync(source="okta", sync_id=sync_id, part=0, policies=[{"resource": self.docs, "policy": policy("group:okta/typo")}])
        self.admin.SetAccessSettings(settings={"require_known_subjects": True})
        self.assert_refused(INVALID, self.admin.CommitSync, source="okta", sync_id=sync_id, parts=1, field="sync_id", says="group:okta/typo")
        self.admin.SetAccessSettings(settings={})
        self.assert_refused(FAILED, self.admin.CommitSync, source="okta", sync_id=sync_id, parts=2)
        self.admin.AbortSync(source="okta", sync_id=sync_id)
        for field, source in (("source.name", {"name": "Okta"}), ("source.share_limit", {"name": "x", "share_limit": 101}),
                              ("source.max_age", {"name": "x", "max_age": {"seconds": 1}}),
                              ("source.agents[0]", {"name": "x", "agents": ["everyone"]})):
            self.assert_refused(INVALID, self.admin.SetSource, source=source, field=field)

    def test_a_source_can_be_forgotten(self):
        self.admin.SetSource(source={"name": "brief"})
        self.admin.DeleteSource(name="brief")
        self.assertEqual(["okta"], [source.name for source in self.admin.ListSources().sources])


class LastAdministrator(harness.Case):
    def test_cannot_be_removed_not_even_by_two_at_once(self):
        own = self.server.admin_key.split("_")[1]
        refusal = self.assert_refused(FAILED, self.admin.RevokeApiKey, key_id=own, field="key_id")
        self.assertEqual("LAST_ADMINISTRATOR", refusal.reason)
        self.server.new_key("user:reader", "reader")
        self.assert_refused(FAILED, self.admin.RevokeApiKey, key_id=own)
        for _ in range(10):
            made = self.server.new_key("user:second", "administrator", "reader")
            second = self.server.client(made.secret)
            pairs = [(second, own), (self.admin, made.api_key.key_id)]
            outcomes = []

            def revoke(client, key_id):
                try:
                    client.RevokeApiKey(key_id=key_id)
                    outcomes.append(client)
                except grpc.RpcError as error:
                    self.assertIn(error.code(), (FAILED, grpc.StatusCode.UNAUTHENTICATED))

            threads = [threading.Thread(target=revoke, args=pair) for pair in pairs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(1, len(outcomes))
            if outcomes[0] is second:
                break


if __name__ == "__main__":
    harness.main()
