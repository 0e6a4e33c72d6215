"""Every C++ file is as clang-format 14 with the project's .clang-format leaves it."""

import pathlib
import subprocess
import tempfile
import unittest

import tree


def unformatted(paths):
    """Returns clang-format's complaints, one a line, about files that all lie below a folder with a .clang-format."""
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", "--style=file", *paths], capture_output=True, text=True, check=False)
    complaints = [line for line in result.stderr.splitlines() if "error:" in line]
    if result.returncode and not complaints:
        raise RuntimeError(result.stderr)
    return complaints


class Format(tree.Case):
    def test_every_file_is_formatted(self):
        paths = [str(tree.ROOT / path) for path in tree.cpp_files(tree.files()) if not tree.is_data(path)]
        self.assertGreater(len(paths), 10)
        self.assert_none(unformatted(paths))

    def test_a_file_out_of_shape_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, ".clang-format").write_text((tree.ROOT / ".clang-format").read_text())
            bad = pathlib.Path(folder, "bad.cc")
            bad.write_text("int  f( ){return 1 ;}\n")
            self.assertIn("bad.cc:1", unformatted([str(bad)])[0])


if __name__ == "__main__":
    unittest.main()
