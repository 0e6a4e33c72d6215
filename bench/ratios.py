#!/usr/bin/env python3
"""Prints Usher's runs beside the fastest variant of each peer that finds enough.

    ratios.py FOLDER

FOLDER holds usher.jsonl and usher_strict.jsonl, written by `usher-bench search --mode inprocess`, and the peers' results (*.json).
"""

import json
import pathlib
import sys

import run_file

BUCKETS = ["0.01%", "0.1%", "1%", "10%", "50%"]
ENOUGH = 0.95  # recall below which a variant is not compared with


def cells_of_usher(path):
    return {bucket: cells["both"] for bucket, cells in run_file.read_totals(path)["buckets"].items()}


def fastest(runs, bucket, least):
    """The fastest run that reaches the recall without short answers; None where none does."""
    cells = [(run["buckets"][bucket]["both"], run["variant"]) for run in runs if bucket in run["buckets"]]
    enough = [(cell, variant) for cell, variant in cells if cell["recall"] >= least and cell["short"] == 0]
    return max(enough, key=lambda pair: pair[0]["qps"], default=None)


def describe(name, cell, against):
    print(f"    {name:66s} recall {cell['recall']:.3f}  {cell['qps']:9,.0f} queries/s  p99 {cell['p99']:8.3f} ms  Usher/it {against['qps'] / cell['qps']:6.2f}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: ratios.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    usher, strict = cells_of_usher(folder / "usher.jsonl"), cells_of_usher(folder / "usher_strict.jsonl")
    peers = {path.stem: json.loads(path.read_text(encoding="utf-8"))["runs"] for path in (folder / "faiss.json", folder / "qdrant.json")}
    for bucket in BUCKETS:
        print(f"{bucket} readable, one client")
        describe("Usher", usher[bucket], usher[bucket])
        describe("Usher, strict", strict[bucket], usher[bucket])
        for peer, runs in peers.items():
            for least, words in ((ENOUGH, f"recall {ENOUGH} or more"), (0.9995, "recall 1")):
                found = fastest(runs, bucket, least)
                if found is None:
                    print(f"    {peer}: no variant with {words} and full answers")
                else:
                    describe(f"{peer}, {found[1]} ({words})", found[0], usher[bucket])


if __name__ == "__main__":
    main()
