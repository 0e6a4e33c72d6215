"""The project's own files, read once for all checks. A check is a function from {path: text} to a list of complaints."""

import os
import pathlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".quickstart", ".venv", "__pycache__", ".cache"}
CPP = (".cc", ".h")


def files(root=ROOT):
    """Returns {path relative to root: text} of every text file, without build folders and test data."""
    found = {}
    for folder, subfolders, names in os.walk(root):
        relative = os.path.relpath(folder, root)
        skipped = NOT_OURS | ({"build"} if relative == "." else set())
        subfolders[:] = sorted(name for name in subfolders if name not in skipped)
        for name in sorted(names):
            path = os.path.normpath(os.path.join(relative, name))
            try:
                found[path] = pathlib.Path(folder, name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            except FileNotFoundError:  # an editor's temporary file, gone between the listing and the reading
                continue
    return found


def cpp_files(tree):
    return {path: text for path, text in tree.items() if path.endswith(CPP)}


def is_data(path):
    return "/data/" in path


class Case(unittest.TestCase):
    def assert_none(self, complaints):
        """Fails with one complaint a line, so that all can be put right in one go."""
        if complaints:
            self.fail("\n" + "\n".join(complaints))
