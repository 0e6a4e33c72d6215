"""Reads scenario files: stories that an owner of data would tell, and who can read what in them.

A file is a list of stories. Each has a name, a first situation and what is expected of it, and perhaps steps after it under `then`:

    - name: payroll is for two people
      groups: {staff: [ann, bob], hr: [dora]}         # who is directly in which group; members are users unless they say otherwise
      clearances: {ann: {level: 2, compartments: [mna]}}
      collection: {allow: [group:staff]}              # a policy: inherit, allow, deny, rules, level, compartments, purposes, ceiling, owners
      folders: {hr: {allow: [group:hr]}}
      documents:
        handbook.md:                                  # one chunk and no rules of its own
        hr/pay.md: {deny: [bob], chunks: [null, {inherit: restrict, allow: [dora]}]}
      expect:                                         # whoever is not named reads what `others` read, and without `others` nothing
        ann: handbook.md
        dora for audit: hr/pay.md                     # a stated purpose; without a line of its own, what the principal reads without it
        bob claiming okta/eng: handbook.md            # groups that the credential vouches for
      then:
        - policies: {hr/: {allow: [group:staff]}}
          expect: {...}

`x.md` is the document with all its chunks; with entries `x.md#1` beside it, the document and these chunks; `x.md#1` alone, that chunk only.
Nodes are spelled `/` (the collection), `hr/` (a folder), `x.md` and `x.md#1`. A step may hold: policies, documents (put anew), delete,
groups (members to add), remove (members to take away), clearances, break_glass, end_break_glass, claim_sources, sources, sync,
approve_sync, and wait. With `as` another principal makes the change as an owner, and with `refused` it fails and changes nothing.
"""

import re
from typing import NamedTuple

import yaml

SITUATION = {"groups", "clearances", "collection", "folders", "documents", "policies", "break_glass", "claim_sources", "sources", "expect"}
STEP = (SITUATION - {"collection", "folders"}) | {"delete", "remove", "end_break_glass", "sync", "approve_sync", "wait", "as", "refused"}
POLICY = {"inherit", "allow", "deny", "rules", "level", "compartments", "purposes", "ceiling", "owners"}
STRANGER = "user:stranger"
ASKER = re.compile(r"(?P<who>\S+)(?: claiming (?P<claims>\S+))?(?: for (?P<purpose>\S+))?")
UNITS = {"s": 1, "m": 60, "h": 3600}


class Asker(NamedTuple):
    principal: str
    purpose: str = ""
    claims: tuple = ()


class Story(NamedTuple):
    file: str
    name: str
    steps: list  # changes as they were written, each with `expect`: {Asker: text}; the first is the first situation


def subject(name):
    return name if ":" in name or name == "everyone" else f"user:{name}"


def node(name):
    """The resource below the collection: `` for `/`, `folders/hr` for `hr/`, `documents/x.md/chunks/1` for `x.md#1`."""
    if name == "/":
        return ""
    if name.endswith("/"):
        return f"folders/{name[:-1]}"
    document, _, chunk = name.partition("#")
    return f"documents/{document}" + (f"/chunks/{chunk}" if chunk else "")


def seconds(text):
    return float(text[:-1]) * UNITS[text[-1]]


def check_keys(where, mapping, known):
    unknown = set(mapping) - known
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(sorted(map(str, unknown)))}")


def policy(where, written):
    written = dict(written or {})
    check_keys(where, written, POLICY)
    rules = [(effect, written.pop(effect), {}) for effect in ("allow", "deny") if effect in written]
    for rule in written.pop("rules", ()):
        effect = next(effect for effect in ("allow", "deny") if effect in rule)
        check_keys(where, rule, {effect, "from", "until"})
        rules.append((effect, rule[effect], {key: seconds(rule[key]) for key in ("from", "until") if key in rule}))
    written["rules"] = [(effect, [subject(name) for name in names], times) for effect, names, times in rules]
    for key in ("ceiling", "owners"):
        written[key] = [subject(name) for name in written.get(key, ())]
    return written


def documents(where, written):
    """{id: (policy or None, [policy or None for each chunk])}."""
    found = {}
    for name, rules in (written or {}).items():
        rules = dict(rules or {})
        chunks = rules.pop("chunks", 1)
        chunks = [None] * chunks if isinstance(chunks, int) else [None if chunk is None else policy(where, chunk) for chunk in chunks]
        found[name] = (policy(where, rules) if rules else None, chunks)
    return found


def step(where, written, known):
    written = dict(written)
    check_keys(where, written, known)
    policies = {node("/"): written.pop("collection")} if "collection" in written else {}
    policies |= {node(f"{name}/"): rules for name, rules in written.pop("folders", {}).items()}
    policies |= {node(name): rules for name, rules in written.get("policies", {}).items()}
    written["policies"] = {name: policy(where, rules) for name, rules in policies.items()}
    written["documents"] = documents(where, written.get("documents"))
    for key in ("groups", "remove"):
        written[key] = {f"group:{group}": [subject(name) for name in names] for group, names in written.get(key, {}).items()}
    written["clearances"] = {subject(name): clearance for name, clearance in written.get("clearances", {}).items()}
    written["expect"] = {asker(line): str(readable or "") for line, readable in written["expect"].items()}
    return written


def asker(line):
    parts = ASKER.fullmatch(line)
    if not parts:
        raise ValueError(f"expect: {line!r} is no asker")
    claims = tuple(f"group:{name}" for name in parts["claims"].split("+")) if parts["claims"] else ()
    return Asker(subject(parts["who"]), parts["purpose"] or "", claims)


def load(path):
    stories = []
    for written in yaml.safe_load(path.read_text(encoding="utf-8")):
        where = f"{path.name}: {written['name']}"
        first = {key: value for key, value in written.items() if key not in ("name", "then")}
        later = [step(where, change, STEP) for change in written.get("then", ())]
        stories.append(Story(path.name, written["name"], [step(where, first, SITUATION), *later]))
    return stories


def readable(text, sizes):
    """The nodes that an expectation names: {`documents/x.md`, `documents/x.md/chunks/0`, ...}. `sizes`: {id: number of chunks}."""
    entries = text.split()
    found = set()
    for entry in entries:
        document = entry.partition("#")[0]
        if document not in sizes:
            raise ValueError(f"expect: no document {document}")
        found.add(node(entry))
        if entry == document and not any(other.startswith(f"{document}#") for other in entries):
            found |= {node(f"{document}#{number}") for number in range(sizes[document])}
    return {name for name in found if not name.endswith("/chunks/none")}
