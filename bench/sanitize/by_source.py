#!/usr/bin/env python3
"""Attacks found and harmless texts flagged by file and source, with a threshold that the source had no part in choosing.

    by_source.py SAMPLES.jsonl... -- ANSWERS.jsonl...

Answers are lines of `usher sanitize`, in the order of the samples; those of a bare detector, with `score` only, do as well. For each source
the threshold is the lowest that flags at most 1 % of the harmless texts of all other sources; `score` alone decides there, so that
carriers found by their form and not by their wording do not count. Prints Markdown.
"""

import collections
import pathlib
import sys

import samples

MOST_FALSE = 0.01


class Source:
    """Scores of the attacks and of the harmless texts, and which of them the shipped thresholds flag."""

    def __init__(self):
        self.scores = {True: [], False: []}
        self.flags = {True: [], False: []}

    def add(self, injected, answer):
        self.scores[injected].append(answer["score"])
        if "findings" in answer:
            self.flags[injected].append(samples.is_flagged(answer))


def lowest_threshold(harmless):
    """The lowest score above which at most MOST_FALSE of the harmless texts are; 0 without any."""
    ranked = sorted(harmless, reverse=True)
    return ranked[int(MOST_FALSE * len(ranked))] if ranked else 0.0


def share(flags):
    return f"{sum(flags) / len(flags):.3f}" if flags else "–"


def gather(sample_files, answer_files):
    """By file and source, and by kind."""
    by_source, by_kind = collections.defaultdict(Source), collections.defaultdict(Source)
    for sample_file, answer_file in zip(sample_files, answer_files, strict=True):
        for sample, answer in zip(samples.read_lines(sample_file), samples.read_lines(answer_file), strict=True):
            if sample["id"] != answer["id"]:
                sys.exit(f"{answer_file} answers {answer['id']} where {sample_file} has {sample['id']}")
            if "injected" in sample:
                by_source[pathlib.Path(sample_file).stem, sample["source"]].add(sample["injected"], answer)
                by_kind[pathlib.Path(sample_file).stem, sample["kind"]].add(sample["injected"], answer)
    return by_source, by_kind


def row(name, source, threshold):
    above = {injected: [score > threshold for score in source.scores[injected]] for injected in (True, False)}
    cells = [*name, len(source.scores[True]), share(source.flags[True]), share(above[True]),
             len(source.scores[False]), share(source.flags[False]), share(above[False]), f"{threshold:.3f}"]
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def print_table(title, groups, threshold_for):
    print(f"| file | {title} | attacks | caught as shipped | recall at others' 1 % | harmless | flagged as shipped | above others' 1 % | threshold |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, source in sorted(groups.items()):
        row(name, source, threshold_for(name))
    print()


def main():
    if "--" not in sys.argv:
        sys.exit(__doc__)
    at = sys.argv.index("--")
    by_source, by_kind = gather(sys.argv[1:at], sys.argv[at + 1:])

    def without(kept):
        return lowest_threshold([score for name, source in by_source.items() if kept(name) for score in source.scores[False]])

    # Files hold texts of one making, so the threshold for a source comes from the other files.
    print_table("source", by_source, lambda name: without(lambda other: other[0] != name[0]))
    print_table("kind", by_kind, lambda name: without(lambda other: other[0] != name[0]))


if __name__ == "__main__":
    main()
