"""Random collections with random rules, written into a real server through its API, to be asked about there and elsewhere.

Every world has a collection, groups and principals of its own, so that all of them fit into one tenant. Rules have no times: other systems
write those differently.
"""

import os
import pathlib
import random
import sys
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "scenarios")]

import harness  # noqa: E402
import oracle  # noqa: E402
import tenant  # noqa: E402
from usher.v1 import access_pb2, corpus_pb2, retrieval_pb2, rule_pb2  # noqa: E402

DOCUMENTS = ("top.md", "a/one.md", "a/b/two.md", "a/b/c/three.md", "ab/four.md")
FOLDERS = ("a", "a/b", "a/b/c", "ab")
CHUNKS = 2
COMPARTMENTS = ("hr", "mna")
PURPOSES = ("audit", "legal")
MOST_CHECKS = 1000  # in one BatchCheck


class World(NamedTuple):
    """Nodes are spelled as by story.node(), policies as by story.policy()."""

    name: str
    principals: list
    members: dict  # group -> direct members
    clearances: dict
    policies: dict  # node -> policy
    nodes: list


class Question(NamedTuple):
    principal: str
    node: str
    purpose: str


def count(usual):
    return int(os.environ.get("ORACLE_WORLDS", usual))


def seed():
    return int(os.environ.get("ORACLE_SEED", "1"))


def some(rng, names, most, least=1):
    return rng.sample(names, rng.randint(least, min(most, len(names))))


def random_policy(rng, subjects, rich, denies):
    """`rich`: with labels and ceilings; `denies`: with rules that deny."""
    rules = [("allow", some(rng, subjects, 3), {}) for _ in range(rng.choice((0, 1, 1, 2)))]
    rules += [("deny", some(rng, subjects, 2), {})] if denies and rng.random() < 0.2 else []
    policy = {"rules": rules, "ceiling": [], "owners": []}
    policy["inherit"] = rng.choice(("restrict", "replace") if any(effect == "allow" for effect, _, _ in rules) else ("inherit", "inherit", "restrict"))
    if rich and rng.random() < 0.2:
        policy |= {"level": rng.randint(0, 2), "compartments": some(rng, COMPARTMENTS, 1, 0), "purposes": some(rng, PURPOSES, 2, 0)}
    if rich and rng.random() < 0.1:
        policy["ceiling"] = some(rng, subjects, 3)
    return policy


def make(number, rich, cycles, denies=True):
    """`cycles`: groups may hold each other; otherwise each holds later ones only."""
    rng = random.Random(f"{seed()}/{number}")
    name = f"w{seed()}-{number}"
    users = [f"user:{name}-u{i}" for i in range(6)]
    groups = [f"group:{name}-g{i}" for i in range(6)]
    subjects = users + groups + groups + ["everyone"]
    members = {group: some(rng, users + (groups if cycles else groups[index + 1:]), 3) for index, group in enumerate(groups)}
    nodes = [""] + [f"folders/{folder}" for folder in FOLDERS] + [f"documents/{document}" for document in DOCUMENTS]
    nodes += [f"documents/{document}/chunks/{chunk}" for document in DOCUMENTS for chunk in range(CHUNKS)]
    policies = {node: random_policy(rng, subjects, rich, denies) for node in nodes if not node or rng.random() < 0.5}
    policies[""]["inherit"] = "replace"
    clearances = {user: {"level": rng.randint(0, 2), "compartments": some(rng, COMPARTMENTS, 2, 0)} for user in users if rich and rng.random() < 0.7}
    return World(name, [*users, f"user:{name}-stranger"], members, clearances, policies, nodes)


def questions(world, rich):
    purposes = ("", *PURPOSES) if rich else ("",)
    return [Question(principal, node, purpose) for principal in world.principals for node in world.nodes for purpose in purposes]


def chain(world, node):
    """The nodes with a policy that decide about this one, from the collection down."""
    return [above for above in oracle.chain(node) if above in world.policies]


class Case(harness.Case):
    """A server into which worlds are written."""

    def collection(self, world, node=""):
        return f"collections/{world.name}" + (f"/{node}" if node else "")

    def write(self, world):
        self.admin.CreateCollection(collection=corpus_pb2.Collection(name=self.collection(world), dimension=1))
        vector = retrieval_pb2.Vector(values=[1])
        for name in DOCUMENTS:
            chunks = corpus_pb2.ReadyChunks(chunks=[corpus_pb2.ReadyChunk(text=harness.CANARY, vector=vector)] * CHUNKS)
            self.upsert(self.collection(world), corpus_pb2.Document(name=self.collection(world, f"documents/{name}"), chunks=chunks))
        self.admin.UpdateMembers(add=tenant.memberships(world.members))
        if world.clearances:
            self.admin.SetClearances(clearances=[rule_pb2.Clearance(principal=who, **clearance) for who, clearance in world.clearances.items()])
        self.admin.SetPolicies(updates=[access_pb2.PolicyUpdate(resource=self.collection(world, node), policy=tenant.as_policy(policy))
                                        for node, policy in world.policies.items()])

    def answers(self, world, asked):
        found = []
        for start in range(0, len(asked), MOST_CHECKS):
            items = [access_pb2.BatchCheckRequest.Item(principal=one.principal, resource=self.collection(world, one.node), purpose=one.purpose)
                     for one in asked[start:start + MOST_CHECKS]]
            found += self.admin.BatchCheck(items=items).allowed
        return found

    def compare(self, worlds, rich, ask_elsewhere):
        """`ask_elsewhere`(world, questions) returns the other system's answers. Prints how many decisions were the same."""
        decisions = allowed = 0
        for world in worlds:
            self.write(world)
            asked = questions(world, rich)
            ours, theirs = self.answers(world, asked), ask_elsewhere(world, asked)
            self.assertEqual([], [(one, us) for one, us, them in zip(asked, ours, theirs, strict=True) if us != them], world)
            decisions += len(asked)
            allowed += sum(ours)
        self.assertLess(decisions / 20, allowed, "the worlds allow too little to compare")
        self.assertLess(allowed, decisions / 20 * 19, "the worlds deny too little to compare")
        print(f"{decisions} decisions in {len(worlds)} worlds, {allowed} allowed, none different")
