"""A disk that fills up under a running server. The disk is a small tmpfs in a mount namespace of this program alone."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

INSIDE = "USHER_TEST_NAMESPACE"


def enter_namespace():
    """Runs this program again where it may mount. Returns only when that cannot be had."""
    for command in (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]):
        probe = subprocess.run([*command, "mount", "-t", "tmpfs", "tmpfs", tempfile.gettempdir()], capture_output=True, text=True, check=False)
        if probe.returncode == 0:
            os.environ[INSIDE] = "yes"
            os.execvp(command[0], [*command, sys.executable, "-B", *sys.argv])
        print(f"full_disk_test: {' '.join(command)}: {probe.stderr.strip()}", file=sys.stderr)


MAY_MOUNT = os.environ.get(INSIDE) is not None
if __name__ == "__main__" and not MAY_MOUNT:
    enter_namespace()

import grpc  # noqa: E402
import harness  # noqa: E402
from harness import CANARY, document, policy  # noqa: E402

SIZE = 24 << 20


@unittest.skipUnless(MAY_MOUNT, "this machine lets nobody mount a tmpfs here, neither as root nor in a user's namespace")
class FullDisk(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.disk = cls.folder / "disk"
        cls.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", cls.disk], check=True)
        cls.addClassCleanup(subprocess.run, ["umount", cls.disk], check=True)
        cls.server = harness.Server(cls.disk / "data", log=cls.folder / "usherd.log")
        cls.addClassCleanup(cls.end_server)
        cls.admin = cls.server.admin

    def ballast(self):
        return self.disk / "ballast"

    def fill_disk(self, leave):
        """Leaves about so many bytes free."""
        free = shutil.disk_usage(self.disk).free
        with open(self.ballast(), "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free - leave))

    def free_disk(self):
        self.ballast().unlink()

    def write(self, number):
        paper = document(self.collection, str(number), f"{CANARY} {number} " + "x" * 20_000, vector=[1, 0, 0, number / 100])
        self.upsert(self.collection, paper)

    def stored(self):
        return self.admin.GetCollection(name=self.collection).document_count

    def write_until_full(self, first):
        """Numbers of the documents that were acknowledged before the disk was full."""
        for number in range(first, first + 2_000):
            try:
                self.write(number)
            except grpc.RpcError as error:
                refusal = harness.Refusal.of(error)
                self.assertEqual(grpc.StatusCode.RESOURCE_EXHAUSTED, refusal.code, refusal)
                self.assertIn("free space on the disk of the data folder", refusal.message)
                return range(first, number)
        raise AssertionError("the disk never became full")

    def assert_readable(self, count):
        names = [f"{self.collection}/documents/{number}/chunks/0" for number in range(count)]
        texts = [chunk.text.split()[1] for start in range(0, count, 50)
                 for chunk in self.admin.GetChunks(collection=self.collection, names=names[start:start + 50]).chunks]
        self.assertEqual([str(number) for number in range(count)], texts)

    def test_writes_are_refused_until_there_is_space_and_nothing_acknowledged_is_lost(self):
        self.collection = self.make_collection("full", policy=policy("everyone"))
        count = 0
        for _ in range(3):
            self.fill_disk(leave=600_000)
            count += len(self.write_until_full(count))
            self.assertEqual(count, self.stored())
            for _ in range(3):
                self.assert_refused(grpc.StatusCode.RESOURCE_EXHAUSTED, self.write, count)
            self.assertTrue(self.admin.Check(resource=self.collection).allowed)
            self.assertEqual("user:admin", self.admin.GetServerInfo().principal)
            self.free_disk()
            self.write(count)
            count += 1
            self.assert_readable(count)
        self.assertGreater(count, 6)
        self.server.kill()
        self.server.start()
        type(self).admin = self.server.admin
        self.assertEqual(count, self.stored())
        self.assert_readable(count)

    def test_an_answer_whose_receipt_cannot_be_written_is_not_given(self):
        self.collection = self.make_collection("receipts", policy=policy("everyone"))
        self.write(0)
        self.fill_disk(leave=0)
        self.addCleanup(self.free_disk)
        for _ in range(2_000):
            try:
                self.found(self.admin, self.collection)
            except grpc.RpcError as error:
                refusal = harness.Refusal.of(error)
                self.assertEqual(grpc.StatusCode.RESOURCE_EXHAUSTED, refusal.code, refusal)
                self.assertIn("the server cannot answer now", refusal.message)
                return
        self.fail("answers went out although the disk had no room for their receipts")


if __name__ == "__main__":
    harness.main()
