"""Strangers at the port, without a key: they get nothing, and the server neither grows nor stops answering."""

import os
import socket

import grpc
import harness
from harness import CANARY, METHODS, path_of

MIB = 1 << 20
# Far below what the attacks would take, above what all requests together may hold.
ROOM = 200 * MIB


class AbuseCase(harness.Case):
    # Under the address sanitizer freed memory is kept for a while; it must not count.
    settings = {"USHER_LIMITS_MAX_REQUEST_BYTES": str(8 * MIB), "ASAN_OPTIONS": "quarantine_size_mb=1"}

    def peak_memory(self):
        """The most that the server ever held, in bytes."""
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))

    def connect(self, **options):
        """A connection of its own: one that others left idle may have been closed when memory was short."""
        own = [("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
        channel = grpc.insecure_channel(self.server.address, options=own, **options)
        self.addCleanup(channel.close)
        return channel


class Flood(AbuseCase):
    def test_a_message_beyond_the_limit_takes_no_memory_of_its_size(self):
        before = self.peak_memory()
        for key in (None, self.server.admin_key):
            with self.subTest(key=key is not None), self.assertRaises(grpc.RpcError) as caught:
                harness.Client(self.connect(), key).raw(path_of(METHODS["UpsertDocuments"]), bytes(400 * MIB))
            self.assertIn(caught.exception.code(), (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE))
        self.assertLess(self.peak_memory() - before, ROOM)
        # Short of memory, the server closes idle connections too: theirs is to connect again.
        with grpc.insecure_channel(self.server.address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            self.assertEqual("user:admin", harness.Client(channel, self.server.admin_key).GetServerInfo().principal)


class Abuse(AbuseCase):
    def tearDown(self):
        self.assertEqual("user:admin", harness.Client(self.connect(), self.server.admin_key).GetServerInfo().principal)

    def test_a_compressed_message_is_refused_before_it_is_inflated(self):
        bomb = bytes(300 * MIB)
        before = self.peak_memory()
        for algorithm in (grpc.Compression.Gzip, grpc.Compression.Deflate):
            for key in (None, self.server.admin_key):
                with self.subTest(algorithm=algorithm, key=key is not None), self.assertRaises(grpc.RpcError) as caught:
                    harness.Client(self.connect(compression=algorithm), key).raw(path_of(METHODS["UpsertDocuments"]), bomb)
                self.assertEqual(grpc.StatusCode.UNIMPLEMENTED, caught.exception.code())
        self.assertLess(self.peak_memory() - before, ROOM)

    def test_metadata_beyond_the_limit_is_refused(self):
        key = ("authorization", f"Bearer {self.server.admin_key}")
        for metadata in ([("authorization", f"Bearer {'x' * 60_000}")], [key, ("junk", "x" * 30_000)]):
            client = harness.Client(self.connect(), None)
            client.metadata = metadata
            self.assert_refused(grpc.StatusCode.RESOURCE_EXHAUSTED, client.GetServerInfo)

    def test_bytes_that_are_no_call(self):
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        for garbage in (bytes(1000), b"GET / HTTP/1.1\r\n\r\n", os.urandom(100_000), preface, preface + os.urandom(5_000),
                        preface + b"\x00\x00\x00\x04" + bytes(5)):
            with self.subTest(garbage=garbage[:8]), socket.create_connection(("127.0.0.1", self.server.port)) as connection:
                connection.settimeout(0.3)
                try:
                    connection.sendall(garbage)
                    answer = connection.recv(65_536)
                except OSError:
                    answer = b""
                self.assertNotIn(CANARY.encode(), answer)

    def test_connections_that_say_nothing(self):
        silent = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(200)]
        for connection in silent:
            self.addCleanup(connection.close)
        with grpc.insecure_channel(self.server.address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            self.assertEqual("user:admin", harness.Client(channel, self.server.admin_key).GetServerInfo().principal)


if __name__ == "__main__":
    harness.main()
