"""Usher decides as Cedar does, where its rules are written as Cedar policies: everything but times, claims and the age of syncs.

Needs the Python module cedarpy, and is skipped without it. `cedar_test.py USHERD USHER`; ORACLE_WORLDS and ORACLE_SEED ask for other worlds.
"""

import json
import unittest

try:
    import cedarpy
except ModuleNotFoundError:
    cedarpy = None

import worlds

harness = worlds.harness


def quoted(kind, name):
    return f'{kind}::{json.dumps(name)}'


def entity(name):
    return quoted("Group" if name.startswith("group:") else "User", name)


def under(subjects):
    """A condition that holds for whoever comes under one of the subjects."""
    if "everyone" in subjects:
        return "true"
    return " || ".join(f"principal in {entity(name)}" for name in subjects) or "false"


def own(policy):
    return " || ".join(f"({under(subjects)})" for effect, subjects, _ in policy["rules"] if effect == "allow") or "false"


def allowed(world, node):
    """Inheritance spelled out as one condition; denies, labels and ceilings are forbids on the hierarchy of nodes."""
    condition = "false"
    for above in worlds.chain(world, node):
        policy = world.policies[above]
        condition = {"replace": f"({own(policy)})", "restrict": f"({condition}) && ({own(policy)})", "inherit": condition}[policy["inherit"]]
    return condition


def forbids(node, policy):
    scope = f"forbid(principal, action, resource in {quoted('Node', node)})"
    for effect, subjects, _ in policy["rules"]:
        if effect == "deny":
            yield f"{scope} when {{ {under(subjects)} }};"
    if policy["ceiling"]:
        yield f"{scope} unless {{ {under(policy['ceiling'])} }};"
    if policy.get("level") or policy.get("compartments"):
        words = json.dumps(policy["compartments"])
        yield f"{scope} unless {{ principal.level >= {policy['level']} && principal.compartments.containsAll({words}) }};"
    if policy.get("purposes"):
        yield f"{scope} unless {{ {json.dumps(policy['purposes'])}.contains(context.purpose) }};"


def policies(world):
    lines = [line for node, policy in world.policies.items() for line in forbids(node, policy)]
    lines += [f"permit(principal, action, resource == {quoted('Node', node)}) when {{ {allowed(world, node)} }};" for node in world.nodes]
    return "\n".join(lines)


def uid(kind, name):
    return {"type": kind, "id": name}


def entities(world):
    above = {}
    for group, members in world.members.items():
        for member in members:
            above.setdefault(member, []).append(uid("Group", group))
    found = [{"uid": uid("Group", group), "attrs": {}, "parents": above.get(group, [])} for group in world.members]
    for principal in world.principals:
        clearance = world.clearances.get(principal, {"level": 0, "compartments": []})
        found.append({"uid": uid("User", principal), "attrs": clearance, "parents": above.get(principal, [])})
    for node in world.nodes:
        chain = worlds.oracle.chain(node)
        found.append({"uid": uid("Node", node), "attrs": {}, "parents": [uid("Node", chain[-2])] if len(chain) > 1 else []})
    return found


def ask(world, asked):
    requests = [{"principal": quoted("User", one.principal), "action": 'Action::"read"', "resource": quoted("Node", one.node),
                 "context": {"purpose": one.purpose}} for one in asked]
    results = cedarpy.is_authorized_batch(requests, policies(world), entities(world))
    broken = [result.diagnostics.errors for result in results if result.diagnostics.errors]
    if broken:
        raise RuntimeError(f"Cedar could not evaluate: {broken[0]}")
    return [result.allowed for result in results]


@unittest.skipUnless(cedarpy, "the Python module cedarpy is not installed: pip install cedarpy")
class Cedar(worlds.Case):
    def test_decides_as_usher_does(self):
        self.compare([worlds.make(number, rich=True, cycles=False) for number in range(worlds.count(20))], True, ask)


if __name__ == "__main__":
    harness.main()
