"""A real usherd for the end-to-end tests, and a client that speaks to it through the wire.

Every test program is started as `NAME_test.py USHERD USHER`, with the two programs that were built; they end with `harness.main()`.
Importing this module makes the Python stubs of the API, so that `from usher.v1 import ...` works after it.
"""

import atexit
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from typing import NamedTuple

import grpc
from google.protobuf import symbol_database

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "index/embed/model/usher-static-256.bin"
USHERD, USHER = sys.argv[1:3]
READY = "usherd ready on port "
PATIENCE_SECONDS = 60
ROLES = ("reader", "owner", "administrator", "auditor", "operator")
TENANT = "acme"
# Part of every text and every query, so that a log which repeats any of them gives itself away.
CANARY = "quokka"
KEY_FORM = re.compile(r"usher_[0-9a-f]{16}_[0-9a-f]{64}")


def _make_stubs():
    folder = tempfile.mkdtemp(prefix="usher-stubs-")
    atexit.register(shutil.rmtree, folder)
    subprocess.run([ROOT / "proto/python/generate.sh", folder], check=True, capture_output=True)
    sys.path.insert(0, folder)


_make_stubs()

from usher.v1 import access_pb2, admin_pb2, corpus_pb2, guard_pb2, retrieval_pb2, rule_pb2, status_details_pb2, sync_pb2  # noqa: E402

FILES = (retrieval_pb2, guard_pb2, corpus_pb2, access_pb2, sync_pb2, admin_pb2)
SERVICES = [service for file in FILES for service in file.DESCRIPTOR.services_by_name.values()]
# Every RPC of the API by its bare name; no two services share one.
METHODS = {method.name: method for service in SERVICES for method in service.methods}


def message_class(descriptor):
    return symbol_database.Default().GetPrototype(descriptor)


def path_of(method):
    return f"/{method.containing_service.full_name}/{method.name}"


class Refusal(NamedTuple):
    """What a call was refused with."""

    code: grpc.StatusCode
    message: str
    reason: str
    fields: list
    retry: bool
    raw: bytes

    @staticmethod
    def of(error):
        raw = next((value for key, value in error.trailing_metadata() or () if key == "grpc-status-details-bin"), b"")
        reason, fields, retry = "", [], False
        for detail in status_details_pb2.RpcStatus.FromString(raw).details:
            if detail.type_url.endswith("/google.rpc.ErrorInfo"):
                reason = status_details_pb2.ErrorInfo.FromString(detail.value).reason
            elif detail.type_url.endswith("/google.rpc.BadRequest"):
                fields = [v.field for v in status_details_pb2.BadRequest.FromString(detail.value).field_violations]
            elif detail.type_url.endswith("/google.rpc.RetryInfo"):
                retry = True
        return Refusal(error.code(), error.details(), reason, fields, retry, raw)


class Client:
    """Calls RPCs by their bare names: `client.Search(collection=..., k=3, ...)`. Raises grpc.RpcError."""

    def __init__(self, channel, key, principal=None, timeout=PATIENCE_SECONDS):
        self.channel = channel
        self.key = key
        self.metadata = [("authorization", f"Bearer {key}")] if key is not None else []
        if principal:
            self.metadata.append(("usher-principal", principal))
        self.timeout = timeout

    def __getattr__(self, name):
        if name not in METHODS:
            raise AttributeError(name)
        method = METHODS[name]
        if method.client_streaming:
            return lambda requests: self.stream(name, requests)

        def call(**fields):
            request = message_class(method.input_type)(**fields)
            return self.follow(name, request) if method.server_streaming else self.send(name, request)

        return call

    def send(self, name, request):
        method = METHODS[name]
        if method.client_streaming:
            return list(self.stream(name, iter([request])))
        if method.server_streaming:
            return list(self.follow(name, request))
        answer = message_class(method.output_type).FromString
        call = self.channel.unary_unary(path_of(method), type(request).SerializeToString, answer)
        return call(request, metadata=self.metadata, timeout=self.timeout)

    def stream(self, name, requests):
        method = METHODS[name]
        call = self.channel.stream_stream(path_of(method), message_class(method.input_type).SerializeToString,
                                          message_class(method.output_type).FromString)
        return call(requests, metadata=self.metadata, timeout=self.timeout)

    def follow(self, name, request):
        """The answers to one request, as they come; can be cancelled."""
        method = METHODS[name]
        call = self.channel.unary_stream(path_of(method), type(request).SerializeToString, message_class(method.output_type).FromString)
        return call(request, metadata=self.metadata, timeout=self.timeout)

    def raw(self, path, request):
        """Sends bytes as they are, and returns those that come back."""
        return self.channel.unary_unary(path, None, None)(request, metadata=self.metadata, timeout=self.timeout)


