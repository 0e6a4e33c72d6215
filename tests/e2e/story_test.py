"""Three people and a stranger ask one question, while groups, rules and memberships change under them.

Whenever somebody asks, Search, GetChunks, Check and Explain must all say the same.
"""

import time

import grpc
import harness
from google.protobuf import timestamp_pb2
from harness import CANARY, document, policy
from usher.v1 import access_pb2, rule_pb2

PEOPLE = ("user:ann", "user:bob", "user:cy", "user:stranger")
QUESTION = f"When do {CANARY} salaries rise?"


def membership(group, member):
    return access_pb2.Membership(group=group, member=member)


def shortly(seconds):
    moment = timestamp_pb2.Timestamp()
    moment.FromNanoseconds(time.time_ns() + int(seconds * 1e9))
    return moment


class Story(harness.Case):
    """Ann leads engineering, Bob works there, Cy is in sales. Engineering and sales are staff."""

    def setUp(self):
        self.collection = self.make_collection(self._testMethodName.replace("_", "-")[:60], dimension=0, policy=policy("group:staff"))
        self.documents = []
        self.admin.UpdateMembers(add=[membership("group:leads", "user:ann"), membership("group:eng", "group:leads"),
                                      membership("group:eng", "user:bob"), membership("group:staff", "group:eng"),
                                      membership("group:staff", "group:sales"), membership("group:sales", "user:cy")])

    def put(self, name, rules=None):
        text = f"The {name} paper of the {CANARY} says that salaries rise in April."
        self.upsert(self.collection, document(self.collection, name, text, policy=rules))
        if name not in self.documents:
            self.documents.append(name)

    def resource(self, name):
        return f"{self.collection}/documents/{name}"

    def set_policy(self, name, rules):
        resource = self.resource(name) if name else self.collection
        return self.admin.SetPolicies(updates=[access_pb2.PolicyUpdate(resource=resource, policy=rules)]).revision_token

    def searched(self, person):
        client = self.server.acting_for(person)
        try:
            chunks = client.Search(collection=self.collection, text=QUESTION, k=100).chunks
        except grpc.RpcError as error:
            self.assertEqual(grpc.StatusCode.NOT_FOUND, error.code(), "having nothing to read is the one refusal allowed here")
            return set()
        for chunk in chunks:
            self.assertIn("salaries rise in April", chunk.text)
        return {harness.document_id(chunk.name) for chunk in chunks}

    def read(self, person):
        names = [self.resource(name) + "/chunks/0" for name in self.documents]
        chunks = self.server.acting_for(person).GetChunks(collection=self.collection, names=names).chunks
        return {harness.document_id(chunk.name) for chunk in chunks}

    def checked(self, person):
        return {name for name in self.documents if self.server.acting_for(person).Check(resource=self.resource(name)).allowed}

    def explained(self, person):
        return {name for name in self.documents if self.admin.Explain(principal=person, resource=self.resource(name)).allowed}

    def assert_readers(self, **readers):
        """readers: for each person the documents, separated by spaces; who is not named reads nothing."""
        for person in PEOPLE:
            expected = set(readers.get(person.removeprefix("user:"), "").split())
            for ask in (self.searched, self.read, self.checked, self.explained):
                self.assertEqual(expected, ask(person), f"{person} by {ask.__name__}")

    def test_each_person_gets_a_different_answer_to_the_same_question(self):
        self.put("open")
        self.put("restricted", policy("group:leads", inheritance=rule_pb2.INHERITANCE_RESTRICT))
        self.put("replaced", policy("user:stranger", "group:sales", inheritance=rule_pb2.INHERITANCE_REPLACE))
        self.put("denied", policy(deny=["group:sales"]))
        self.put("public", policy("everyone"))
        self.assert_readers(ann="open restricted denied public", bob="open denied public", cy="open replaced public", stranger="replaced public")

    def test_nothing_is_readable_where_no_rule_says_so(self):
        self.set_policy(None, rule_pb2.Policy())
        self.put("orphan")
        self.assert_readers()

    def test_a_deny_beats_an_allow_of_the_same_node(self):
        self.put("paper", policy("user:bob", "user:cy", deny=["group:eng"]))
        self.assert_readers(cy="paper")

    def test_a_deny_of_the_collection_holds_past_a_replace(self):
        self.set_policy(None, policy("group:staff", deny=["user:ann"]))
        self.put("paper", policy("user:ann", "user:bob", inheritance=rule_pb2.INHERITANCE_REPLACE))
        self.assert_readers(bob="paper")

    def test_restrict_lets_nobody_in_whom_the_collection_does_not(self):
        self.put("paper", policy("user:stranger", "user:bob", inheritance=rule_pb2.INHERITANCE_RESTRICT))
        self.assert_readers(bob="paper")

    def test_the_very_next_answer_after_a_rule_is_taken_away_is_empty(self):
        self.put("paper", policy("user:bob"))
        for _ in range(20):
            self.set_policy("paper", policy("user:bob"))
            self.assertEqual({"paper"}, self.searched("user:bob"))
            self.set_policy("paper", policy("user:ann"))
            self.assertEqual(set(), self.searched("user:bob"))
            self.assertEqual({"paper"}, self.searched("user:ann"))
        self.assert_readers(ann="paper")

    def test_leaving_an_inner_group_takes_effect_with_the_very_next_answer(self):
        self.put("paper")
        self.assert_readers(ann="paper", bob="paper", cy="paper")
        inner = membership("group:eng", "group:leads")
        for _ in range(10):
            self.admin.UpdateMembers(remove=[inner])
            self.assertEqual(set(), self.searched("user:ann"))
            self.admin.UpdateMembers(add=[inner])
            self.assertEqual({"paper"}, self.searched("user:ann"))
        self.admin.UpdateMembers(remove=[inner])
        self.assert_readers(bob="paper", cy="paper")

    def test_a_rule_ends_by_itself_when_its_time_comes(self):
        self.put("paper", policy("user:bob", expire=shortly(3)))
        self.assertEqual({"paper"}, self.searched("user:bob"))
        time.sleep(3.1)
        self.assert_readers()
        self.assertIn("expired", self.admin.Explain(principal="user:bob", resource=self.resource("paper")).summary)

    def test_a_rule_of_the_future_does_not_count_yet(self):
        rule = rule_pb2.Rule(effect=rule_pb2.EFFECT_ALLOW, subjects=["user:bob"], not_before=shortly(2))
        self.put("paper", rule_pb2.Policy(rules=[rule]))
        self.assert_readers()
        time.sleep(2.1)
        self.assert_readers(bob="paper")

    def test_rules_written_with_the_document_stay_when_its_text_is_replaced(self):
        self.put("paper", policy("user:bob"))
        self.put("paper")
        self.assert_readers(bob="paper")

    def test_a_deleted_document_is_gone_for_everybody(self):
        self.put("paper", policy("everyone"))
        self.admin.DeleteDocuments(collection=self.collection, names=[self.resource("paper")])
        for person in PEOPLE:
            self.assertEqual(set(), self.searched(person) | self.read(person) | self.checked(person))

    def test_a_circle_of_groups_is_harmless(self):
        self.admin.UpdateMembers(add=[membership("group:leads", "group:staff"), membership("group:staff", "group:leads")])
        self.put("paper", policy("group:leads"))
        self.assert_readers(ann="paper", bob="paper", cy="paper")
        self.admin.UpdateMembers(remove=[membership("group:leads", "group:staff"), membership("group:staff", "group:leads")])
        self.assert_readers(ann="paper")

    def test_explain_names_the_way_through_the_groups(self):
        self.put("paper")
        answer = self.admin.Explain(principal="user:ann", resource=self.resource("paper"))
        match = answer.nodes[0].matches[0]
        self.assertEqual(["user:ann", "group:leads", "group:eng", "group:staff"], list(match.membership_path))

    def test_a_token_of_a_write_makes_the_next_answer_as_fresh(self):
        self.put("paper", policy("user:bob"))
        token = self.set_policy("paper", policy("user:cy"))
        answer = self.server.acting_for("user:cy").Search(collection=self.collection, text=QUESTION, k=5, consistency={"at_least_as_fresh": token})
        self.assertEqual(1, len(answer.chunks))
        self.assertTrue(answer.receipt_id)


if __name__ == "__main__":
    harness.main()
