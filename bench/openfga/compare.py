"""What somebody may read, asked of Usher and of OpenFGA: the same tenant, the same questions, each through gRPC on loopback.

    /usr/bin/python3 bench/openfga/compare.py USHERD USHER OPENFGA [--documents 20000] [--users 100]

Every list and every check is held against the truth, computed from the tenant itself. The client is Python on both sides; its own time counts.
"""

import argparse
import random
import sys
import time

import departments
import servers  # takes USHERD and USHER from the command line


def quantile(values, share):
    values = sorted(values)
    return values[round(share * (len(values) - 1))]


def clock(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def spread(seconds):
    return f"{quantile(seconds, 0.5) * 1e3:.2f} / {quantile(seconds, 0.99) * 1e3:.2f} ms"


class Lists:
    """Lists that were given, held against the truth."""

    def __init__(self):
        self.seconds, self.first, self.names, self.short, self.unsaid, self.wrong = [], [], 0, 0, 0, 0

    def add(self, seconds, found, truth, says_more=False):
        self.seconds.append(seconds)
        self.names += len(found)
        self.wrong += len(found) != len(set(found)) or not truth.issuperset(found)
        if len(found) < len(truth):
            self.short += 1
            self.unsaid += not says_more

    def row(self, what):
        first = f", first message {spread(self.first)}" if self.first else ""
        cut = f"cut short {self.short}, without saying so {self.unsaid}, wrong {self.wrong}"
        print(f"  {what:38} {spread(self.seconds):>22}  {self.names / sum(self.seconds):>10,.0f} names/s  {self.names:>8,} names  {cut}{first}")


def ask_lists(server, people, truths, what):
    single, streamed = Lists(), Lists()
    for person, truth in zip(people, truths, strict=True):
        seconds, (found, says_more) = clock(lambda person=person: server.first_list(person))
        single.add(seconds, found, truth, says_more)
    for person, truth in zip(people, truths, strict=True):
        start, found = time.perf_counter(), []
        for message in server.stream(person):
            if not found:
                streamed.first.append(time.perf_counter() - start)
            found += message
        streamed.add(time.perf_counter() - start, found, truth)
    single.row(f"one answer, {what}")
    streamed.row(f"stream, {what}")


def ask_checks(server, people, truths, documents):
    rng, seconds, wrong = random.Random(5), [], 0
    for number in range(2_000):
        place = rng.randrange(len(people))
        document = rng.choice(sorted(truths[place])) if number % 2 else rng.randrange(documents)
        taken, allowed = clock(lambda person=people[place], document=document: server.check(person, document))
        seconds.append(taken)
        wrong += allowed != (document in truths[place])
    print(f"  {'check':38} {spread(seconds):>22}  wrong {wrong}")


def measure(start, tenant, people, truths):
    with servers.new_folder() as folder:
        server = start(folder)
        try:
            seconds, _ = clock(lambda: server.load(tenant))
            print(f"{server.name}: loaded in {seconds:.1f} s, resident {servers.resident_mib(server.pid):.0f} MiB", flush=True)
            ask_lists(server, people, truths, "first time")
            ask_lists(server, people, truths, "again")
            ask_checks(server, people, truths, len(tenant.shared_with))
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("usherd")
    parser.add_argument("usher")
    parser.add_argument("openfga")
    parser.add_argument("--groups", type=int, default=2_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--users", type=int, default=100, help="how many people are asked about")
    parser.add_argument("--engines", nargs="+", choices=("memory", "sqlite"), default=("sqlite", "memory"), help="OpenFGA's; memory loads for minutes")
    chosen = parser.parse_args()
    tenant = departments.Departments(chosen.groups, chosen.people, chosen.documents)
    people = random.Random(3).sample(range(chosen.people), chosen.users)
    truths = [tenant.readable(person) for person in people]
    print(f"{len(list(tenant.memberships())):,} memberships, {sum(map(len, tenant.shared_with)):,} shares of {chosen.documents:,} documents; "
          f"{chosen.users} people read {min(map(len, truths)):,} to {max(map(len, truths)):,} of them")
    measure(servers.Usher, tenant, people, truths)
    for engine in chosen.engines:
        for lift_limits in (False, True):
            measure(lambda folder, engine=engine, lift=lift_limits: servers.OpenFga(chosen.openfga, folder, engine, lift), tenant, people, truths)

if __name__ == "__main__":
    main()
