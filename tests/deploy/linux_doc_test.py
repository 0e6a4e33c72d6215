"""The quickstart's corpus: who may read what, and what a document line holds."""

import gzip
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy/quickstart"))
import linux_doc  # noqa: E402
import maintainers  # noqa: E402

MAINTAINERS = """Maintainers List
----------------

EXT4 FILE SYSTEM
M:\tAnn <ann@example.org>
F:\tDocumentation/filesystems/ext4/

VFS
M:\tVic <vic@example.org>
M:\tAnn <ann@example.org>
F:\tDocumentation/filesystems/

ABANDONED
F:\tDocumentation/old/

DOCUMENTATION
M:\tDoc <doc@example.org>
F:\tDocumentation/
X:\tDocumentation/ABI/

THE REST
M:\tAll <all@example.org>
F:\t*
F:\t*/
"""


def readers(document_id, text=MAINTAINERS):
    return linux_doc.Rules(maintainers.parse(text)).readers(document_id)


class Readers(unittest.TestCase):
    def test_every_section_that_claims_a_path_may_read_it(self):
        self.assertEqual(["group:maintainers/ext4-file-system", "group:maintainers/vfs"], readers("filesystems/ext4/journal.rst"))

    def test_the_catch_all_sections_get_nothing_that_is_claimed(self):
        self.assertEqual(["group:maintainers/vfs"], readers("filesystems/vfs.rst"))

    def test_the_unclaimed_goes_to_documentation_as_far_as_it_claims_it(self):
        self.assertEqual(["group:maintainers/documentation"], readers("index.rst"))
        self.assertEqual([], readers("ABI/README"))

    def test_a_section_without_people_is_no_reader(self):
        self.assertEqual(["group:maintainers/documentation"], readers("old/a.rst"))

    def test_guides_are_for_every_maintainer(self):
        self.assertEqual(["group:kernel/maintainers", "group:maintainers/documentation"], readers("process/howto.rst"))

    def test_sections_of_one_title_do_not_read_each_other(self):
        twice = "Maintainers List\n\nA\nM:\ta@x.org\nF:\tDocumentation/a/\n\nA\nM:\tb@x.org\nF:\tDocumentation/b/\n"
        self.assertEqual((["group:maintainers/a"], ["group:maintainers/a-2"]), (readers("a/1", twice), readers("b/1", twice)))

    def test_members_are_people_in_sections_and_sections_in_one_group(self):
        pairs = linux_doc.Rules(maintainers.parse(MAINTAINERS)).memberships()
        self.assertIn(("group:maintainers/vfs", "user:ann@example.org"), pairs)
        self.assertIn(("group:kernel/maintainers", "group:maintainers/vfs"), pairs)
        self.assertFalse([p for p in pairs if "all@example.org" in p[1] or "abandoned" in p[0] + p[1]])


class Titles(unittest.TestCase):
    def test_underlined_line_is_the_title(self):
        self.assertEqual("Ext4 journal", linux_doc.title_of("=====\nExt4 journal\n=====\n\ntext\n", "a.rst"))

    def test_schema_and_plain_text_have_their_own(self):
        self.assertEqual("Some PHY", linux_doc.title_of("%YAML 1.2\n---\ntitle: Some PHY\n", "a.yaml"))
        self.assertEqual("Foo bindings", linux_doc.title_of("* Foo bindings\n\nRequired:\n", "a.txt"))

    def test_without_any_the_id_is_the_title(self):
        self.assertEqual("a/b.rst", linux_doc.title_of("just text\n", "a/b.rst"))


class Conversion(unittest.TestCase):
    def convert(self, files):
        """Returns (documents by id, summary) of a source with these gzipped files."""
        with tempfile.TemporaryDirectory() as folder:
            source, output = pathlib.Path(folder, "in"), pathlib.Path(folder, "out")
            for name, content in {"MAINTAINERS": MAINTAINERS.encode(), **files}.items():
                path = source / (name + ".gz")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(gzip.compress(content))
            summary = linux_doc.convert(source, output)
            lines = (output / "documents.jsonl").read_text(encoding="utf-8").splitlines()
            return {d["id"]: d for d in map(json.loads, lines)}, summary

    def test_a_document_nobody_claims_carries_no_rule(self):
        documents, summary = self.convert({"Documentation/ABI/x": b"text"})
        self.assertNotIn("policy", documents["ABI/x"])
        self.assertEqual(1, summary["nobody"])

    def test_a_claimed_document_is_allowed_to_its_groups_only(self):
        documents, _ = self.convert({"Documentation/filesystems/vfs.rst": b"VFS\n===\n"})
        self.assertEqual({"rules": [{"effect": "allow", "subjects": ["group:maintainers/vfs"]}]},
                         documents["filesystems/vfs.rst"]["policy"])

    def test_latin1_is_converted_and_what_is_no_text_is_counted(self):
        documents, summary = self.convert({"Documentation/a.rst": b"caf\xe9\n", "Documentation/b.rst": b"  \n",
                                           "Documentation/c.rst": b"\0\1", "Documentation/d.svg": b"<svg/>"})
        self.assertEqual({"a.rst"}, set(documents))
        self.assertEqual("café\n", documents["a.rst"]["text"])
        self.assertEqual(3, summary["skipped"])


if __name__ == "__main__":
    unittest.main()
