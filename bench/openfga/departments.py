"""A tenant of departments: people in nested groups, documents shared with groups. Made from a fixed seed, with the truth about who reads what."""

import random

GROUPS_EACH = 8
CHILDREN = 8  # of a group


class Departments:
    def __init__(self, groups, people, documents):
        rng = random.Random(7)
        self.above = {group: [(group // CHILDREN)] for group in range(1, groups)} | {0: []}
        self.groups_of = [sorted({rng.randrange(groups) for _ in range(GROUPS_EACH)}) for _ in range(people)]
        self.shared_with = [sorted({rng.randrange(groups) for _ in range(1 + number % 4)}) for number in range(documents)]

    def memberships(self):
        """Pairs of group and member."""
        yield from ((group(above), group(number)) for number, parents in self.above.items() for above in parents)
        yield from ((group(number), user(person)) for person, direct in enumerate(self.groups_of) for number in direct)

    def readable(self, person):
        """Numbers of the documents the person may read."""
        reached, new = set(), set(self.groups_of[person])
        while new:
            reached |= new
            new = {above for number in new for above in self.above[number]} - reached
        return {number for number, shared in enumerate(self.shared_with) if not reached.isdisjoint(shared)}


def user(number):
    return f"user:person-{number}"


def group(number):
    return f"group:department-{number}"
