"""Usher decides as OpenFGA does, where its rules are relationship tuples: allows, denies, inheritance and nested groups.

Groups in a circle are compared without denies: once OpenFGA meets a circle below what is taken away, it answers no, even for those who are
in none of the groups; Usher denies the groups' members and nobody else.
Needs the program openfga, whose path is in OPENFGA_BIN, and is skipped without it. `openfga_test.py USHERD USHER`; ORACLE_WORLDS and
ORACLE_SEED ask for other worlds.
"""

import json
import os
import socket
import subprocess
import time
import unittest
import urllib.error
import urllib.request

import worlds

harness = worlds.harness
OPENFGA = os.environ.get("OPENFGA_BIN")
MOST_TUPLES = 100  # in one write
MOST_CHECKS = 50  # in one batch

THIS = {"this": {}}
SUBJECTS = [{"type": "user"}, {"type": "user", "wildcard": {}}, {"type": "group", "relation": "member"}]
KINDS = ("inherit", "restrict", "replace")
PARENTS = [{"type": kind} for kind in KINDS]


def computed(relation):
    return {"computedUserset": {"relation": relation}}


def from_parent(relation):
    return {"tupleToUserset": {"tupleset": {"relation": "parent"}, "computedUserset": {"relation": relation}}}


def node_type(kind):
    """A node of one kind of inheritance: who is denied here or above, who is allowed here, and what that makes with the parent."""
    allowed = {"inherit": from_parent("allowed"), "replace": computed("own"),
               "restrict": {"intersection": {"child": [computed("own"), from_parent("allowed")]}}}[kind]
    relations = {"parent": THIS, "own": THIS, "forbidden": THIS, "allowed": allowed,
                 "denied": {"union": {"child": [computed("forbidden"), from_parent("denied")]}},
                 "reader": {"difference": {"base": computed("allowed"), "subtract": computed("denied")}}}
    types = {"parent": PARENTS, "own": SUBJECTS, "forbidden": SUBJECTS}
    return {"type": kind, "relations": relations,
            "metadata": {"relations": {name: {"directly_related_user_types": allowed_types} for name, allowed_types in types.items()}}}


GROUP = {"type": "group", "relations": {"member": THIS},
         "metadata": {"relations": {"member": {"directly_related_user_types": [{"type": "user"}, {"type": "group", "relation": "member"}]}}}}
MODEL = {"schema_version": "1.1", "type_definitions": [{"type": "user"}, GROUP, *map(node_type, KINDS)]}


def user(subject):
    if subject == "everyone":
        return "user:*"
    return f"{subject}#member" if subject.startswith("group:") else subject


def thing(world, node):
    kind = world.policies.get(node, {"inherit": "inherit"})["inherit"]
    return f"{kind}:{world.name}/{node or 'collection'}"


def tuples(world):
    # A group in itself is what OpenFGA takes for granted and does not let anybody write.
    found = {(user(member), "member", group) for group, members in world.members.items() for member in members if member != group}
    for node in world.nodes:
        chain = worlds.oracle.chain(node)
        if len(chain) > 1:
            found.add((thing(world, chain[-2]), "parent", thing(world, node)))
        for effect, subjects, _ in world.policies.get(node, {"rules": []})["rules"]:
            found |= {(user(subject), {"allow": "own", "deny": "forbidden"}[effect], thing(world, node)) for subject in subjects}
    return [dict(zip(("user", "relation", "object"), one, strict=True)) for one in sorted(found)]


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Elsewhere:
    """One OpenFGA server in memory, with one store."""

    def __init__(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [OPENFGA, "run", "--datastore-engine", "memory", "--http-addr", f"127.0.0.1:{port}", "--grpc-addr", f"127.0.0.1:{free_port()}",
                   "--playground-enabled=false", "--metrics-enabled=false", "--log-level", "error"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until_ready()
        self.store = f"/stores/{self.post('/stores', {'name': 'usher'})['id']}"
        self.model = self.post(f"{self.store}/authorization-models", MODEL)["authorization_model_id"]

    def wait_until_ready(self):
        for _ in range(harness.PATIENCE_SECONDS * 10):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise RuntimeError("openfga did not start")

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=harness.PATIENCE_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"OpenFGA refused {path}: {refused.read().decode()}") from refused

    def ask(self, world, asked):
        written = tuples(world)
        for start in range(0, len(written), MOST_TUPLES):
            self.post(f"{self.store}/write", {"writes": {"tuple_keys": written[start:start + MOST_TUPLES]}, "authorization_model_id": self.model})
        found = []
        for start in range(0, len(asked), MOST_CHECKS):
            checks = [{"tuple_key": {"user": one.principal, "relation": "reader", "object": thing(world, one.node)}, "correlation_id": str(number)}
                      for number, one in enumerate(asked[start:start + MOST_CHECKS])]
            result = self.post(f"{self.store}/batch-check", {"checks": checks, "authorization_model_id": self.model})["result"]
            broken = [result[key]["error"] for key in result if "error" in result[key]]
            if broken:
                raise RuntimeError(f"OpenFGA could not answer: {broken[0]}")
            found += [result[str(number)].get("allowed", False) for number in range(len(checks))]
        return found

    def stop(self):
        self.process.terminate()
        self.process.wait(harness.PATIENCE_SECONDS)


@unittest.skipUnless(OPENFGA, "OPENFGA_BIN does not name the program openfga: go install github.com/openfga/openfga/cmd/openfga@latest")
class OpenFga(worlds.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = Elsewhere()
        cls.addClassCleanup(cls.elsewhere.stop)

    def test_decides_as_usher_does(self):
        self.compare([worlds.make(number, rich=False, cycles=number % 2 == 0, denies=number % 2 == 1) for number in range(worlds.count(20))],
                     False, self.elsewhere.ask)


if __name__ == "__main__":
    harness.main()
