"""Several queries in one call, and collections that answer every search exactly."""

import grpc
import harness
from harness import document, document_id, policy, vector
from usher.v1 import retrieval_pb2

INVALID = grpc.StatusCode.INVALID_ARGUMENT
DIRECTIONS = ([1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1])


def query(values, k=3):
    return retrieval_pb2.BatchQuery(vector=vector(*values), k=k)


class Batches(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("everyone"))
        secret = policy("user:ann", inheritance=harness.rule_pb2.INHERITANCE_REPLACE)
        for i, values in enumerate(DIRECTIONS):
            cls.upsert(cls.docs, document(cls.docs, f"open-{i}", vector=values), document(cls.docs, f"secret-{i}", vector=values, policy=secret))

    def ask(self, principal, *queries, **fields):
        return self.server.acting_for(principal).BatchSearch(collection=self.docs, queries=queries, **fields)

    def test_each_query_is_answered_as_by_a_search_of_its_own(self):
        for principal in ("user:ann", "user:bob"):
            together = self.ask(principal, *(query(values, k) for k, values in enumerate(DIRECTIONS, 1)))
            self.assertEqual(len(DIRECTIONS), len(together.results))
            client = self.server.acting_for(principal)
            for k, (values, result) in enumerate(zip(DIRECTIONS, together.results), 1):
                alone = client.Search(collection=self.docs, vector=vector(*values), k=k)
                self.assertEqual(list(alone.chunks), list(result.chunks))
                self.assertEqual(alone.revision_token, together.revision_token)

    def test_nobody_gets_in_a_batch_what_a_search_would_not_give(self):
        for result in self.ask("user:bob", *(query(values, 100) for values in DIRECTIONS)).results:
            self.assertEqual({f"open-{i}" for i in range(len(DIRECTIONS))}, {document_id(chunk.name) for chunk in result.chunks})

    def test_an_error_names_the_query_it_is_about(self):
        good = query(DIRECTIONS[0])
        for field, *queries in (("queries", *[]), ("queries", *[good] * 101), ("queries", *[query(DIRECTIONS[0], 501)] * 2),
                                ("queries[1].k", good, query(DIRECTIONS[0], 0)), ("queries[2].vector", good, good, query([1, 0])),
                                ("queries[1].query", good, retrieval_pb2.BatchQuery(k=1)), ("queries[0].vector", query([0, 0, 0, 0]), good)):
            with self.subTest(field=field, count=len(queries)):
                self.assert_refused(INVALID, self.ask, "user:bob", *queries, field=field)
        self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.ask, "user:bob", good, retrieval_pb2.BatchQuery(text="words", k=1),
                            field="queries[1].text")

    def test_a_hundred_queries_of_ten_results_are_answered(self):
        answer = self.ask("user:ann", *[query(DIRECTIONS[0], 10)] * 100, output_form=retrieval_pb2.OUTPUT_FORM_DELIMITED)
        self.assertEqual([10] * 100, [len(result.chunks) for result in answer.results])
        self.assertEqual(100, len({result.boundary for result in answer.results}))


class StrictCollections(harness.Case):
    def path(self, client, collection):
        return client.Search(collection=collection, vector=vector(*DIRECTIONS[0]), k=1, explain_plan=True).plan.path

    def make(self, **fields):
        collection = self.make_collection(f"s{self._testMethodName[-40:].replace('_', '-')}", **fields)
        self.upsert(collection, document(collection, "a", vector=DIRECTIONS[0], policy=policy("user:bob")))
        return collection

    def test_readers_may_see_that_a_search_was_exact_only_where_all_are(self):
        collection = self.make()
        bob = self.server.acting_for("user:bob")
        self.assertEqual("", self.path(bob, collection))
        answer = self.admin.UpdateCollection(name=collection, strict_search=True)
        self.assertTrue(answer.collection.strict_search)
        self.assertEqual("exact", self.path(bob, collection))
        self.assertFalse(self.admin.UpdateCollection(name=collection, strict_search=False).collection.strict_search)
        self.assertEqual("", self.path(bob, collection))

    def test_it_can_be_set_when_the_collection_is_made_and_outlives_a_kill(self):
        collection = self.make(strict_search=True)
        self.server.kill()
        self.server.start()
        type(self).admin = self.server.admin
        self.assertTrue(self.admin.GetCollection(name=collection).strict_search)
        self.assertEqual("exact", self.path(self.server.acting_for("user:bob"), collection))

    def test_owners_set_it_where_they_own_the_collection(self):
        mine = self.make(policy=policy("user:bob", owners=["user:own"]))
        owner = self.server.client_of("user:own", "owner")
        self.assertTrue(owner.UpdateCollection(name=mine, strict_search=True).collection.strict_search)
        other = self.make_collection("not-owned")
        for name in (other, "collections/nowhere"):
            self.assert_refused(grpc.StatusCode.NOT_FOUND, owner.UpdateCollection, name=name, strict_search=True)
        self.assert_refused(INVALID, self.admin.UpdateCollection, name=mine, field="strict_search")


if __name__ == "__main__":
    harness.main()
