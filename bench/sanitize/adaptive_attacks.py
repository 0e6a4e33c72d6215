#!/usr/bin/env python3
"""Attacks that are rewritten against Usher's own score, and how many of them come through.

    adaptive_attacks.py SAMPLES --usher build/release/bin/usher [--files docs tool_response] [--most 100] [--queries 120] [--seed 1]

SAMPLES is a folder with FILE.jsonl each (see samples.py). An attacker who can run Usher tries every mutation of mutations.py alone, keeps
the one with the lowest score, and adds others to it for as long as that lowers the score, the attack is caught, and texts may be asked.
Twice: with rewritings only, and also with orders in thirteen languages in place of the attack's own. An attack is caught if any of its
chunks is flagged at the shipped thresholds. Deterministic. Prints Markdown.

What it does not show: whether a model would obey what comes through. No model is asked, so every rewriting counts as still working.
"""

import argparse
import collections
import random

import mutations
import samples


class Run:
    """One attack on its way: what it is made of, and what Usher says of it."""

    def __init__(self, file, sample, moves, seed):
        self.name, self.file, self.original = f"{file}:{sample['id']}", file, mutations.of_sample(sample)
        self.moves, self.seed = moves, seed
        self.names, self.caught, self.score, self.caught_before = (), None, None, None
        self.queries = 0
        self.alone = {}

    def attack(self, names):
        return mutations.apply(self.original, names, lambda name: random.Random(f"{self.seed}:{self.name}:{name}"))

    def next_tries(self, most):
        tries = [self.names + (name,) for name in self.moves if mutations.fits(self.names, name)]
        left = most - self.queries
        kept = []
        for names in tries:
            left -= len(self.attack(names).pieces)
            if left < 0:
                break
            kept.append(names)
        return kept


def judge(usher, attacks):
    """(caught, score) of each attack: that of its worst chunk. All chunks in one batch."""
    texts = [{"id": str(i), "text": text} for i, attack in enumerate(attacks) for text in attack.texts()]
    found = [(False, 0.0)] * len(attacks)
    for answer in usher.clean(texts):
        i = int(answer["id"])
        found[i] = max(found[i], (samples.is_flagged(answer), answer["score"]))
    return found


def try_all(usher, runs, most):
    """One round: everything that may be added to each run; the best is kept where it lowers the score. Gives the runs that go on."""
    asked = [(run, names, run.attack(names)) for run in runs for names in run.next_tries(most)]
    best = {}
    for (run, names, attack), (caught, score) in zip(asked, judge(usher, [attack for _, _, attack in asked])):
        run.queries += len(attack.pieces)
        if len(names) == 1:
            run.alone[names[0]] = caught
        if run not in best or (caught, score) < best[run][:2]:
            best[run] = (caught, score, names)
    going = []
    for run, (caught, score, names) in best.items():
        if (caught, score) < (run.caught, run.score):
            run.caught, run.score, run.names = caught, score, names
            going += [run] if caught else []
    return going


def attack_all(usher, runs, most):
    for run, (run.caught, run.score) in zip(runs, judge(usher, [run.original for run in runs])):
        run.queries, run.caught_before = 1, run.caught
    going = [run for run in runs if run.caught]
    while going:
        going = try_all(usher, going, most)


def share(part, whole):
    return f"{part / whole:.3f}" if whole else "–"


def print_by_file(runs):
    print("| attacks | number | caught as they stand | by the best single mutation: still caught | by the greedy combination: still caught | mean mutations "
          "of those that came through | mean texts asked |\n|---|---|---|---|---|---|---|")
    for file in sorted({run.file for run in runs}) + ["all"]:
        of_file = [run for run in runs if file in (run.file, "all")]
        caught = [run for run in of_file if run.caught_before]
        single = sum(all(run.alone.values()) for run in caught)
        through = [run for run in caught if not run.caught]
        used = f"{sum(len(run.names) for run in through) / len(through):.2f}" if through else "–"
        asked = f"{sum(run.queries for run in caught) / len(caught):.0f}" if caught else "–"
        print(f"| {file} | {len(of_file)} | {share(len(caught), len(of_file))} | {share(single, len(of_file))} | "
              f"{share(sum(run.caught for run in caught), len(of_file))} | {used} | {asked} |")


def print_by_mutation(runs):
    caught = [run for run in runs if run.caught_before]
    files = sorted({run.file for run in runs})
    print(f"\nOf the {len(caught)} attacks that are caught as they stand, still caught after one mutation:\n")
    print("| mutation | all | " + " | ".join(files) + " | part of a combination that came through |\n|" + "---|" * (len(files) + 3))
    used = collections.Counter(name for run in caught if not run.caught for name in run.names)
    rows = []
    for name in caught[0].moves if caught else ():
        cells = []
        for file in ["all"] + files:
            results = [run.alone[name] for run in caught if file in (run.file, "all") and name in run.alone]
            cells.append(share(sum(results), len(results)))
        rows.append((cells[0], f"| {name} | " + " | ".join(cells) + f" | {used[name]} |"))
    for _, row in sorted(rows):
        print(row)


def print_examples(runs, count, rng):
    through = [run for run in runs if run.caught_before and not run.caught]
    print(f"\n{min(count, len(through))} that came through, drawn at random (the order without its context):\n")
    for run in rng.sample(through, min(count, len(through))):
        pieces = " ┃ ".join(" ".join(piece.split()) for piece in run.attack(run.names).pieces)
        print(f"- {run.file}, {' + '.join(run.names)}, score {run.score:.2f}: {shorten(' '.join(run.original.pieces[0].split()))}")
        print(f"  → {shorten(pieces)}")
    print()


def shorten(text, most=400):
    return text if len(text) <= most else text[:most] + "…"


def draw(folder, files, most, seed):
    drawn = []
    for file in files:
        attacks = [one for one in samples.read_file(folder, file + ".jsonl") if one["injected"]]
        drawn += [(file, one) for one in random.Random(f"{seed}:{file}").sample(attacks, min(most, len(attacks)))]
    return drawn


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--usher", required=True)
    parser.add_argument("--policy")
    parser.add_argument("--files", nargs="+", default=["docs", "tool_response", "bipia", "direct"])
    parser.add_argument("--most", type=int, default=100, help="attacks of each file")
    parser.add_argument("--queries", type=int, default=120, help="texts that an attacker may have judged, an attack")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    drawn = draw(arguments.folder, arguments.files, arguments.most, arguments.seed)
    for title, moves in (("The order rewritten", mutations.MUTATIONS), ("The order rewritten or replaced", mutations.ALL)):
        runs = [Run(file, sample, moves, arguments.seed) for file, sample in drawn]
        with samples.Usher(arguments.usher, arguments.policy) as usher:
            attack_all(usher, runs, arguments.queries)
            print(f"### {title}\n\n{len(runs)} attacks, {usher.asked} texts judged, seed {arguments.seed}, at most {arguments.queries} texts an attack.\n")
        print_by_file(runs)
        print_by_mutation(runs)
        print_examples(runs, 10, random.Random(arguments.seed))


if __name__ == "__main__":
    main()
