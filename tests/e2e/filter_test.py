"""Searches with a filter on metadata: what matches, who learns of fields, what is refused, and the command line's way to write one."""

import json
import subprocess

import grpc
import harness
from google.protobuf import json_format, struct_pb2
from harness import document, policy, vector
from usher.v1 import corpus_pb2, filter_pb2, retrieval_pb2, rule_pb2

INVALID = grpc.StatusCode.INVALID_ARGUMENT
UNIT = [1, 0, 0, 0]


def struct(**fields):
    return json_format.ParseDict(fields, struct_pb2.Struct())


def a_filter(text):
    return json_format.Parse(text, filter_pb2.Filter())


def equals(field, **value):
    return filter_pb2.Filter(equals=filter_pb2.FieldEquals(field=field, value=filter_pb2.FieldValue(**value)))


def exists(field):
    return filter_pb2.Filter(exists=filter_pb2.FieldExists(field=field))


def nested(depth):
    inner = exists("year")
    for _ in range(depth - 1):
        inner = filter_pb2.Filter(all_of=filter_pb2.FilterList(filters=[inner]))
    return inner


class Filters(harness.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("everyone"), fields=[{"field": "due", "type": corpus_pb2.FIELD_TYPE_TIMESTAMP}])
        secret = policy("user:ann", inheritance=rule_pb2.INHERITANCE_REPLACE)
        cls.upsert(
            cls.docs,
            document(cls.docs, "old", vector=UNIT, metadata=struct(year=2019, team="red", due="2024-01-01T00:00:00Z")),
            document(cls.docs, "new", vector=UNIT, metadata=struct(year=2024, team=["red", "blue"], author={"name": "Mo"})),
            document(cls.docs, "plain", vector=UNIT),
            document(cls.docs, "secret", vector=UNIT, policy=secret, metadata=struct(year="MMXX", codename="heron", team="blue")))

    def ask(self, text_or_filter, principal="user:bob", **fields):
        wanted = a_filter(text_or_filter) if isinstance(text_or_filter, str) else text_or_filter
        return set(self.found(self.server.acting_for(principal), self.docs, filter=wanted, **fields))

    def test_each_kind_of_condition_finds_what_it_says(self):
        for wanted, names in (
                ('{"equals": {"field": "team", "value": {"stringValue": "blue"}}}', {"new"}),
                ('{"inList": {"field": "year", "values": [{"numberValue": 2019}, {"numberValue": 7}]}}', {"old"}),
                ('{"range": {"field": "year", "atLeast": {"numberValue": 2019}, "lessThan": {"numberValue": 2024}}}', {"old"}),
                ('{"range": {"field": "due", "greaterThan": {"timestampValue": "2023-12-31T23:59:59Z"}}}', {"old"}),
                ('{"exists": {"field": "author.name"}}', {"new"}),
                ('{"noneOf": {"filters": [{"exists": {"field": "year"}}]}}', {"plain"}),
                ('{"anyOf": {"filters": [{"exists": {"field": "due"}}, {"exists": {"field": "author.name"}}]}}', {"old", "new"}),
                ('{"allOf": {"filters": [{"exists": {"field": "due"}}, {"exists": {"field": "author.name"}}]}}', set())):
            for mode in (retrieval_pb2.SEARCH_MODE_AUTOMATIC, retrieval_pb2.SEARCH_MODE_EXACT):
                with self.subTest(wanted=wanted, mode=mode):
                    self.assertEqual(names, self.ask(wanted, mode=mode))

    def test_a_filter_never_widens_what_one_may_read(self):
        everything = filter_pb2.Filter(none_of=filter_pb2.FilterList(filters=[equals("team", string_value="nobody")]))
        self.assertEqual({"old", "new", "plain"}, self.ask(everything))
        self.assertEqual({"old", "new", "plain", "secret"}, self.ask(everything, "user:ann"))

    def test_the_number_of_readable_chunks_that_match_is_exact(self):
        client = self.server.acting_for("user:bob")
        answer = client.Search(collection=self.docs, vector=vector(*UNIT), k=1, filter=equals("team", string_value="red"), explain_plan=True)
        self.assertEqual((1, 2), (len(answer.chunks), answer.plan.authorized_chunks))

    def test_a_field_of_hidden_documents_is_as_one_that_does_not_exist(self):
        refusals = [self.assert_refused(INVALID, self.ask, exists(field), field="filter.exists") for field in ("codename", "nonsense")]
        self.assertEqual(["UNKNOWN_FIELD"] * 2, [refusal.reason for refusal in refusals])
        self.assertEqual(*(refusal.message.replace(field, "") for refusal, field in zip(refusals, ("codename", "nonsense"))))
        self.assertEqual({"secret"}, self.ask(exists("codename"), "user:ann"))

    def test_a_type_of_hidden_values_is_as_one_that_no_value_has(self):
        refusal = self.assert_refused(INVALID, self.ask, equals("year", string_value="MMXX"), field="filter.equals", says="holds numbers;")
        self.assertEqual("FIELD_TYPE_MISMATCH", refusal.reason)
        self.assertEqual({"secret"}, self.ask(equals("year", string_value="MMXX"), "user:ann"))
        self.assert_refused(INVALID, self.ask, equals("due", string_value="2024-01-01T00:00:00Z"), says="declares")

    def test_chunks_have_fields_of_their_own(self):
        chunks = [corpus_pb2.ReadyChunk(text=harness.CANARY, vector=vector(*UNIT), metadata=metadata)
                  for metadata in (None, struct(page=2), struct(page=3, kind="table"))]
        name = f"{self.docs}/documents/pages"
        self.upsert(self.docs, corpus_pb2.Document(name=name, metadata=struct(page=1, kind="text"), chunks={"chunks": chunks}))
        self.addCleanup(self.admin.DeleteDocuments, collection=self.docs, names=[name])
        client = self.server.acting_for("user:bob")
        for page, kind in ((1, "text"), (2, "text"), (3, "table")):
            answer = client.Search(collection=self.docs, vector=vector(*UNIT), k=9, filter=equals("page", number_value=page))
            self.assertEqual([f"{name}/chunks/{page - 1}"], [chunk.name for chunk in answer.chunks])
            self.assertEqual({"page": page, "kind": kind}, dict(answer.chunks[0].metadata))

    def test_new_metadata_holds_at_once_and_past_a_restart(self):
        self.upsert(self.docs, document(self.docs, "moving", vector=UNIT, metadata=struct(state="draft")))
        self.upsert(self.docs, document(self.docs, "moving", vector=UNIT, metadata=struct(state="final")))
        self.addCleanup(lambda: self.admin.DeleteDocuments(collection=self.docs, names=[f"{self.docs}/documents/moving"]))
        self.assertEqual({"moving"}, self.ask(equals("state", string_value="final")))
        self.assertEqual(set(), self.ask(equals("state", string_value="draft")))
        self.server.kill()
        self.server.start()
        type(self).admin = self.server.admin
        self.assertEqual({"moving"}, self.ask(equals("state", string_value="final")))
        self.assertEqual(set(), self.ask(equals("state", string_value="draft")))

    def test_queries_of_a_batch_have_filters_of_their_own(self):
        queries = [retrieval_pb2.BatchQuery(vector=vector(*UNIT), k=9, filter=equals("year", number_value=year)) for year in (2019, 2024)]
        client = self.server.acting_for("user:bob")
        results = client.BatchSearch(collection=self.docs, queries=queries).results
        self.assertEqual([["old"], ["new"]], [[harness.document_id(chunk.name) for chunk in result.chunks] for result in results])
        for wrong, field in ((exists("nonsense"), "queries[1].filter.exists"), (exists(""), "queries[1].filter.exists.field")):
            queries[1].filter.CopyFrom(wrong)
            self.assert_refused(INVALID, client.BatchSearch, collection=self.docs, queries=queries, field=field)

    def test_what_is_wrong_with_a_filter_is_said_with_its_place(self):
        value = '"value": {"numberValue": 1}'
        for wanted, field in (
                ("{}", "filter"), ('{"allOf": {}}', "filter.all_of.filters"), ('{"equals": {%s}}' % value, "filter.equals.field"),
                ('{"anyOf": {"filters": [{"exists": {"field": "year"}}, {}]}}', "filter.any_of.filters[1]"),
                ('{"equals": {"field": "year"}}', "filter.equals.value"), ('{"inList": {"field": "year"}}', "filter.in_list.values"),
                ('{"equals": {"field": "year", "value": {"numberValue": "NaN"}}}', "filter.equals.value.number_value"),
                ('{"inList": {"field": "year", "values": [{"numberValue": 1}, {"boolValue": true}]}}', "filter.in_list.values[1]"),
                ('{"range": {"field": "year"}}', "filter.range"),
                ('{"range": {"field": "year", "atLeast": {"boolValue": true}}}', "filter.range.at_least"),
                ('{"range": {"field": "year", "atLeast": {"numberValue": 2}, "atMost": {"numberValue": 1}}}', "filter.range"),
                ('{"range": {"field": "year", "atLeast": {"numberValue": 2}, "atMost": {"stringValue": "3"}}}', "filter.range")):
            with self.subTest(wanted=wanted):
                self.assert_refused(INVALID, self.ask, wanted, field=field)

    def test_filters_are_bounded(self):
        year = exists("year")
        many = filter_pb2.FilterList(filters=[year] * 64)
        values = [filter_pb2.FieldValue(number_value=i) for i in range(1001)]
        for wanted, field in ((nested(9), "filter" + ".all_of.filters[0]" * 8),
                              (filter_pb2.Filter(all_of=many), "filter.all_of.filters[63]"),
                              (filter_pb2.Filter(in_list=filter_pb2.FieldIn(field="year", values=values)), "filter.in_list.values[1000]"),
                              (exists("x" * 513), "filter.exists.field"),
                              (equals("team", string_value="x" * 257), "filter.equals.value.string_value")):
            with self.subTest(field=field):
                self.assert_refused(INVALID, self.ask, wanted, field=field)
        self.assertEqual({"old", "new"}, self.ask(nested(8)))
        self.assertEqual({"old", "new"}, self.ask(filter_pb2.Filter(all_of=filter_pb2.FilterList(filters=[year] * 63))))

    def test_metadata_that_does_not_fit_is_refused_by_its_path(self):
        wrong = document(self.docs, "wrong", vector=UNIT, metadata=struct(due="soon"))
        self.assert_refused(INVALID, self.upsert, self.docs, wrong, field="documents[0].metadata.due", says="RFC 3339")
        chunk = corpus_pb2.ReadyChunk(text=harness.CANARY, vector=vector(*UNIT), metadata=struct(due=1))
        wrong = corpus_pb2.Document(name=f"{self.docs}/documents/wrong", chunks={"chunks": [chunk]})
        self.assert_refused(INVALID, self.upsert, self.docs, wrong, field="documents[0].chunks.chunks[0].metadata.due")

    def test_declarations_are_checked_and_shown(self):
        fields = [{"field": "a.b", "type": corpus_pb2.FIELD_TYPE_INTEGER}]
        name = self.make_collection("declared", policy=policy("everyone"), fields=fields)
        self.assertEqual(fields[0], json_format.MessageToDict(self.admin.GetCollection(name=name).fields[0], use_integers_for_enums=True))
        for number, (wrong, field) in enumerate((({"field": "x"}, "type"), ({"type": 1}, "field"), ({"field": "a..b", "type": 1}, "field"),
                                                 ({"field": "a.b.c.d.e", "type": 1}, "field"), (fields[0], "field"))):
            with self.subTest(wrong=wrong):
                self.assert_refused(INVALID, self.make_collection, f"d{number}", fields=[*fields, wrong], field=f"collection.fields[1].{field}")

    def test_the_command_line_writes_filters_as_people_do(self):
        texts = self.make_collection("texts", dimension=0, policy=policy("everyone"))
        for name, fields in (("a", {"year": 2019, "team": "red"}), ("b", {"year": 2024, "team": "blue"}), ("c", {})):
            self.upsert(texts, document(texts, name, metadata=struct(**fields)))
        environment = harness.clean_environment(USHER_API_KEY=self.server.admin_key, USHER_SERVER=self.server.address)
        for text, names in (("year >= 2020 and team in (red, blue)", {"b"}), ("not has year or team = red", {"a", "c"}), ("year != 2024", {"a", "c"})):
            with self.subTest(text=text):
                command = [harness.USHER, "--json", "search", "texts", "quokka", "--filter", text]
                ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
                self.assertEqual(0, ran.returncode, ran.stderr)
                self.assertEqual(names, {harness.document_id(chunk["name"]) for chunk in json.loads(ran.stdout)["chunks"]})


if __name__ == "__main__":
    harness.main()
