"""Reads the Linux kernel's MAINTAINERS file: who looks after which files.

Guarantees: a section's patterns mean what the file's own preamble says (F: a path, a glob or a whole tree; X: exceptions, tested
first; N: a regular expression over the path). Lines that cannot be read raise ValueError with their number.
Non-guarantees: K: (patterns over file contents) and the people of R: and L: lines are ignored.
"""

import collections
import dataclasses
import re

_MAIL = re.compile(r"<?([^\s<>,\"]+@[^\s<>,\"]+)>?\s*(?:\(.*\))?$")
_LIST_STARTS = re.compile(r"^Maintainers List\s*$", re.MULTILINE)
_FIELD = re.compile(r"^([A-Z]):\s+(.*\S)\s*$")


def glob_to_regex(pattern):
    """Translates one F: or X: pattern. `*` and `?` stay within a path segment; a trailing `/` takes the whole tree below."""
    out = []
    for token in re.findall(r"\[[^\]/]+\]|.", pattern.rstrip("/")):
        if token == "*":
            out.append("[^/]*")
        elif token == "?":
            out.append("[^/]")
        elif len(token) > 1:
            out.append(token.replace("\\", "\\\\"))
        else:
            out.append(re.escape(token))
    has_wildcard = any(c in pattern for c in "*?[")
    # A plain path may name a directory without saying so by a '/', and then means what is in it.
    tail = "/.*" if pattern.endswith("/") else "" if has_wildcard else "(?:/.*)?"
    return re.compile("".join(out) + tail + r"\Z")


def literal_directory(pattern):
    """The folder that everything an F: or X: pattern matches lies below or is, as far as it holds no wildcard."""
    literal = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    return literal.rpartition("/")[0]


@dataclasses.dataclass(eq=False)  # two sections may have the same title
class Section:
    """One entry: its title, its people as mail addresses in the order of the file, and what it claims.

    `claims` are pairs of a folder and a pattern that only matches in or below it; `exceptions` and `names` are patterns.
    """

    title: str
    people: list = dataclasses.field(default_factory=list)
    claims: list = dataclasses.field(default_factory=list)
    exceptions: list = dataclasses.field(default_factory=list)
    names: list = dataclasses.field(default_factory=list)

    @property
    def slug(self):
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")[:100]


class Owners:
    """Finds the sections that claim a path. Patterns are looked up by folder, so that most are never tried."""

    def __init__(self, sections):
        self._by_folder = collections.defaultdict(list)
        self._by_name = []
        for section in sections:
            for folder, pattern in section.claims:
                self._by_folder[folder].append((pattern, section))
            self._by_name += [(pattern, section) for pattern in section.names]

    def of(self, path):
        """Returns the sections that claim `path`, as a set."""
        folder, found = path, [s for pattern, s in self._by_name if pattern.search(path)]
        while folder:
            folder = folder.rpartition("/")[0]
            found += [s for pattern, s in self._by_folder.get(folder, ()) if pattern.match(path)]
        return {s for s in found if not any(pattern.match(path) for pattern in s.exceptions)}


def _add_field(section, letter, value, number):
    try:
        if letter == "M":
            found = _MAIL.search(value)
            if found and found.group(1).lower() not in section.people:
                section.people.append(found.group(1).lower())
        elif letter == "F":
            section.claims.append((literal_directory(value), glob_to_regex(value)))
        elif letter == "X":
            section.exceptions.append(glob_to_regex(value))
        elif letter == "N":
            section.names.append(re.compile(value))
    except re.error as error:
        raise ValueError(f"MAINTAINERS:{number}: pattern {value!r} cannot be read: {error}") from error


def parse(text):
    """Returns the sections in the order of the file. `text` is the whole file; the preamble is skipped."""
    start = _LIST_STARTS.search(text)
    if start is None:
        raise ValueError("MAINTAINERS has no 'Maintainers List' heading; is this the kernel's file?")
    first_line = text.count("\n", 0, start.end()) + 1
    sections = []
    current = None
    for number, line in enumerate(text[start.end():].split("\n"), first_line):
        field = _FIELD.match(line)
        if field and current is not None:
            _add_field(current, field.group(1), field.group(2), number)
        elif not line.strip():
            current = None
        elif not field and current is None and re.search(r"[A-Za-z0-9]", line) and not line.startswith((" ", "\t", ".")):
            current = Section(line.strip())
            sections.append(current)
    return sections


def unique_slugs(sections):
    """Returns one name a section, in the same order, none twice."""
    taken = set()
    slugs = []
    for section in sections:
        base, slug, count = section.slug, section.slug, 1
        while slug in taken:
            count += 1
            slug = f"{base}-{count}"
        taken.add(slug)
        slugs.append(slug)
    return slugs
