#!/usr/bin/env python3
"""Turns Debian's linux-doc-6.1 into a corpus with real access rules, for the quickstart.

    linux_doc.py OUTPUT_FOLDER [--source /usr/share/doc/linux-doc-6.1]

Writes documents.jsonl (one document a line, as `usher ingest` takes it), members.jsonl (one membership a line, as
`usher group import` takes it) and summary.json. The rules come from the kernel's own MAINTAINERS file:

- Each section with people becomes `group:maintainers/SECTION`, holding `user:MAIL` of its people.
- A document is allowed to the groups of the sections that claim its path.
- What no section claims goes to the section DOCUMENTATION as far as that one claims it, else to nobody: no rule, no reader.
- Guides for contributors are allowed to `group:kernel/maintainers` as well, which holds all the section groups.
"""

import argparse
import collections
import gzip
import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import maintainers  # noqa: E402

EVERY_MAINTAINER = "group:kernel/maintainers"
GUIDES = ("process/", "maintainer/", "doc-guide/", "kernel-hacking/", "dev-tools/")
# Drawings and build files: nothing in them to retrieve.
SKIPPED_SUFFIXES = (".svg", ".dot", ".png", ".gif", ".pdf", ".py", ".conf", ".css", "/Makefile", "/Kconfig", "/dontdiff")
UNDERLINES = frozenset("=-~^*#+\"'`:._")
TREE = "Documentation/"
CATCH_ALL = "DOCUMENTATION"


class Rules:
    """Who may read which path of the tree."""

    def __init__(self, sections):
        slugs = maintainers.unique_slugs(sections)
        manned = [(s, f"group:maintainers/{slug}") for s, slug in zip(sections, slugs) if s.people and s.title != "THE REST"]
        self._people = [(group, f"user:{mail}") for section, group in manned for mail in section.people]
        self._group_of = dict(manned)
        self._owners = maintainers.Owners([section for section, _ in manned])

    def memberships(self):
        """Returns (group, member) pairs: people in sections, then the sections in the group of all."""
        return self._people + [(EVERY_MAINTAINER, group) for group in self._group_of.values()]

    def readers(self, document_id):
        """Returns the groups that may read, sorted; empty means nobody."""
        owners = self._owners.of(TREE + document_id)
        # The catch-all has a say only where nobody else has one.
        owners = {section for section in owners if section.title != CATCH_ALL} or owners
        groups = {self._group_of[section] for section in owners}
        return sorted(groups | {EVERY_MAINTAINER} if document_id.startswith(GUIDES) else groups)


def title_of(text, document_id):
    """The first underlined line, a schema's `title:`, a text file's short first line, or else the id."""
    lines = [line.strip() for line in text.splitlines()[:60]]
    if document_id.endswith(".yaml"):
        found = next((line[6:].strip(" |>") for line in lines if line.startswith("title:")), "")
        return found[:200] or document_id
    for line, underline in zip(lines, lines[1:]):
        is_underline = len(underline) >= 3 and len(set(underline)) == 1 and underline[0] in UNDERLINES
        if line and is_underline and set(line) != set(underline):
            return line[:200]
    first = next((line.strip(" *#") for line in lines if line.strip(" *#")), "")
    return first if document_id.endswith(".txt") and len(first) <= 100 else document_id


def read_text(path):
    """Returns the text of a gzipped file, or None where it is empty or not text. Old files in Latin-1 are converted."""
    with gzip.open(path, "rb") as file:
        raw = file.read()
    if not raw.strip() or b"\0" in raw:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def document(document_id, text, readers):
    """One line of documents.jsonl. Without readers there is no policy, and the collection, which allows nobody, decides."""
    result = {
        "id": document_id,
        "title": title_of(text, document_id),
        "source_uri": f"https://www.kernel.org/doc/Documentation/{document_id}",
        "text": text,
        "format": "markdown" if document_id.endswith(".md") else "plain",
        "metadata": {"area": document_id.split("/")[0] if "/" in document_id else "top"},
    }
    if readers:
        result["policy"] = {"rules": [{"effect": "allow", "subjects": readers}]}
    return result


def document_ids(root):
    """Yields (id, path) of every gzipped file under `root`, in order; the id is the path below `root` without .gz."""
    for path in sorted(root.rglob("*.gz")):
        if path.is_file():
            yield path.relative_to(root).as_posix().removesuffix(".gz"), path


def convert(source, output):
    """Writes the three files into the folder `output` and returns the summary."""
    with gzip.open(source / "MAINTAINERS.gz", "rt", encoding="utf-8") as file:
        rules = Rules(maintainers.parse(file.read()))
    output.mkdir(parents=True, exist_ok=True)
    count = collections.Counter()
    conditions = set()
    with open(output / "documents.jsonl", "w", encoding="utf-8") as out:
        for document_id, path in document_ids(source / "Documentation"):
            text = None if f"/{document_id}".endswith(SKIPPED_SUFFIXES) else read_text(path)
            if text is None:
                count["skipped"] += 1
                continue
            readers = rules.readers(document_id)
            conditions.add(tuple(readers))
            count["documents"] += 1
            count["bytes"] += len(text.encode("utf-8"))
            count["nobody"] += not readers
            json.dump(document(document_id, text, readers), out, ensure_ascii=False)
            out.write("\n")
    pairs = rules.memberships()
    with open(output / "members.jsonl", "w", encoding="utf-8") as out:
        for group, member in pairs:
            out.write(json.dumps({"group": group, "member": member}) + "\n")
    summary = dict(count, groups=len({g for g, _ in pairs}), memberships=len(pairs), conditions=len(conditions),
                   people=len({m for _, m in pairs if m.startswith("user:")}))
    (output / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return summary


def main():
    parser = argparse.ArgumentParser(description="Prepares the kernel's documentation and its access rules for the quickstart.")
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--source", type=pathlib.Path, default=pathlib.Path("/usr/share/doc/linux-doc-6.1"))
    arguments = parser.parse_args()
    if not (arguments.source / "MAINTAINERS.gz").is_file():
        sys.exit(f"linux_doc: {arguments.source}/MAINTAINERS.gz is missing; run deploy/install-deps.sh")
    s = convert(arguments.source, arguments.output)
    print(f"{s['documents']:,} documents ({s['bytes'] / 1e6:.0f} MB of text; {s['skipped']} drawings and empty files left out), "
          f"{s['groups']:,} groups of {s['people']:,} people in {s['memberships']:,} memberships, "
          f"{s['conditions']:,} distinct access conditions; {s['nobody']} documents nobody may read")


if __name__ == "__main__":
    main()
