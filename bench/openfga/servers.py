"""Usher and OpenFGA behind one face: load a tenant, list what somebody may read, check. Imported after sys.argv holds USHERD and USHER first."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import departments

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests/e2e"))

import grpc  # noqa: E402
import harness  # noqa: E402
from usher.v1 import access_pb2  # noqa: E402

COLLECTION = "collections/departments"
MOST_MEMBERS = 10_000  # in one write
MOST_DOCUMENTS = 1_000
MOST_TUPLES = 100  # OpenFGA's own limit
USHER_PAGE = 1_000  # its default
OPTIONS = [("grpc.max_receive_message_length", -1)]
MODEL = {"schema_version": "1.1", "type_definitions": [
    {"type": "user"},
    {"type": "group", "relations": {"member": {"this": {}}}, "metadata": {"relations": {"member": {
        "directly_related_user_types": [{"type": "user"}, {"type": "group", "relation": "member"}]}}}},
    {"type": "document", "relations": {"reader": {"this": {}}}, "metadata": {"relations": {"reader": {
        "directly_related_user_types": [{"type": "group", "relation": "member"}]}}}}]}


def batches(values, size):
    values = list(values)
    return (values[start:start + size] for start in range(0, len(values), size))


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def resident_mib(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Usher:
    """usherd with its store on disk."""

    name = "Usher"

    def __init__(self, folder):
        self.server = harness.Server(pathlib.Path(folder, "usher"), {"USHER_EMBEDDING_PROVIDER": "none"})
        self.admin = self.server.admin
        self.pid = self.server.process.pid

    def load(self, tenant):
        Case = harness.Case
        Case.admin = self.admin
        Case.make_collection(COLLECTION.removeprefix("collections/"))
        members = (access_pb2.Membership(group=group, member=member) for group, member in tenant.memberships())
        for batch in batches(members, MOST_MEMBERS):
            self.admin.UpdateMembers(add=batch)
        documents = (harness.document(COLLECTION, f"d{number}", vector=(1, 0, 0, 0), policy=harness.policy(*map(departments.group, shared)))
                     for number, shared in enumerate(tenant.shared_with))
        for batch in batches(documents, MOST_DOCUMENTS):
            self.admin.UpsertDocuments(collection=COLLECTION, documents=batch)

    def first_list(self, person):
        """The documents in the answer to one question, and whether it says that there are more."""
        answer = self.admin.ListAccessible(principal=departments.user(person), collection=COLLECTION)
        return self.numbers(answer.names), bool(answer.next_page_token)

    def stream(self, person):
        """Messages as they come, each a list of documents."""
        for answer in self.admin.StreamAccessible(principal=departments.user(person), collection=COLLECTION, page_size=USHER_PAGE):
            yield self.numbers(answer.names)

    def check(self, person, document):
        return self.admin.Check(principal=departments.user(person), resource=f"{COLLECTION}/documents/d{document}").allowed

    @staticmethod
    def numbers(names):
        return [int(name.rsplit("/d", 1)[1]) for name in names]

    def stop(self):
        self.server.stop()


class OpenFga:
    """An OpenFGA server with an empty store, in memory or in SQLite. `lift_limits`: lists are not cut off at 1,000 results or 3 seconds."""

    def __init__(self, program, folder, engine, lift_limits):
        self.name = f"OpenFGA, {engine}, {'limits lifted' if lift_limits else 'default limits'}"
        self.messages = make_messages(folder)
        http, rpc = free_port(), free_port()
        command = [program, "run", "--http-addr", f"127.0.0.1:{http}", "--grpc-addr", f"127.0.0.1:{rpc}", "--playground-enabled=false",
                   "--metrics-enabled=false", "--log-level", "error", *datastore(program, folder, engine)]
        if lift_limits:
            command += ["--listObjects-max-results", "0", "--listObjects-deadline", "60s", "--request-timeout", "60s"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        self.url = f"http://127.0.0.1:{http}"
        self.wait_until_ready()
        self.channel = grpc.insecure_channel(f"127.0.0.1:{rpc}", options=OPTIONS)
        self.store = self.post("/stores", {"name": "usher"})["id"]
        self.model = self.post(f"/stores/{self.store}/authorization-models", MODEL)["authorization_model_id"]
        self.ids = {"store_id": self.store, "authorization_model_id": self.model}

    def wait_until_ready(self):
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise RuntimeError("openfga did not start")

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def call(self, method, request, answer):
        call = self.channel.unary_unary(f"/openfga.v1.OpenFGAService/{method}", type(request).SerializeToString, answer.FromString)
        return call(request, timeout=60)

    def load(self, tenant):
        m = self.messages
        tuples = [m.TupleKey(user=subject(member), relation="member", object=group) for group, member in tenant.memberships()]
        tuples += [m.TupleKey(user=subject(departments.group(group)), relation="reader", object=f"document:d{number}")
                   for number, shared in enumerate(tenant.shared_with) for group in shared]
        for batch in batches(tuples, MOST_TUPLES):
            self.call("Write", m.WriteRequest(writes=m.TupleKeys(tuple_keys=batch), **self.ids), m.WriteResponse)

    def question(self, person):
        return self.messages.ListObjectsRequest(type="document", relation="reader", user=departments.user(person), **self.ids)

    def first_list(self, person):
        answer = self.call("ListObjects", self.question(person), self.messages.ListObjectsResponse)
        return self.numbers(answer.objects), False  # OpenFGA never says that there are more

    def stream(self, person):
        m = self.messages
        call = self.channel.unary_stream("/openfga.v1.OpenFGAService/StreamedListObjects", m.ListObjectsRequest.SerializeToString,
                                         m.StreamedListObjectsResponse.FromString)
        for answer in call(self.question(person), timeout=60):
            yield self.numbers([answer.object])

    def check(self, person, document):
        m = self.messages
        key = m.TupleKey(user=departments.user(person), relation="reader", object=f"document:d{document}")
        return self.call("Check", m.CheckRequest(tuple_key=key, **self.ids), m.CheckResponse).allowed

    @staticmethod
    def numbers(names):
        return [int(name.removeprefix("document:d")) for name in names]

    def stop(self):
        self.channel.close()
        self.process.terminate()
        self.process.wait(60)


def subject(name):
    return f"{name}#member" if name.startswith("group:") else name


def datastore(program, folder, engine):
    if engine == "memory":
        return ["--datastore-engine", "memory"]
    where = ["--datastore-engine", "sqlite", "--datastore-uri", f"file:{folder}/openfga.db"]
    subprocess.run([program, "migrate", *where], check=True, capture_output=True)
    return where


def make_messages(folder):
    subprocess.run(["protoc", f"-I{HERE}", f"--python_out={folder}", "questions.proto"], check=True)
    sys.path.insert(0, str(folder))
    import questions_pb2
    return questions_pb2


def new_folder():
    return tempfile.TemporaryDirectory(prefix="usher-openfga-")
