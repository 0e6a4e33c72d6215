"""Policies of a running server: what they do to answers, how they change while it runs, and who may undo a pseudonym."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import grpc
import harness
from harness import document, policy
from usher.v1 import corpus_pb2, guard_pb2

MAIL = "jane.roe@example.org"
TEXT = f"Ask {MAIL} about leave."
SECRET = "AKIA" + "Q7RK2VT9" + "ZPL4XWC8"  # in parts, so that no scanner takes this file for a leak
PATIENCE_SECONDS = 60


class Policies(harness.Case):
    @classmethod
    def setUpClass(cls):
        # Beside the data, and there before the server starts.
        cls.policies = pathlib.Path(tempfile.mkdtemp(prefix="usher-policies-"))
        cls.addClassCleanup(shutil.rmtree, cls.policies)
        cls.write("default.yaml", "version: 1\n")
        cls.settings = {"USHER_SANITIZE_POLICY_DIR": str(cls.policies)}
        super().setUpClass()
        cls.docs = cls.make_collection("docs", policy=policy("user:ann", "user:bob", owners=["user:own", "user:ann"]))
        cls.upsert(cls.docs, document(cls.docs, "leave", TEXT, vector=[1, 0, 0, 0], title=f"By {MAIL}"),
                   document(cls.docs, "other", "The menu of the week.", vector=[0, 1, 0, 0]))
        cls.bob = cls.server.acting_for("user:bob")
        cls.chunk = f"{cls.docs}/documents/leave/chunks/0"

    @classmethod
    def write(cls, name, text):
        """Whole or not at all, as the server may read at any time."""
        path = cls.policies / name
        path.parent.mkdir(exist_ok=True)
        half = path.with_name(".half")
        half.write_text(text, encoding="utf-8")
        half.replace(path)

    def ask(self, k=1):
        return self.bob.Search(collection=self.docs, vector=harness.vector(1, 0, 0, 0), k=k)

    def load(self, text, name="default.yaml"):
        """Writes a policy and waits until it holds. Every change waits here, so the next digest can only be this policy's."""
        self.change(lambda: self.write(name, text))

    def change(self, of_files):
        before = self.ask().policy_digest
        of_files()
        os.kill(self.server.process.pid, signal.SIGHUP)
        self.await_that(lambda: self.ask().policy_digest != before, "the policy was not read")

    def await_that(self, holds, otherwise):
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            self.assertLess(time.monotonic(), end, f"{otherwise}:\n{self.server.log()}")
            time.sleep(0.05)

    def pseudonym(self):
        self.load("version: 1\npersonal_data: {types: {email: pseudonymise}}\n")
        text = self.ask().chunks[0].text
        self.assertNotIn("jane", text)
        return re.search(r"EMAIL_[a-z0-9]{13}", text)[0]

    def tearDown(self):
        self.load(f"version: 1\ncanaries: [\"reset-{time.monotonic_ns()}\"]\n")

    def test_a_changed_policy_holds_for_what_is_stored(self):
        self.load("version: 1\npersonal_data: {action: mask}\n")
        answer = self.ask()
        self.assertEqual("Ask ***@example.org about leave.", answer.chunks[0].text)
        self.assertEqual("By ***@example.org", answer.chunks[0].title)
        self.load("version: 1\npersonal_data: {action: keep}\n")
        self.assertEqual(TEXT, self.ask().chunks[0].text)

    def test_a_policy_that_fails_its_examples_is_refused_and_the_one_before_stays(self):
        self.load("version: 1\npersonal_data: {action: mask}\n")
        digest = self.ask().policy_digest
        self.write("default.yaml", "version: 1\npersonal_data: {action: keep}\nexamples: {must_change: [{text: \"" + MAIL + "\"}]}\n")
        os.kill(self.server.process.pid, signal.SIGHUP)
        self.await_that(lambda: "the policy before stays in force" in self.server.log(), "nothing was said of the refused policy")
        self.assertEqual(digest, self.ask().policy_digest)
        self.assertNotIn("jane", self.ask().chunks[0].text)

    def test_a_quarantined_chunk_makes_room_for_the_next(self):
        self.load("version: 1\npersonal_data: {action: quarantine}\n")
        answer = self.ask(k=1)
        self.assertEqual(["other"], [harness.document_id(chunk.name) for chunk in answer.chunks])
        self.assertFalse(self.bob.GetChunks(collection=self.docs, names=[self.chunk]).chunks)

    def test_a_collections_own_policy_goes_before_the_default(self):
        self.load("version: 1\npersonal_data: {action: mask}\n", f"{harness.TENANT}/docs.yaml")
        self.assertNotIn("jane", self.ask().chunks[0].text)
        mails = self.bob.Inspect(boundary=guard_pb2.BOUNDARY_MODEL_OUTPUT, text=TEXT, collection=self.docs)
        self.assertNotIn("jane", mails.text)
        stranger = self.server.acting_for("user:eve")
        digests = {stranger.Inspect(boundary=guard_pb2.BOUNDARY_MODEL_OUTPUT, text=TEXT, collection=name).policy_digest
                   for name in (self.docs, "collections/nowhere", "")}
        self.assertEqual(1, len(digests), "whether a collection exists must not show in a digest")
        self.assertNotIn(mails.policy_digest, digests)
        self.change((self.policies / harness.TENANT / "docs.yaml").unlink)

    def test_links_to_hosts_of_the_policy_survive_storing(self):
        link = "Look it up at [docs](https://docs.example.com/?q={{question}})."
        for host, expected in (("docs.example.com", link), ("elsewhere.example.com", "Look it up at docs.")):
            self.load(f"version: 1\nlinks: {{allow_hosts: [{host}]}}\n")
            self.upsert(self.docs, document(self.docs, "linked", link, vector=[0, 0, 1, 0]))
            answer = self.bob.Search(collection=self.docs, vector=harness.vector(0, 0, 1, 0), k=1)
            self.assertEqual(expected, answer.chunks[0].text)
        self.admin.DeleteDocuments(collection=self.docs, names=[f"{self.docs}/documents/linked"])

    def test_a_canary_raises_an_alarm_at_every_boundary(self):
        self.load("version: 1\ncanaries: [about leave.]\n")
        self.assertEqual(["other"], [harness.document_id(chunk.name) for chunk in self.ask().chunks])
        self.await_that(lambda: "canary" in self.server.log(), "no alarm")
        judged = self.bob.Inspect(boundary=guard_pb2.BOUNDARY_MODEL_OUTPUT, text="It said: ABOUT LEAVE. and no more")
        self.assertEqual(guard_pb2.VERDICT_FLAGGED, judged.verdict)
        self.assertEqual("It said: [CANARY] and no more", judged.text)

    def test_secrets_in_a_models_output_go_by_the_policy(self):
        self.load("version: 1\nsecrets: {action: remove}\n")
        judged = self.bob.Inspect(boundary=guard_pb2.BOUNDARY_MODEL_OUTPUT, text=f"The key is {SECRET}.")
        self.assertEqual("The key is .", judged.text)

    def test_a_pseudonym_is_undone_only_by_an_owner_who_may_read(self):
        pseudonym = self.pseudonym()
        ask = {"chunk": self.chunk, "pseudonyms": [pseudonym, "EMAIL_" + "a" * 13]}
        ann = self.server.client_of("user:ann", "owner", "reader")
        answer = ann.RevealPseudonyms(**ask)
        self.assertEqual([(pseudonym, MAIL)], [(item.pseudonym, item.value) for item in answer.revealed])
        # Owns it and may not read it; reads it and has no such role; owns nothing.
        own = self.server.client_of("user:own", "owner")
        self.assert_refused(grpc.StatusCode.NOT_FOUND, own.RevealPseudonyms, **ask)
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, self.bob.RevealPseudonyms, **ask)
        eve = self.server.client_of("user:eve", "owner")
        refusals = [self.assert_refused(grpc.StatusCode.NOT_FOUND, eve.RevealPseudonyms, chunk=name, pseudonyms=[pseudonym])
                    for name in (self.chunk, self.chunk.replace("leave", "nowhere"), self.chunk.replace("docs", "nowhere"))]
        self.assertEqual(1, len({re.sub("leave|nowhere|docs", "", refusal.message) for refusal in refusals}))
        self.assert_refused(grpc.StatusCode.NOT_FOUND, ann.RevealPseudonyms, chunk=self.chunk.replace("chunks/0", "chunks/7"), pseudonyms=[pseudonym])
        # It stays known when the policy has changed since.
        self.load("version: 1\npersonal_data: {action: keep}\n")
        self.assertEqual(1, len(ann.RevealPseudonyms(**ask).revealed))

    def test_bad_questions_about_pseudonyms_are_refused(self):
        for field, ask in {
                "chunk": {"chunk": "leave", "pseudonyms": ["EMAIL_" + "a" * 13]},
                "pseudonyms": {"chunk": self.chunk},
                "pseudonyms[0]": {"chunk": self.chunk, "pseudonyms": [MAIL]},
                "pseudonyms[1]": {"chunk": self.chunk, "pseudonyms": ["EMAIL_" + "a" * 13, "EMAIL_" + "1" * 13]},
                "purpose": {"chunk": self.chunk, "pseudonyms": ["EMAIL_" + "a" * 13], "purpose": "x" * 100}}.items():
            self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, self.admin.RevealPseudonyms, field=field, **ask)
        many = ["EMAIL_" + "a" * 13] * 101
        self.assert_refused(grpc.StatusCode.INVALID_ARGUMENT, self.admin.RevealPseudonyms, field="pseudonyms", chunk=self.chunk, pseudonyms=many)

    def review(self, client, **expected):
        """Waits until the policy in force has been tried on everything stored, and checks what came out."""
        digest = self.ask().policy_digest

        def done():
            review = client.GetPolicyReview(collection=self.docs)
            return review.policy_digest == digest and review.state == corpus_pb2.REVIEW_STATE_FINISHED

        self.await_that(done, "the review did not end")
        review = client.GetPolicyReview(collection=self.docs)
        self.assertEqual({"chunk_count": 2, "reviewed": 2, "quarantined": 0, "changed": 0, "labelled": 0, "canary_chunks": [], **expected},
                         {name: list(value) if name == "canary_chunks" else value for name in
                          ("chunk_count", "reviewed", "quarantined", "changed", "labelled", "canary_chunks") for value in [getattr(review, name)]})

    def test_a_changed_policy_is_tried_on_what_is_stored(self):
        own = self.server.client_of("user:own", "owner")
        self.load("version: 1\npersonal_data: {action: mask}\n")
        self.review(own, changed=1)
        self.load("version: 1\n")
        self.review(own, labelled=1)
        self.load("version: 1\npersonal_data: {action: quarantine}\n")
        self.review(own, quarantined=1)
        self.load("version: 1\npersonal_data: {types: {email: keep}}\ncanaries: [\"menu of the\"]\n")
        self.review(own, quarantined=1, labelled=1, canary_chunks=[f"{self.docs}/documents/other/chunks/0"])
        self.assert_refused(grpc.StatusCode.PERMISSION_DENIED, self.bob.GetPolicyReview, collection=self.docs)
        hidden = self.make_collection("hidden")
        for name in (hidden, "collections/nowhere"):
            self.assert_refused(grpc.StatusCode.NOT_FOUND, own.GetPolicyReview, collection=name)
        environment = harness.clean_environment(USHER_API_KEY=self.server.admin_key, USHER_SERVER=self.server.address)
        shown = subprocess.run([harness.USHER, "policy", "review", "docs"], capture_output=True, text=True, check=False, env=environment)
        self.assertIn("finished: 2 of 2 chunks reviewed\n1 kept back, 0 changed, 1 labelled\nholds a canary: docs/other#0", shown.stdout)

    def test_the_command_line_reveals(self):
        pseudonym = self.pseudonym()
        key = self.server.new_key("user:ann", "owner", "reader").secret
        environment = harness.clean_environment(USHER_API_KEY=key, USHER_SERVER=self.server.address)
        shown = subprocess.run([harness.USHER, "reveal", "docs/leave#0", pseudonym], capture_output=True, text=True, check=False, env=environment)
        self.assertEqual(0, shown.returncode, shown.stderr)
        self.assertIn(MAIL, shown.stdout)


class BadPolicies(harness.Case):
    def test_without_policies_nothing_is_reviewed(self):
        docs = self.make_collection("docs")
        self.assert_refused(grpc.StatusCode.FAILED_PRECONDITION, self.admin.GetPolicyReview, collection=docs, says="sanitize.policy_dir")

    def test_a_server_does_not_start_with_a_policy_that_does_not_load(self):
        folder = self.folder / "policies"
        folder.mkdir()
        (folder / "default.yaml").write_text("version: 1\nsecret: mask\n", encoding="utf-8")
        data = self.folder / "refused"
        ended = subprocess.run([harness.USHERD, "serve", "--data", str(data), "--listen", "127.0.0.1:0"], capture_output=True, text=True, timeout=60,
                               check=False, env=harness.clean_environment(USHER_SANITIZE_POLICY_DIR=str(folder)))
        self.assertNotEqual(0, ended.returncode)
        self.assertIn("default.yaml", ended.stderr)
        self.assertIn("secret", ended.stderr)


if __name__ == "__main__":
    harness.main()
