"""The rules and documents of a story at one moment, and what a step does to them."""

import copy
import re

import story

NOBODY = {"inherit": "replace", "rules": [], "ceiling": [], "owners": []}


class Situation:
    """Everything that decides who may read. Nodes are spelled as by story.node()."""

    def __init__(self):
        self.members = {}  # group -> direct members
        self.clearances = {}  # principal -> {level, compartments}
        self.policies = {}  # node -> policy, its times counted from the beginning of the story
        self.sizes = {}  # document id -> number of chunks
        self.grants = set()  # (node, principal)
        self.claim_sources = []
        self.unsynced = set()  # sources that deny until they are synced
        self.synced_nodes = {}  # source -> nodes whose policy it set
        self.held = {}  # source -> picture that waits for agreement
        self.now = 0.0  # seconds since the beginning of the story

    def after(self, step):
        """The situation that a step leaves behind."""
        after = copy.deepcopy(self)
        after.now += story.seconds(step.get("wait", "0s"))
        if "refused" not in step:
            after._change_documents(step)
            after._change_rules(step)
            after._sync(step)
        return after

    def _change_documents(self, step):
        for name in step.get("delete", ()):
            self._forget(rf"documents/{re.escape(name)}(/chunks/\d+)?")
            del self.sizes[name]
        for name, (policy, chunks) in step["documents"].items():
            self._forget(rf"documents/{re.escape(name)}/chunks/\d+")
            self.sizes[name] = len(chunks)
            nodes = {f"documents/{name}": policy} | {f"documents/{name}/chunks/{number}": rules for number, rules in enumerate(chunks)}
            self.policies |= {node: self._dated(rules) for node, rules in nodes.items() if rules is not None}

    def _forget(self, nodes):
        """Drops the rules of the nodes that the expression matches."""
        gone = re.compile(nodes)
        self.policies = {node: policy for node, policy in self.policies.items() if not gone.fullmatch(node)}
        self.grants = {(node, principal) for node, principal in self.grants if not gone.fullmatch(node)}

    def _change_rules(self, step):
        for node, policy in step["policies"].items():
            # What an administrator set stays when an owner writes.
            kept = {key: self.policies.get(node, NOBODY)[key] for key in ("ceiling", "owners")} if "as" in step else {}
            self.policies[node] = self._dated(policy) | kept
        for group, members in step["groups"].items():
            self.members.setdefault(group, set()).update(members)
        for group, members in step["remove"].items():
            self.members[group] -= set(members)
        self.clearances |= step["clearances"]
        self.grants |= {self._grant(grant) for grant in step.get("break_glass", ()) if grant["state"] == "approved"}
        self.grants -= {self._grant(grant) for grant in step.get("end_break_glass", ())}
        self.claim_sources = step.get("claim_sources", self.claim_sources)

    @staticmethod
    def _grant(grant):
        return story.node(grant["node"]), story.subject(grant["principal"])

    def _dated(self, policy):
        rules = [(effect, names, {key: self.now + value for key, value in times.items()}) for effect, names, times in policy["rules"]]
        return policy | {"rules": rules}

    def _sync(self, step):
        self.unsynced |= {name for name, settings in step.get("sources", {}).items() if settings.get("deny_when_stale")}
        picture = step.get("sync")
        if picture and picture.get("held"):
            self.held[picture["source"]] = picture
        elif picture:
            self._take(picture)
        if "approve_sync" in step:
            self._take(self.held.pop(step["approve_sync"]))

    def _take(self, picture):
        """What a source no longer knows loses its members, or is readable by nobody."""
        source = picture["source"]
        self.held.pop(source, None)
        self.members = {group: who for group, who in self.members.items() if not group.startswith(f"group:{source}/")}
        self.members |= {f"group:{group}": {story.subject(name) for name in who} for group, who in picture.get("groups", {}).items()}
        nodes = {story.node(name): story.policy(source, rules) for name, rules in picture.get("policies", {}).items()}
        self.policies |= {node: NOBODY for node in self.synced_nodes.get(source, ())} | nodes
        self.synced_nodes[source] = set(nodes)
        self.unsynced.discard(source)
