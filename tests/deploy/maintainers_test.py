"""Reading MAINTAINERS: what a pattern claims decides who may read."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy/quickstart"))
import maintainers  # noqa: E402

PREAMBLE = "Some rules\n\n\tM: *Mail* patches to: FullName <address@domain>\n\nMaintainers List\n----------------\n\n"


def claims(pattern, path):
    return maintainers.glob_to_regex(pattern).match(path) is not None


def owners_of(path, text):
    return {s.title for s in maintainers.Owners(maintainers.parse(PREAMBLE + text)).of(path)}


class Patterns(unittest.TestCase):
    def test_trailing_slash_takes_the_whole_tree(self):
        self.assertTrue(claims("Documentation/net/", "Documentation/net/a/b.rst"))
        self.assertFalse(claims("Documentation/net/", "Documentation/network/a.rst"))

    def test_star_stays_in_its_folder(self):
        self.assertTrue(claims("Documentation/net/*", "Documentation/net/a.rst"))
        self.assertFalse(claims("Documentation/net/*", "Documentation/net/a/b.rst"))
        self.assertTrue(claims("Documentation/*/foo*.txt", "Documentation/x/foo-1.txt"))
        self.assertFalse(claims("Documentation/*/foo*.txt", "Documentation/x/y/foo-1.txt"))

    def test_plain_path_is_a_file_or_a_folder_never_a_prefix(self):
        self.assertTrue(claims("Documentation/a.rst", "Documentation/a.rst"))
        self.assertTrue(claims("Documentation/a", "Documentation/a/b"))
        self.assertFalse(claims("Documentation/a", "Documentation/ab"))
        self.assertFalse(claims("Documentation/a.rst", "Documentation/aXrst"))

    def test_question_mark_and_brackets_stand_for_one_character(self):
        self.assertTrue(claims("Documentation/da90??.rst", "Documentation/da9052.rst"))
        self.assertFalse(claims("Documentation/da90??.rst", "Documentation/da90.rst"))
        self.assertTrue(claims("Documentation/da[79]*.txt", "Documentation/da7.txt"))
        self.assertFalse(claims("Documentation/da[79]*.txt", "Documentation/da8.txt"))


class Sections(unittest.TestCase):
    def test_preamble_is_no_section(self):
        sections = maintainers.parse(PREAMBLE + "EXT4\nM:\tAnn <Ann@Example.org>\nF:\tDocumentation/ext4/\n")
        self.assertEqual(["EXT4"], [s.title for s in sections])
        self.assertEqual(["ann@example.org"], sections[0].people)

    def test_people_without_an_address_are_left_out(self):
        sections = maintainers.parse(PREAMBLE + "A\nM:\tNobody In Particular\nM:\tbob@example.org\nM:\t\"C, D\" <cd@example.org> (past)\n")
        self.assertEqual(["bob@example.org", "cd@example.org"], sections[0].people)

    def test_exception_beats_claim(self):
        text = "NET\nF:\tDocumentation/net/\nX:\tDocumentation/net/v6/\n"
        self.assertEqual({"NET"}, owners_of("Documentation/net/a", text))
        self.assertEqual(set(), owners_of("Documentation/net/v6/a", text))

    def test_exception_of_one_section_leaves_the_other_its_claim(self):
        text = "NET\nF:\tDocumentation/net/\nX:\tDocumentation/net/v6/\n\nV6\nF:\tDocumentation/net/v6/\n"
        self.assertEqual({"V6"}, owners_of("Documentation/net/v6/a", text))

    def test_wildcards_at_the_start_and_names_are_found_at_any_depth(self):
        self.assertEqual({"V"}, owners_of("Documentation/x/vexpress.txt", "V\nF:\t*/*/vexpress*\n"))
        self.assertEqual({"T"}, owners_of("Documentation/a/b/tegra.txt", "T\nN:\t[^a-z]tegra\n"))

    def test_sections_of_one_name_get_two_slugs(self):
        sections = maintainers.parse(PREAMBLE + "A/B\nM:\ta@b.c\n\nA B\nM:\td@e.f\n")
        self.assertEqual(["a-b", "a-b-2"], maintainers.unique_slugs(sections))

    def test_unreadable_pattern_names_its_line(self):
        with self.assertRaisesRegex(ValueError, r"MAINTAINERS:9: pattern '\(' cannot be read"):
            maintainers.parse(PREAMBLE + "A\nN:\t(\n")

    def test_another_file_is_refused(self):
        with self.assertRaisesRegex(ValueError, "Maintainers List"):
            maintainers.parse("hello\n")


if __name__ == "__main__":
    unittest.main()
