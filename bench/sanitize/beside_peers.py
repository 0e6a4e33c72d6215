#!/usr/bin/env python3
"""Usher, Presidio and detect-secrets over the same texts: what each finds, what it flags wrongly, texts a second on one core.

    beside_peers.py SAMPLES --usher build/release/bin/usher --python VENV/bin/python [--model SPACY_MODEL] [--policy POLICY.yaml]

SAMPLES is a folder with pii.jsonl and secrets.jsonl (see samples.py), or with make_secrets.py, which writes the latter. VENV holds
presidio-analyzer and detect-secrets, and for names a spaCy model. Prints Markdown. Processor time, so that neighbours count little;
Usher's is of its whole pipeline, markup and attacks included, and of its reading and writing of JSON; the peers' of their own work only.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import samples

WORKER = pathlib.Path(__file__).with_name("peer_worker.py")
TYPES = ("EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "US_SSN", "IP_ADDRESS", "NATIONAL_ID", "DATE_OF_BIRTH", "ADDRESS", "NAME")
STRUCTURED = set(TYPES) - {"DATE_OF_BIRTH", "ADDRESS", "NAME"}
SURE = 0.4  # the peer's score at which its second column begins; its default reports everything
LEAST_TEXTS = 100_000  # for Usher's speed: fewer are over within seconds, and one disturbance shows


class System:
    """Findings of one detector for each text, and its texts a second."""

    def __init__(self, name, found, speed):
        self.name, self.found, self.speed = name, found, speed

    def at_least(self, score):
        kept = [[one for one in spans if one["score"] >= score] for spans in self.found]
        return System(f"{self.name}, score ≥ {score}", kept, self.speed)


def run_usher(program, policy, texts, kind):
    with samples.Usher(program, policy) as usher:
        answers = usher.clean(texts)
    found = [[one for one in answer["findings"] if one["kind"] == kind] for answer in answers]
    many = texts * -(-LEAST_TEXTS // len(texts))
    return System(f"Usher, {pathlib.Path(policy).name}" if policy else "Usher", found, (len(many) - 1) / samples.processor_seconds(program, policy, many))


def run_peer(python, arguments, texts):
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run([python, str(WORKER), *arguments], input=samples.to_lines(texts), stdout=subprocess.PIPE, text=True,
                          encoding="utf-8", env=environment)
    if done.returncode != 0:
        sys.exit(f"{arguments[0]} did not run with {python}: install presidio-analyzer and detect-secrets there")
    *spans, about = [json.loads(line) for line in done.stdout.splitlines()]
    return System(about["about"], [one["findings"] for one in spans], len(texts) / about["seconds"])


def count_personal(found, texts):
    """By type: [labels, labels found, findings, right findings]; and the share of harmless texts with a structured finding."""
    counts = collections.defaultdict(lambda: [0, 0, 0, 0])
    flagged = [any(one["type"] in STRUCTURED for one in spans) for spans, text in zip(found, texts) if text["negative"]]
    for spans, text in zip(found, texts):
        for label in text["entities"]:
            counts[label["type"]][0] += 1
            counts[label["type"]][1] += any(one["type"] == label["type"] and samples.covers(one, label) for one in spans)
        for one in spans:
            counts[one["type"]][2] += 1
            counts[one["type"]][3] += any(label["type"] == one["type"] and samples.covers(one, label) for label in text["entities"])
    return counts, sum(flagged) / max(1, len(flagged))


def precision_recall(labels, found, findings, right):
    return f"{right / findings:.3f} / {found / labels:.3f}" if findings else "–"


def count_secrets(found, texts):
    """Shares: texts with a secret that are flagged, those whose secrets are all covered, look-alikes flagged."""
    held = [(spans, text) for spans, text in zip(found, texts) if text["secrets"]]
    exact = [all(any(samples.covers(one, label) for one in spans) for label in text["secrets"]) for spans, text in held]
    alike = [bool(spans) for spans, text in zip(found, texts) if not text["secrets"]]
    return sum(bool(spans) for spans, _ in held) / len(held), sum(exact) / len(held), sum(alike) / max(1, len(alike))


def print_table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def print_personal(systems, texts):
    counted = [count_personal(system.found, texts) for system in systems]
    rows = [[kind] + [precision_recall(*counts[kind]) for counts, _ in counted] for kind in TYPES if any(counts[kind][0] for counts, _ in counted)]
    rows.append(["harmless texts with a structured finding"] + [f"{share:.3f}" for _, share in counted])
    rows.append(["texts/s, one core"] + [f"{system.speed:,.0f}" for system in systems])
    harmless = sum(text["negative"] for text in texts)
    print(f"Personal data, precision / recall, {len(texts)} texts, {harmless} of them harmless; – is a type that is not reported:\n")
    print_table([""] + [system.name for system in systems], rows)


def print_secrets(systems, texts):
    print(f"Secrets, {sum(bool(text['secrets']) for text in texts)} texts with one, {sum(not text['secrets'] for text in texts)} look-alikes:\n")
    rows = [[system.name, *(f"{share:.3f}" for share in count_secrets(system.found, texts)), f"{system.speed:,.0f}"] for system in systems]
    print_table(["", "found", "exact span", "look-alikes flagged", "texts/s, one core"], rows)


def read_secrets(folder):
    maker = pathlib.Path(folder, "make_secrets.py")
    if pathlib.Path(folder, "secrets.jsonl").is_file() or not maker.is_file():
        return samples.read_file(folder, "secrets.jsonl")
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([sys.executable, str(maker), f"{made}/secrets.jsonl"], check=True)
        return samples.read_file(made, "secrets.jsonl")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--usher", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--model", help="a spaCy model for Presidio; without it, it looks for no names")
    parser.add_argument("--policy", help="a policy for one more column, such as one that looks for names")
    arguments = parser.parse_args()
    personal, secrets = samples.read_file(arguments.folder, "pii.jsonl"), read_secrets(arguments.folder)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    presidio = run_peer(arguments.python, ["presidio"] + ([arguments.model] if arguments.model else []), personal)
    ours = [run_usher(arguments.usher, policy, personal, "pii") for policy in ([None, arguments.policy] if arguments.policy else [None])]
    print_personal(ours + [presidio, presidio.at_least(SURE)], personal)
    scanner = run_peer(arguments.python, ["detect-secrets"], secrets)
    print_secrets([run_usher(arguments.usher, None, secrets, "secret"), scanner], secrets)


if __name__ == "__main__":
    main()
