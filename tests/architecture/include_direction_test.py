"""Dependencies point downwards only: server -> index -> acl, and each outside library is seen by the folders that own it."""

import collections
import re
import unittest

import tree

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
GENERATED = re.compile(r"\.(grpc\.)?pb\.h$|_generated\.h$")

# Who may include whose headers, by the first folder of the path.
LAYERS = {"acl": {"acl"}, "index": {"acl", "index"}, "server": {"acl", "index", "server"}}

# Outside headers, and the only paths below acl/, index/ and server/ that may name them.
OWNERS = (
    (re.compile(r"^(google/protobuf|grpc|grpcpp)/|\.pb\.h$"), re.compile(r"^server/rpc/"), "protobuf and gRPC belong to server/rpc/"),
    (re.compile(r"^faiss/"), re.compile(r"^index/faiss_[^/]*$"), "FAISS belongs to index/faiss_*"),
    (re.compile(r"^rocksdb/"), re.compile(r"^index/storage/"), "RocksDB belongs to index/storage/"),
    (re.compile(r"^openssl/"), re.compile(r"^(server/(auth|audit)/|index/storage/crypto)"),
     "OpenSSL belongs to server/auth/, server/audit/ and index/storage/crypto*"),
    (re.compile(r"^(prometheus/|httplib\.h$)"), re.compile(r"^server/telemetry/[^/]+\.cc$"), "prometheus-cpp and cpp-httplib belong to the source files of server/telemetry/"),
    (re.compile(r"^(fstream|iostream|filesystem|cstdio|unistd\.h|fcntl\.h|sys/.*|curl/.*)$"), re.compile(r"^(index|server)/"),
     "acl/ is pure: no input or output"),
    (re.compile(r"^server/rpc/"), re.compile(r"^server/(rpc/|cli/|daemon/|[^/]+$)"), "only the programs put server/rpc/ to use"),
)


def includes(text):
    """Yields (quoted, header) of each include."""
    for bracket, header in INCLUDE.findall(text):
        yield bracket == '"', header


def complaints_of_file(path, text, known):
    top = path.split("/")[0]
    for quoted, header in includes(text):
        ours = "/" not in header or header.startswith(".") or header.split("/")[0] in LAYERS
        if quoted and ours and header not in known and not GENERATED.search(header):
            yield f'{path}: "{header}" is no file of the project; write the path from the root'
        if top not in LAYERS:
            continue
        if header in known and header.split("/")[0] not in LAYERS[top]:
            yield f"{path}: {top}/ may not include {header}: dependencies point downwards only"
        for what, owner, why in OWNERS:
            if what.search(header) and not owner.match(path):
                yield f"{path}: includes {header}, but {why}"


def unit_of(path):
    """A folder two levels down is one unit with all below it; a file above is its own, as main.cc uses what uses config.h."""
    return path if path.count("/") < 2 else "/".join(path.split("/")[:2])


def folder_cycle(sources):
    """Returns a circle of units that include each other, from one to itself, or an empty list."""
    edges = collections.defaultdict(set)
    for path, text in sources.items():
        unit = unit_of(path)
        edges[unit] |= {unit_of(header) for _, header in includes(text) if header in sources} - {unit}
    done, trail = set(), []

    def visit(unit):
        if unit in trail:
            return trail[trail.index(unit):] + [unit]
        if unit in done:
            return []
        trail.append(unit)
        cycle = next((c for c in map(visit, sorted(edges[unit])) if c), [])
        trail.pop()
        done.add(unit)
        return cycle

    return next((c for c in map(visit, sorted(edges)) if c), [])


def check(sources):
    found = [c for path, text in sources.items() for c in complaints_of_file(path, text, sources)]
    cycle = folder_cycle({p: t for p, t in sources.items() if p.split("/")[0] in LAYERS})
    return found + ([f"folders include each other in a circle: {' -> '.join(cycle)}"] if cycle else [])


class IncludeDirection(tree.Case):
    def test_the_project_keeps_its_directions(self):
        sources = tree.cpp_files(tree.files())
        self.assertGreater(len(sources), 10)
        self.assert_none(check(sources))

    def test_each_wrong_include_is_named(self):
        ok = {"acl/a.h": "", "index/storage/s.h": "#include <rocksdb/db.h>", "index/faiss_x.cc": "#include <faiss/Index.h>",
              "server/rpc/r.h": '#include "usher/v1/access.pb.h"\n#include "acl/a.h"'}
        self.assertEqual([], check(ok))
        for path, line in (("acl/b.cc", '#include "index/storage/s.h"'), ("acl/b.cc", "#include <fstream>"),
                           ("index/b.cc", '#include "server/rpc/r.h"'), ("index/b.cc", "#include <rocksdb/db.h>"),
                           ("index/b.cc", "#  include <faiss/Index.h>"), ("index/storage/b.cc", "#include <openssl/evp.h>"),
                           ("server/pipeline/b.cc", "#include <grpcpp/server.h>"), ("server/b.cc", '#include "usher/v1/rule.pb.h"'),
                           ("server/pipeline/b.cc", '#include "server/rpc/r.h"'), ("server/rpc/b.cc", "#include <prometheus/counter.h>"), ("index/b.cc", '#include "s.h"'), ("index/b.cc", '#include "../acl/a.h"')):
            with self.subTest(path=path, line=line):
                self.assertNotEqual([], check({**ok, path: line}))

    def test_a_circle_of_folders_is_named(self):
        circle = {"index/a/x.h": '#include "index/b/y.h"', "index/b/y.h": "", "index/b/z.h": '#include "index/a/x.h"'}
        self.assertIn("index/a -> index/b -> index/a", check(circle)[0])


if __name__ == "__main__":
    unittest.main()
