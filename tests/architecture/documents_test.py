"""The documents tell the truth about what they name: packages, files, commands."""

import pathlib
import re
import subprocess
import unittest

import tree

PACKAGE_LIST = re.compile(r"^readonly PACKAGES=\(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
TABLE_ROW = re.compile(r"^\| `([a-z0-9.+-]+)` \|", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
COMMAND = re.compile(r"^((?:deploy|tests|proto|bench)/[\w./-]+\.sh)", re.MULTILINE)


def installed_packages(script):
    body = re.sub(r"#.*", "", PACKAGE_LIST.search(script).group(1))
    return body.split()


def package_complaints(script, table):
    installed, described = installed_packages(script), TABLE_ROW.findall(table)
    return ([f"{p} is installed but not described" for p in installed if p not in described]
            + [f"{p} is described but not installed" for p in described if p not in installed]
            + [f"{p} is listed twice" for p in {*installed, *described} if max(installed.count(p), described.count(p)) > 1])


def missing_targets(path, text, exists):
    """Names links of a Markdown file, and scripts that its command lines start, that are not there."""
    folder = pathlib.PurePosixPath(path).parent
    links = [str(folder / target) for target in LINK.findall(text)]
    return [f"{path}: names {target}, which does not exist" for target in links + COMMAND.findall(text) if not exists(target)]


class Documents(tree.Case):
    def test_every_package_is_installed_and_described(self):
        deploy = tree.ROOT / "deploy"
        self.assertGreater(len(installed_packages((deploy / "install-deps.sh").read_text())), 20)
        self.assert_none(package_complaints((deploy / "install-deps.sh").read_text(), (deploy / "DEPENDENCIES.md").read_text()))

    def test_a_package_without_its_twin_is_named(self):
        script = "readonly PACKAGES=(\n  # Tools\n  one two\n)\n"
        self.assertEqual([], package_complaints(script, "| `one` | x |\n| `two` | y |\n"))
        self.assertEqual(["two is installed but not described", "three is described but not installed"],
                         package_complaints(script, "| `one` | x |\n| `three` | y |\n"))

    def test_links_and_commands_lead_somewhere(self):
        documents = {p: t for p, t in tree.files().items() if p.endswith(".md") and not tree.is_data(p)}
        self.assertTrue("README.md" in documents)
        self.assert_none([c for p, t in documents.items() for c in missing_targets(p, t, lambda x: (tree.ROOT / x).exists())])

    def test_a_dead_link_and_a_dead_command_are_named(self):
        text = "see [it](docs/a.md#part) and [site](https://x.example)\n\n```\ndeploy/gone.sh --keep\n```\n"
        self.assertEqual(["p/README.md: names p/docs/a.md, which does not exist", "p/README.md: names deploy/gone.sh, which does not exist"],
                         missing_targets("p/README.md", text, lambda x: False))

    def test_the_installer_refuses_what_it_does_not_know(self):
        result = subprocess.run([tree.ROOT / "deploy/install-deps.sh", "--everything"], capture_output=True, text=True, check=False)
        self.assertEqual(2, result.returncode)
        self.assertIn("usage:", result.stderr)


if __name__ == "__main__":
    unittest.main()
