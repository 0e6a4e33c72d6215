"""What every gRPC server offers: health for whoever asks, reflection for callers with a key."""

import subprocess

import grpc
import harness
from usher.v1 import corpus_pb2

HEALTH = "/grpc.health.v1.Health/Check"
SERVING = b"\x08\x01"
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
# ServerReflectionRequest.list_services is field 7; file_containing_symbol is field 4.
LIST_SERVICES = b"\x3a\x00"


def file_containing(symbol):
    return b"\x22" + bytes([len(symbol)]) + symbol.encode()


class Platform(harness.Case):
    def reflect(self, client, request):
        call = client.channel.stream_stream(REFLECTION, None, None)
        return b"".join(call(iter([request]), metadata=client.metadata, timeout=10))

    def test_health_is_told_without_a_key(self):
        self.assertEqual(SERVING, self.server.client(None).raw(HEALTH, b""))

    def test_health_of_an_unknown_service_is_not_found(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.server.client(None).raw(HEALTH, b"\x0a\x07unknown")
        self.assertEqual(grpc.StatusCode.NOT_FOUND, caught.exception.code())

    def test_reflection_lists_every_service_for_a_key(self):
        answer = self.reflect(self.server.admin, LIST_SERVICES)
        for service in harness.SERVICES:
            self.assertIn(service.full_name.encode(), answer)

    def test_reflection_describes_a_service_for_a_reader(self):
        reader = self.server.client(self.server.new_key("user:r", "reader").secret)
        self.assertIn(b"SearchRequest", self.reflect(reader, file_containing("usher.v1.RetrievalService")))

    def test_reflection_is_refused_without_a_valid_key(self):
        made = self.server.new_key("user:gone", "reader")
        self.admin.RevokeApiKey(key_id=made.api_key.key_id)
        for key in (None, "usher_" + "0" * 16 + "_" + "0" * 64, made.secret, "nonsense"):
            for request in (LIST_SERVICES, file_containing("usher.v1.AdminService")):
                with self.subTest(key=key is not None), self.assertRaises(grpc.RpcError) as caught:
                    self.reflect(self.server.client(key), request)
                self.assertIn(caught.exception.code(), (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAUTHENTICATED))

    def test_a_crowd_beyond_the_limit_is_told_to_come_again(self):
        answers = [self.server.channel.unary_unary(harness.path_of(harness.METHODS["GetServerInfo"]), None, None).future(
            b"", metadata=self.admin.metadata, timeout=30) for _ in range(500)]
        codes = {answer.exception().code() if answer.exception() else None for answer in answers}
        self.assertIn(None, codes)
        self.assertLessEqual(codes, {None, grpc.StatusCode.RESOURCE_EXHAUSTED})

    def test_the_program_and_the_server_tell_the_same_version(self):
        told = subprocess.run([harness.USHERD, "--version"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(self.admin.GetServerInfo().version, told.strip())


class OneAtATime(harness.Case):
    settings = {"USHER_LIMITS_MAX_CALLS": "1"}

    def test_a_call_too_many_is_refused_with_a_hint_when_to_retry(self):
        method = harness.METHODS["UpsertDocuments"]
        collection = self.make_collection("slow", dimension=0)
        text = f"A long {harness.CANARY} paper. " * 20_000
        requests = [corpus_pb2.UpsertDocumentsRequest(collection=collection, documents=[harness.document(collection, str(i), text)])
                    for i in range(16)]
        call = self.server.channel.unary_unary(harness.path_of(method), type(requests[0]).SerializeToString, None)
        futures = [call.future(request, metadata=self.admin.metadata, timeout=60) for request in requests]
        refusals = [harness.Refusal.of(future.exception()) for future in futures if future.exception()]
        self.assertTrue(refusals)
        self.assertLess(len(refusals), len(futures))
        for refusal in refusals:
            self.assertEqual((grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS", True), (refusal.code, refusal.reason, refusal.retry))
        self.assertEqual(len(futures) - len(refusals), self.statistics()["documents"])


if __name__ == "__main__":
    harness.main()
