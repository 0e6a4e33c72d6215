"""Every service, rpc, message, field and enum value of the API says what it means.

An element needs no comment of its own where one would only repeat another:
- a field of the same name and type is described elsewhere in the API, or the service's comment names it in backticks;
- it is named after its type (`ApiKey api_key`), whose description says it;
- its message is one of google.rpc, described there;
- it follows a described neighbour without a blank line between (`source_begin`, `source_end`);
- it is the request or response of an rpc, or the zero of an enum, which is never set.
"""

import pathlib
import re
import subprocess
import tempfile
import unittest

import tree
from google.protobuf import descriptor_pb2

FILE_MESSAGE, FILE_ENUM, FILE_SERVICE, MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM, ENUM_VALUE, SERVICE_METHOD = 4, 5, 6, 2, 3, 4, 2, 2


def compile_protos(root):
    """Returns descriptors with their comments of all .proto files below `root`."""
    names = sorted(p.relative_to(root).as_posix() for p in pathlib.Path(root).rglob("*.proto"))
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", f"-I{root}", f"--descriptor_set_out={out.name}", "--include_source_info", *names], check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(out.read()).file


class File:
    """One .proto file with its comments by path."""

    def __init__(self, proto):
        self.proto = proto
        self._comments = {}
        self._lines = {}
        for location in proto.source_code_info.location:
            self._comments[tuple(location.path)] = (location.leading_comments + location.trailing_comments).strip()
            self._lines[tuple(location.path)] = location.span[0]

    def comment(self, path):
        return self._comments.get(path, "")

    def line(self, path):
        return self._lines[path]

    def messages(self):
        """Yields (path, message) of all, nested ones included, but not the entries of maps."""
        stack = [((FILE_MESSAGE, i), m) for i, m in enumerate(self.proto.message_type)]
        while stack:
            path, message = stack.pop()
            if not message.options.map_entry:
                yield path, message
                stack += [(path + (MESSAGE_NESTED, i), m) for i, m in enumerate(message.nested_type)]

    def enums(self):
        yield from (((FILE_ENUM, i), e) for i, e in enumerate(self.proto.enum_type))
        for path, message in self.messages():
            yield from ((path + (MESSAGE_ENUM, i), e) for i, e in enumerate(message.enum_type))

    def services(self):
        return (((FILE_SERVICE, i), s) for i, s in enumerate(self.proto.service))


def described_elsewhere(files):
    """Returns the (name, type) of every field with a comment, and the service comments as one text."""
    fields = {(f.name, f.type) for file in files for path, m in file.messages() for i, f in enumerate(m.field)
              if file.comment(path + (MESSAGE_FIELD, i))}
    return fields, " ".join(file.comment(path) for file in files for path, _ in file.services())


def named_after_type(field):
    """`repeated ApiKey api_keys` says no more than its type does."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", field.type_name.rpartition(".")[2]).lower()
    return bool(field.type_name) and not field.type_name.startswith(".google.") and field.name in (words, words + "s")


def of_rows(file, path, kind, rows, is_plain):
    """Yields the rows of a message or enum without a comment, unless `is_plain(row)` or a described neighbour vouches for them."""
    vouched_until = None
    for index, row in enumerate(rows):
        here = path + (kind, index)
        line = file.line(here)
        vouched = bool(file.comment(here)) or is_plain(row) or vouched_until == line - 1
        vouched_until = line if vouched else None
        if not vouched:
            yield f"{file.proto.name}:{line + 1}: {row.name} has no comment"


def check(protos):
    files = [File(proto) for proto in protos]
    fields, services = described_elsewhere(files)
    ends = {t.rpartition(".")[2] for f in files for _, s in f.services() for m in s.method for t in (m.input_type, m.output_type)}

    def is_plain(field):
        return (field.name, field.type) in fields or f"`{field.name}`" in services or named_after_type(field)

    found = []
    for file in files:
        for path, service in file.services():
            found += [] if file.comment(path) else [f"{file.proto.name}: service {service.name} has no comment"]
            for i, method in enumerate(service.method):
                if not file.comment(path + (SERVICE_METHOD, i)):
                    found.append(f"{file.proto.name}: rpc {method.name} has no comment")
        for path, message in file.messages():
            nested = len(path) > 2
            if not (file.comment(path) or message.name in ends or nested):
                found.append(f"{file.proto.name}: message {message.name} has no comment")
            if not file.comment(path).startswith("google.rpc."):
                found += of_rows(file, path, MESSAGE_FIELD, message.field, is_plain)
        for path, enum in file.enums():
            found += of_rows(file, path, ENUM_VALUE, enum.value, lambda v: v.number == 0)
    return found


class ApiComments(tree.Case):
    def test_every_element_is_described(self):
        self.assert_none(check(compile_protos(tree.ROOT / "proto")))

    def test_what_lacks_a_comment_is_named(self):
        source = """syntax = "proto3";
        service S { rpc Do(Q) returns (R); }
        message Q { string a = 1; }
        message R {
          // Described.
          string b = 1;
          string beside_b = 2;

          string alone = 3;
        }
        message T { string b = 1; T t = 2; }
        enum E { E_UNSPECIFIED = 0;

          E_ONE = 1; }
        """
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "bad.proto").write_text(source)
            complaints = "\n".join(check(compile_protos(folder)))
        for name in ("service S", "rpc Do", ": a has", "alone", "message T", "E_ONE"):
            self.assertIn(name, complaints)
        for name in ("message Q", ": b has", "beside_b", ": t has", "E_UNSPECIFIED"):
            self.assertNotIn(name, complaints)


if __name__ == "__main__":
    unittest.main()
