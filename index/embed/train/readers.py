"""Turns each kind of source file into a stream of documents, a document being a list of plain paragraphs."""

import gzip
import html.parser
import json
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

_BLOCKS = {"p", "dd", "li", "h1", "h2", "h3", "td", "blockquote"}
_SKIPPED = {"script", "style", "pre", "code", "nav", "footer", "math", "table"}


class _Paragraphs(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.paragraphs, self._text, self._skip = [], [], 0

    def flush(self):
        self.paragraphs.append("".join(self._text))
        self._text = []

    def handle_starttag(self, tag, attrs):
        if tag in _SKIPPED and tag != "code":
            self._skip += 1
        if tag in _BLOCKS:
            self.flush()

    def handle_endtag(self, tag):
        if tag in _SKIPPED and tag != "code":
            self._skip = max(0, self._skip - 1)
        if tag in _BLOCKS:
            self.flush()

    def handle_data(self, data):
        if not self._skip:
            self._text.append(data)


def html_documents(root):
    for path in sorted(pathlib.Path(root).rglob("*.htm*")):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        if path.name.endswith(".gz"):
            raw = gzip.decompress(raw)
        parser = _Paragraphs()
        parser.feed(raw.decode("utf-8", "replace"))
        parser.flush()
        yield parser.paragraphs


def wordnet_documents(root):
    """One document a synset: its words with the gloss, then each example sentence."""
    for path in sorted(pathlib.Path(root).rglob("wordnet/data.*")):
        for line in path.read_text("utf-8", "replace").splitlines():
            if line.startswith(" ") or "|" not in line:
                continue
            fields, gloss = line.split("|", 1)
            parts = fields.split()
            words = [parts[4 + 2 * i].replace("_", " ") for i in range(int(parts[3], 16))]
            definition, *examples = gloss.strip().split('; "')
            yield [", ".join(words[:3]) + ": " + definition] + [e.strip('" ;') for e in examples]


def _git(repository, *arguments):
    return subprocess.run(["git", f"--git-dir={repository}", *arguments], check=True, capture_output=True).stdout


def _git_files(repository, commit, suffix):
    for name in _git(repository, "ls-tree", "-r", "--name-only", commit).decode().splitlines():
        if name.endswith(suffix):
            yield _git(repository, "show", f"{commit}:{name}").decode("utf-8", "replace")


def _cnxml_text(node):
    if node.tag.endswith("}math"):
        return " "
    return (node.text or "") + "".join(_cnxml_text(child) + (child.tail or "") for child in node)


def cnxml_documents(repository, commit):
    for text in _git_files(repository, commit, "index.cnxml"):
        tree = ElementTree.fromstring(text)
        wanted = ("}title", "}para", "}item", "}caption", "}meaning")
        yield [_cnxml_text(node) for node in tree.iter() if node.tag.endswith(wanted)]


def ipynb_documents(repository, commit):
    for text in _git_files(repository, commit, ".ipynb"):
        cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "markdown"]
        yield [p for c in cells for p in re.sub(r"\$+[^$]*\$+", " ", "".join(c["source"])).split("\n\n")]


def markdown_documents(repository, commit):
    for text in _git_files(repository, commit, ".md"):
        text = re.sub(r"```.*?```|^---.*?---|\$+[^$]*\$+|!?\[([^\]]*)\]\([^)]*\)", r"\1", text, flags=re.S)
        yield text.split("\n\n")


def rst_documents(repository, commit):
    """Directives, their indented bodies and section marks are dropped; a role such as :ref:`text <target>` leaves its text."""
    for text in _git_files(repository, commit, ".rst"):
        blocks = [b for b in re.split(r"\n\s*\n", text) if not re.match(r"\s|\.\. |[-=~^*#+\"]{3}|:\w+:", b)]
        yield [re.sub(r":[\w:]+:`|`|\*|\s<[^<>]*>(?=`)", "", re.sub(r"\n[-=~^*#+\"]{3,}", ".", b)) for b in blocks]


GIT_READERS = {"cnxml": cnxml_documents, "ipynb": ipynb_documents, "markdown": markdown_documents, "rst": rst_documents}
DEBIAN_READERS = {
    "html": html_documents,
    "wordnet": wordnet_documents,
}
