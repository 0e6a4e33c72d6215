"""One tenant of a real server, to which a story happens, and which is asked in every way there is who may read what."""

import time

import grpc
import harness
import story
from google.protobuf import duration_pb2, timestamp_pb2
from usher.v1 import access_pb2, admin_pb2, corpus_pb2, retrieval_pb2, rule_pb2, sync_pb2

COLLECTION = "collections/c"
VECTOR = retrieval_pb2.Vector(values=[1, 0, 0, 0])


def resource(node):
    return f"{COLLECTION}/{node}" if node else COLLECTION


def timestamp(seconds):
    stamp = timestamp_pb2.Timestamp()
    stamp.FromNanoseconds(time.time_ns() + int(seconds * 1e9))
    return stamp


def as_policy(policy):
    if policy is None:
        return None
    made = rule_pb2.Policy(ceiling=policy["ceiling"], owners=policy["owners"])
    if "inherit" in policy:
        made.inheritance = rule_pb2.Inheritance.Value("INHERITANCE_" + policy["inherit"].upper())
    for effect, subjects, times in policy["rules"]:
        rule = made.rules.add(effect=rule_pb2.Effect.Value("EFFECT_" + effect.upper()), subjects=subjects)
        if "from" in times:
            rule.not_before.CopyFrom(timestamp(times["from"]))
        if "until" in times:
            rule.expire_time.CopyFrom(timestamp(times["until"]))
    label = {key: policy[key] for key in ("level", "compartments", "purposes") if key in policy}
    if label:
        made.label.CopyFrom(rule_pb2.Label(**label))
    return made


def memberships(groups):
    return [access_pb2.Membership(group=group, member=member) for group, members in groups.items() for member in members]


