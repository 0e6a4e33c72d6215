#!/usr/bin/env python3
"""Draws recall, speed and latency against the share of rows that the asking person may read.

    draw.py --usher RUN.jsonl --strict STRICT.jsonl --peers FOLDER --out bench/pictures

RUN.jsonl and STRICT.jsonl are what `usher-bench search` wrote; FOLDER holds the peers' results (*.json, as their own scripts write
them). Writes recall.svg, queries.svg and latency.svg: the same input gives the same bytes. Needs nothing but Python.
"""

import argparse
import html
import json
import math
import pathlib
import sys

import run_file

BUCKETS = ["0.01%", "0.1%", "1%", "10%", "50%"]
USHER = "#0b6e4f"
# File, variant, what to call it, colour. Those of a peer that are missing are left out.
PEERS = [
    ("faiss", "hnsw-bitmap ef=256", "FAISS HNSW, ef 256", "#c0392b"),
    ("faiss", "ivf1024-bitmap nprobe=256", "FAISS IVF, 256 probes", "#e67e22"),
    ("faiss", "exact over selected ids, cached-ids", "FAISS, exact over cached ids", "#7f8c8d"),
    ("qdrant", "match-any, defaults", "Qdrant", "#8e44ad"),
    ("qdrant", "match-any, hnsw_ef=128 + acorn", "Qdrant, ACORN", "#c39bd3"),
    ("weaviate", "acorn, defaults (dynamic ef 100, flat cutoff 40000)", "Weaviate (over loopback)", "#2980b9"),
]
WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 230, 46, 52


class Line:
    def __init__(self, name, colour, cells, dashes=""):
        self.name, self.colour, self.cells, self.dashes = name, colour, cells, dashes


def usher_line(path, name, dashes):
    totals = run_file.read_totals(path)
    over = " (over loopback)" if totals["mode"] == "grpc" else ""
    return Line(name + over, USHER, {bucket: cells["both"] for bucket, cells in totals["buckets"].items()}, dashes)


def peer_lines(folder):
    for file, variant, name, colour in PEERS:
        path = folder / f"{file}.json"
        runs = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
        for run in (run for run in runs if run["variant"] == variant):
            yield Line(name, colour, {bucket: cells["both"] for bucket, cells in run["buckets"].items()})


class Axis:
    """Places values between the top and the bottom of a picture."""

    def __init__(self, values, logarithmic):
        self.logarithmic = logarithmic
        if logarithmic:
            self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
            self.ticks = [10.0 ** exponent for exponent in range(self.low, self.high + 1)]
        else:
            self.low, self.high = math.floor(min(values) * 10) / 10, 1.0
            steps = round((self.high - self.low) * 10)
            self.ticks = [round(self.low + step / 10, 1) for step in range(steps + 1)]

    def place(self, value):
        value = math.log10(value) if self.logarithmic else value
        share = (value - self.low) / ((self.high - self.low) or 1)
        return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def text(x, y, words, anchor="start", size=12, colour="#333"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{html.escape(words)}</text>'


def column(place):
    return LEFT + (place + 0.5) * (WIDTH - LEFT - RIGHT) / len(BUCKETS)


def grid(axis, label):
    for tick in axis.ticks:
        y = axis.place(tick)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>'
        yield text(LEFT - 8, y + 4, f"{tick:,.6g}", "end")
    for place, bucket in enumerate(BUCKETS):
        yield text(column(place), HEIGHT - BOTTOM + 20, bucket.replace("%", " %"), "middle")
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "of the chunks may be read", "middle")
    yield text(LEFT - 52, TOP - 12, label, size=12)


def curve(line, axis, value):
    points = [(column(place), axis.place(value(line.cells[bucket]))) for place, bucket in enumerate(BUCKETS) if bucket in line.cells]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    width = 3 if line.colour == USHER else 1.6
    yield f'<polyline points="{path}" fill="none" stroke="{line.colour}" stroke-width="{width}" stroke-dasharray="{line.dashes}"/>'
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{line.colour}"/>'


def legend(lines):
    for place, line in enumerate(lines):
        y = TOP + 10 + 22 * place
        x = WIDTH - RIGHT + 14
        width = 3 if line.colour == USHER else 1.6
        yield f'<line x1="{x}" y1="{y}" x2="{x + 26}" y2="{y}" stroke="{line.colour}" stroke-width="{width}" stroke-dasharray="{line.dashes}"/>'
        yield text(x + 32, y + 4, line.name)


def picture(title, label, lines, value, logarithmic):
    values = [value(cell) for line in lines for bucket, cell in line.cells.items() if bucket in BUCKETS]
    axis = Axis(values, logarithmic)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', text(LEFT - 52, 18, title, size=15, colour="#111")]
    parts += grid(axis, label)
    for line in reversed(lines):  # ours on top
        parts += curve(line, axis, value)
    return "\n".join([*parts, *legend(lines), "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description="Draws Usher's runs beside its peers'.")
    parser.add_argument("--usher", type=pathlib.Path, required=True)
    parser.add_argument("--strict", type=pathlib.Path, required=True)
    parser.add_argument("--peers", type=pathlib.Path, help="folder of results")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    lines = [usher_line(arguments.usher, "Usher", ""), usher_line(arguments.strict, "Usher, strict", "7 4")]
    lines += peer_lines(arguments.peers) if arguments.peers else []
    if any("recall" not in cell for line in lines for cell in line.cells.values()):
        sys.exit("a run lacks recall: its workload had no kth.npy")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, title, label, value, logarithmic in (
            ("recall", "Found of the ten best that may be read", "recall@10", lambda cell: cell["recall"], False),
            ("queries", "Speed of one client", "queries/s", lambda cell: cell["qps"], True),
            ("latency", "Latency of one client, 99th percentile", "ms", lambda cell: cell["p99"], True)):
        (arguments.out / f"{name}.svg").write_text(picture(title, label, lines, value, logarithmic), encoding="utf-8")


if __name__ == "__main__":
    main()