def clean_environment(**variables):
    """The settings of whoever runs the tests are not meant for the programs under test."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("USHER_")}, **variables}


def make_key(data, principal, roles, *more, tenant=TENANT):
    command = [USHERD, "keys", "create", "--data", data, "--tenant", tenant, "--principal", principal, "--role", ",".join(roles), *more]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=clean_environment()).stdout.strip()


class Server:
    """One usherd on a free loopback port. Stays over restarts: same data folder, new port."""

    def __init__(self, data, settings=None, listen="127.0.0.1:0", channel=grpc.insecure_channel, log=None):
        self.data = pathlib.Path(data)
        self.settings = settings or {}
        self._listen = listen
        self._make_channel = channel
        self._log = pathlib.Path(log or f"{self.data}.log")
        self.process = None
        self.admin_key = make_key(self.data, "user:admin", ROLES)
        self.app_key = make_key(self.data, "service:app", ["reader"], "--delegate")
        self.start()

    def start(self):
        with open(self._log, "ab") as log:
            self.process = subprocess.Popen([USHERD, "serve", "--data", self.data, "--listen", self._listen],
                                            stdout=subprocess.PIPE, stderr=log, text=True, env=clean_environment(**self.settings))
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        line = self.process.stdout.readline() if ready else ""
        if not line.startswith(READY):
            self.kill()
            raise RuntimeError(f"usherd was not ready: {line!r}\n{self.log()}")
        self.port = int(line.removeprefix(READY))
        self.address = f"127.0.0.1:{self.port}"
        self.channel = self.connect()
        self.admin = self.client(self.admin_key)

    def connect(self):
        return self._make_channel(self.address, options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)])

    def client(self, key, principal=None):
        return Client(self.channel, key, principal)

    def acting_for(self, principal):
        return self.client(self.app_key, principal)

    def new_key(self, principal, *roles, **fields):
        numbers = [admin_pb2.Role.Value("ROLE_" + role.upper()) for role in roles]
        return self.admin.CreateApiKey(principal=principal, roles=numbers, **fields)

    def client_of(self, principal, *roles, **fields):
        return self.client(self.new_key(principal, *roles, **fields).secret)

    def log(self):
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self):
        self.process.kill()
        self.wait()

    def terminate(self):
        """Asks the server to end, waits until it has, and returns its exit code."""
        # An idle channel of Python looks at what it received every five seconds only, and the server waits for its goodbye.
        self.channel.close()
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        """Waits until the server has ended, and returns its exit code."""
        code = self.process.wait(PATIENCE_SECONDS)
        self.process.stdout.close()
        if getattr(self, "channel", None):
            self.channel.close()
        return code

    def stop(self):
        if self.process.poll() is None:
            self.terminate()


def policy(*allowed, deny=(), inheritance=rule_pb2.INHERITANCE_UNSPECIFIED, expire=None, **fields):
    rules = [rule_pb2.Rule(effect=rule_pb2.EFFECT_ALLOW, subjects=allowed, expire_time=expire)] if allowed else []
    rules += [rule_pb2.Rule(effect=rule_pb2.EFFECT_DENY, subjects=deny)] if deny else []
    return rule_pb2.Policy(inheritance=inheritance, rules=rules, **fields)


def document(collection, name, text=CANARY, vector=None, **fields):
    """With a vector: one ready chunk; without: text for the server to cut and embed."""
    if vector is None:
        fields["source"] = corpus_pb2.SourceText(text=text)
    else:
        chunk = corpus_pb2.ReadyChunk(text=text, vector=retrieval_pb2.Vector(values=vector))
        fields["chunks"] = corpus_pb2.ReadyChunks(chunks=[chunk])
    return corpus_pb2.Document(name=f"{collection}/documents/{name}", **fields)


def vector(*values):
    return retrieval_pb2.Vector(values=values)


class Case(unittest.TestCase):
    """A test class with a server of its own, which it shares among its tests."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.server = Server(cls.folder / "data", cls.settings)
        cls.addClassCleanup(cls.end_server)
        cls.admin = cls.server.admin

    @classmethod
    def end_server(cls):
        code = cls.server.process.poll()
        if code is None:
            code = cls.server.terminate()
        log = cls.server.log()
        if code != 0 or CANARY in log or KEY_FORM.search(log) or "report this defect" in log:
            raise AssertionError(f"usherd ended with {code}; its log must hold no text, query, key or defect:\n{log}")

    def assert_refused(self, code, call, *arguments, field=None, says=None, **fields):
        """`call` fails with this code; where given, at this field and with these words. Returns the Refusal."""
        with self.assertRaises(grpc.RpcError) as caught:
            call(*arguments, **fields)
        refusal = Refusal.of(caught.exception)
        self.assertEqual(code, refusal.code, refusal)
        self.assertTrue(refusal.message, "a refusal must say what to change")
        if field is not None:
            self.assertEqual([field], refusal.fields, refusal)
        if says is not None:
            self.assertIn(says, refusal.message)
        return refusal

    @classmethod
    def make_collection(cls, identifier, dimension=4, **fields):
        name = f"collections/{identifier}"
        if dimension:
            fields["dimension"] = dimension
        else:
            fields["embedding_model"] = "default"
        cls.admin.CreateCollection(collection=corpus_pb2.Collection(name=name, **fields))
        return name

    @classmethod
    def upsert(cls, collection, *documents, **fields):
        return cls.admin.UpsertDocuments(collection=collection, documents=documents, **fields)

    def found(self, client, collection, values=(1, 0, 0, 0), k=100, **fields):
        """Ids of the documents that a search finds, best first."""
        answer = client.Search(collection=collection, vector=vector(*values), k=k, **fields)
        return [document_id(chunk.name) for chunk in answer.chunks]

    @classmethod
    def statistics(cls):
        numbers = cls.admin.GetServerInfo().statistics
        return {name: getattr(numbers, name) for name in ("collections", "documents", "chunks", "classes", "groups", "verify_defects")}


def document_id(chunk_name):
    return chunk_name.split("/documents/", 1)[1].rsplit("/chunks/", 1)[0]


def temporary_file(case, text):
    """Path of a file that lives as long as the test class."""
    folder = tempfile.mkdtemp(prefix="usher-e2e-")
    case.addClassCleanup(shutil.rmtree, folder)
    path = pathlib.Path(folder, "file")
    path.write_text(text, encoding="utf-8")
    return str(path)


def main():
    del sys.argv[1:3]
    unittest.main()