class Tenant:
    """`key` is of an administrator who may do everything, and act for anybody."""

    def __init__(self, server, key):
        self.server = server
        self.key = key
        self.admin = server.client(key)
        self.first_admin = self.client(self.new_key("user:first-administrator", "administrator"))
        self.second_admin = self.client(self.new_key("user:second-administrator", "administrator"))
        self.grants = {}  # (node, principal) -> id of the grant
        self.held = {}  # source -> id of the held sync
        self.keys = {}  # (principal, claims) -> client
        self.written = time.monotonic()  # when the last step was made; waits count from then
        self.admin.CreateCollection(collection=corpus_pb2.Collection(name=COLLECTION, dimension=4))

    def client(self, key, principal=None):
        return self.server.client(key, principal)

    def new_key(self, principal, role, groups=()):
        roles = [admin_pb2.Role.Value("ROLE_" + role.upper())]
        return self.admin.CreateApiKey(principal=principal, roles=roles, groups=groups).secret

    def asking(self, asker):
        """A client that asks as the principal itself; with its own key where the credential vouches for groups."""
        if not asker.claims:
            return self.client(self.key, asker.principal)
        if asker not in self.keys:
            self.keys[asker] = self.client(self.new_key(asker.principal, "reader", asker.claims))
        return self.keys[asker]

    def happen(self, step):
        """Makes the changes of a step. Raises grpc.RpcError with the first that is refused."""
        time.sleep(max(0, self.written + story.seconds(step.get("wait", "0s")) - time.monotonic()))
        writer = self.client(self.new_key(story.subject(step["as"]), "owner")) if "as" in step else self.admin
        self._settings(step)
        self._documents(writer, step)
        self._rules(writer, step)
        self._break_glass(step)
        self._sync(step)
        self.written = time.monotonic()

    def _settings(self, step):
        if "claim_sources" in step:
            self.admin.SetAccessSettings(settings=access_pb2.AccessSettings(claim_sources=step["claim_sources"]))
        for name, settings in step.get("sources", {}).items():
            source = sync_pb2.Source(name=name, deny_when_stale=settings.get("deny_when_stale", False), minimum=settings.get("minimum", 10))
            source.max_age.CopyFrom(duration_pb2.Duration(seconds=3600))
            self.admin.SetSource(source=source)

    def _documents(self, writer, step):
        if step["documents"]:
            made = [self._document(name, *rules) for name, rules in step["documents"].items()]
            writer.UpsertDocuments(collection=COLLECTION, documents=made)
        if "delete" in step:
            writer.DeleteDocuments(collection=COLLECTION, names=[resource(f"documents/{name}") for name in step["delete"]])

    @staticmethod
    def _document(name, policy, chunks):
        ready = [corpus_pb2.ReadyChunk(text=f"{harness.CANARY} {name} {number}", vector=VECTOR, policy=as_policy(rules))
                 for number, rules in enumerate(chunks)]
        return corpus_pb2.Document(name=resource(f"documents/{name}"), policy=as_policy(policy), chunks=corpus_pb2.ReadyChunks(chunks=ready),
                                   discard_chunk_policies=True)

    def _rules(self, writer, step):
        if step["policies"]:
            writer.SetPolicies(updates=[access_pb2.PolicyUpdate(resource=resource(node), policy=as_policy(policy))
                                        for node, policy in step["policies"].items()])
        if step["groups"] or step["remove"]:
            self.admin.UpdateMembers(add=memberships(step["groups"]), remove=memberships(step["remove"]))
        if step["clearances"]:
            self.admin.SetClearances(clearances=[rule_pb2.Clearance(principal=principal, **clearance)
                                                 for principal, clearance in step["clearances"].items()])

    def _break_glass(self, step):
        for wanted in step.get("break_glass", ()):
            node, principal = story.node(wanted["node"]), story.subject(wanted["principal"])
            grant = self.first_admin.RequestBreakGlass(resource=resource(node), principal=principal, reason="the pager went off at night",
                                                       duration=duration_pb2.Duration(seconds=3600))
            self.grants[node, principal] = grant.id
            if wanted["state"] == "approved":
                self.second_admin.ApproveBreakGlass(id=grant.id)
        for ended in step.get("end_break_glass", ()):
            self.admin.EndBreakGlass(id=self.grants[story.node(ended["node"]), story.subject(ended["principal"])])

    def _sync(self, step):
        picture = step.get("sync")
        if picture:
            source = picture["source"]
            groups = {f"group:{group}": [story.subject(name) for name in who] for group, who in picture.get("groups", {}).items()}
            policies = [access_pb2.PolicyUpdate(resource=resource(story.node(name)), policy=as_policy(story.policy(source, rules)))
                        for name, rules in picture.get("policies", {}).items()]
            sync = self.admin.BeginSync(source=source).sync_id
            self.admin.PushSync(source=source, sync_id=sync, part=0, memberships=memberships(groups), policies=policies)
            answer = self.admin.CommitSync(source=source, sync_id=sync, parts=1)
            if answer.HasField("held") != picture.get("held", False):
                raise AssertionError(f"the sync was {'held' if answer.HasField('held') else 'not held'}: {answer}")
            self.held[source] = answer.held.sync_id
        if "approve_sync" in step:
            self.admin.ApproveSync(source=step["approve_sync"], sync_id=self.held[step["approve_sync"]])

    # Each of the following returns {node} or, about one node, {principal} and whether everyone else reads.

    def searched(self, asker, count):
        return self._chunks(lambda: self.asking(asker).Search(collection=COLLECTION, vector=VECTOR, k=max(count, 1), purpose=asker.purpose))

    def got(self, asker, chunks):
        names = [resource(node) for node in chunks]
        return self._chunks(lambda: self.asking(asker).GetChunks(collection=COLLECTION, names=names, purpose=asker.purpose))

    def listed(self, asker):
        """Documents and chunks."""
        ask = self.asking(asker).ListAccessible
        kinds = (access_pb2.ACCESSIBLE_KIND_DOCUMENTS, access_pb2.ACCESSIBLE_KIND_CHUNKS)
        return {self._node(name) for kind in kinds
                for name in self._seen(lambda kind=kind: ask(collection=COLLECTION, kind=kind, purpose=asker.purpose).names)}

    def checked_by_itself(self, asker, nodes):
        items = [access_pb2.BatchCheckRequest.Item(resource=resource(node), purpose=asker.purpose) for node in nodes]
        allowed = self.asking(asker).BatchCheck(items=items).allowed
        return {node for node, yes in zip(nodes, allowed, strict=True) if yes}

    def checked_by_administrator(self, asker, nodes):
        return {node for node in nodes if self.admin.Check(principal=asker.principal, resource=resource(node), purpose=asker.purpose).allowed}

    def explained(self, asker, nodes):
        return {node for node in nodes if self.admin.Explain(principal=asker.principal, resource=resource(node), purpose=asker.purpose).allowed}

    def readers(self, node, purpose):
        answer = self.admin.ListReaders(resource=resource(node), purpose=purpose)
        return set(answer.principals), answer.everyone_else

    def _chunks(self, call):
        return {self._node(chunk.name) for chunk in self._seen(lambda: call().chunks)}

    @staticmethod
    def _seen(call):
        """To whoever may read nothing in it, a collection looks as if it did not exist."""
        try:
            return call()
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.NOT_FOUND:
                raise
            return []

    @staticmethod
    def _node(name):
        return name.removeprefix(f"{COLLECTION}/")
