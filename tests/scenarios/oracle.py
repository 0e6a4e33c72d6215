"""Who may read what in a situation, by the rules read naively."""


def may_read(situation, asker, node):
    """Whether the asker may read the node, spelled as by story.node()."""
    if situation.unsynced:
        return False
    allowed = granted = False
    for above in chain(node):
        policy = situation.policies.get(above, {"rules": [], "ceiling": []})
        own = _named(situation, asker, policy, "allow")
        if _named(situation, asker, policy, "deny") or not _cleared(situation, asker, policy):
            return False
        if policy["ceiling"] and not _under(situation, asker, policy["ceiling"]):
            return False
        inherit = policy.get("inherit") or ("replace" if any(effect == "allow" for effect, _, _ in policy["rules"]) else "inherit")
        allowed = {"replace": own, "restrict": own and allowed, "inherit": allowed}[inherit]
        granted = granted or (above, asker.principal) in situation.grants
    return allowed or granted


def chain(node):
    """The node, preceded by everything it lies in, from the collection down."""
    if not node:
        return [""]
    item = node.partition("/chunks/")[0]
    segments = item.split("/")[1:]
    folders = ["folders/" + "/".join(segments[:depth]) for depth in range(1, len(segments))]
    return list(dict.fromkeys(["", *folders, item, node]))


def nodes(situation):
    """Every node that exists or has rules."""
    found = {""} | {node for node in situation.policies if node.startswith("folders/")}
    for name, chunks in situation.sizes.items():
        found |= {f"documents/{name}/chunks/{number}" for number in range(chunks)} | set(chain(f"documents/{name}"))
    return sorted(found)


def named_principals(situation):
    """Principals that a membership, a rule, a grant or a clearance names now."""
    names = {name for members in situation.members.values() for name in members} | set(situation.clearances)
    for policy in situation.policies.values():
        names |= {name for _, rule, _ in policy["rules"] for name in rule} | set(policy["ceiling"])
    names |= {principal for _, principal in situation.grants}
    return {name for name in names if name.startswith(("user:", "service:"))}


def _named(situation, asker, policy, effect):
    return any(kind == effect and times.get("from", 0) <= situation.now < times.get("until", float("inf")) and _under(situation, asker, names)
               for kind, names, times in policy["rules"])


def _cleared(situation, asker, policy):
    clearance = situation.clearances.get(asker.principal, {})
    missing = set(policy.get("compartments", ())) - set(clearance.get("compartments", ()))
    purposes = policy.get("purposes", ())
    return clearance.get("level", 0) >= policy.get("level", 0) and not missing and (not purposes or asker.purpose in purposes)


def _under(situation, asker, names):
    accepted = {claim for claim in asker.claims if claim.removeprefix("group:").partition("/")[0] in situation.claim_sources}
    reached = {asker.principal} | accepted
    while True:
        more = {group for group, members in situation.members.items() if members & reached} - reached
        if not more:
            return "everyone" in names or bool(reached & set(names))
        reached |= more
