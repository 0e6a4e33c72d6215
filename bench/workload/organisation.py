"""Companies, their nested groups, who is in which, and which documents each group may read."""

import dataclasses

import numpy as np

COMPANIES = 20
MOST_GROUPS_OF_A_PERSON = 40
MOST_READERS_OF_A_DOCUMENT = 4


@dataclasses.dataclass
class Groups:
    """All groups of all companies, by number. `parent`: the group whose members a group's members are as well, or -1."""

    kind: list = dataclasses.field(default_factory=list)
    company: list = dataclasses.field(default_factory=list)
    parent: list = dataclasses.field(default_factory=list)
    by_place: dict = dataclasses.field(default_factory=dict)

    def add(self, kind, company, parent=-1):
        self.kind.append(kind)
        self.company.append(company)
        self.parent.append(parent)
        self.by_place.setdefault((company, kind), []).append(len(self.kind) - 1)
        return len(self.kind) - 1

    def of(self, company, kind):
        return self.by_place[company, kind]

    def with_parents(self, group):
        chain = []
        while group >= 0:
            chain.append(group)
            group = self.parent[group]
        return chain


def make_groups(random, documents):
    """Staff of a company, departments in it, teams in those, projects in teams or across; auditors beside them."""
    groups = Groups()
    weights = 1 / np.arange(1, COMPANIES + 1)
    weights /= weights.sum()
    for company in range(COMPANIES):
        size = max(12, round(float(weights[company]) * documents / 10))
        staff = groups.add("staff", company)
        groups.add("auditors", company)
        departments = [groups.add("department", company, staff) for _ in range(max(2, size // 14))]
        teams = [groups.add("team", company, int(random.choice(departments))) for _ in range(size // 2)]
        for _ in range(size // 2):
            groups.add("project", company, int(random.choice(teams)) if random.random() < 0.3 else -1)
    return groups, weights


def make_documents(random, groups, weights, documents):
    """Returns the department that each document is of, and the sorted groups that may read it."""
    by_company = [{kind: groups.of(c, kind) for kind in ("staff", "auditors", "department", "team", "project")} for c in range(COMPANIES)]
    teams_of = {}
    for group, kind in enumerate(groups.kind):
        if kind == "team":
            teams_of.setdefault(groups.parent[group], []).append(group)
    departments, readers = np.empty(documents, np.int64), []
    for document in range(documents):
        own = by_company[int(random.choice(COMPANIES, p=weights))]
        department = int(random.choice(own["department"]))
        departments[document] = department
        kind = random.random()
        if kind < 0.08:
            allowed = {own["staff"][0]}
        elif kind < 0.28:
            allowed = {department}
        elif kind < 0.65:
            allowed = set(random.choice(teams_of.get(department, own["team"]), 1 + (random.random() < 0.3)).tolist())
        else:
            # Few projects are large and most are small, so that people in one small project read next to nothing.
            place = int(len(own["project"]) * random.random() ** 2.5)
            allowed = {own["project"][place]}
        if random.random() < 0.85:
            allowed.add(own["auditors"][0])
        readers.append(sorted(allowed)[:MOST_READERS_OF_A_DOCUMENT])
    return departments, readers


class Reach:
    """Which documents a set of groups may read."""

    def __init__(self, groups, readers):
        self.groups = groups
        self.documents = len(readers)
        lists = [[] for _ in groups.kind]
        for document, allowed in enumerate(readers):
            for group in allowed:
                lists[group].append(document)
        self.of_group = [np.array(documents, np.int64) for documents in lists]
        # What somebody reads by one group and those above it, and the groups that give anything, least first.
        sizes = np.array([self.mask(groups.with_parents(group)).sum() for group in range(len(lists))])
        self.by_size = np.argsort(sizes, kind="stable")[np.count_nonzero(sizes == 0):]
        self.sizes = sizes[self.by_size]

    def mask(self, groups):
        readable = np.zeros(self.documents, bool)
        for group in groups:
            readable[self.of_group[group]] = True
        return readable

    def group_of_at_most(self, random, documents):
        """A random group that by itself gives at most so many, rather a large one; None where there is none."""
        fitting = int(np.searchsorted(self.sizes, documents, side="right"))
        if fitting == 0:
            return None
        return int(self.by_size[fitting - 1 - int(fitting * random.random() ** 4)])


def employee(random, groups):
    """Somebody of a team, with a few projects of the company."""
    company = int(random.integers(COMPANIES))
    held = set(groups.with_parents(int(random.choice(groups.of(company, "team")))))
    for project in random.choice(groups.of(company, "project"), 3):
        held.update(groups.with_parents(int(project)))
    return sorted(held)


def person_who_reads(random, reach, documents):
    """The groups of somebody who by them, and all above them, may read about so many documents; None after many tries."""
    for _ in range(50):
        held, count = set(), 0
        for _ in range(MOST_GROUPS_OF_A_PERSON):
            group = reach.group_of_at_most(random, 1.4 * documents - count)
            if group is None:
                break
            tried = held.union(reach.groups.with_parents(group))
            now = int(reach.mask(tried).sum())
            if now <= 1.4 * documents and len(tried) <= MOST_GROUPS_OF_A_PERSON:
                held, count = tried, now
            if count >= 0.7 * documents:
                return sorted(held)
    return None
