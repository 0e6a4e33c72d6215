"""Rules about the files as such: size, include guards, unfinished work, paths of somebody's machine, tests switched off."""

import re
import unittest

import tree

MOST_LINES = 500
CODE = (".cc", ".h", ".py", ".sh", ".proto", ".cmake", ".yaml", ".yml", "CMakeLists.txt", ".fbs")

# Written so that this file does not hold the words it looks for.
FORBIDDEN = (
    (re.compile(r"\b(TO[D]O|FIX[M]E|HA[C]K)\b"), "unfinished work: finish it or leave it out"),
    (re.compile(r"(?<![\w./-])/(?:wo[r]k|ro[o]t|home/\w+)/"), "a path of one machine"),
    (re.compile(r"\bDIS[A]BLED_|GTEST_SK[I]P\(\)\s*;"), "a test that does not run, or skips without saying why"),
)


def guard_of(path):
    return "USHER_" + re.sub(r"[^A-Z0-9]", "_", path.upper()) + "_"


def has_guard(path, text):
    return re.search(rf"^#ifndef {guard_of(path)}\n#define {guard_of(path)}$", text, re.MULTILINE) is not None


def check(files):
    found = []
    for path, text in files.items():
        if tree.is_data(path) or path == "LICENSE":
            continue
        lines = text.splitlines()
        if path.endswith(CODE) and len(lines) > MOST_LINES:
            found.append(f"{path}: {len(lines)} lines; more than {MOST_LINES} are two ideas in one file")
        if path.endswith(".h") and not has_guard(path, text):
            found.append(f"{path}: has no include guard {guard_of(path)}")
        for number, line in enumerate(lines, 1):
            found += [f"{path}:{number}: {why}" for pattern, why in FORBIDDEN if pattern.search(line)]
    return found


class HouseRules(tree.Case):
    def test_the_project_keeps_them(self):
        self.assert_none(check(tree.files()))

    def test_each_breach_is_named(self):
        for text in ("// TO" "DO: later", "# FIX" "ME", 'open("/wo' 'rk/x")', "cd /ro" "ot/y", "TEST(A, DIS" "ABLED_B) {}", "GTEST_SK" "IP();",
                     "x\n" * (MOST_LINES + 1)):
            with self.subTest(text=text[:20]):
                self.assertEqual(1, len(check({"acl/a.cc": text})))

    def test_a_header_without_its_own_guard_is_named(self):
        guard = "#ifndef USHER_ACL_{0}_H_\n#define USHER_ACL_{0}_H_\n"
        self.assertEqual([], check({"acl/a.h": guard.format("A")}))
        self.assertEqual(1, len(check({"acl/a.h": guard.format("B")})))

    def test_words_that_only_look_alike_pass(self):
        self.assertEqual([], check({"acl/a.cc": "https://x.example/work/y network/work/z todos mastodon ./work/"}))


if __name__ == "__main__":
    unittest.main()
