#!/usr/bin/env python3
"""Trains the weights of the injection detector.

    train.py JUDGE SAMPLES_FOLDER OUT.bin [--without FILE[:SOURCE]...] [--composed-only]

JUDGE is the program of bench/sanitize/judge.cc, which computes the features, so that there is one implementation of them.
SAMPLES_FOLDER holds JSON lines {"text", "injected", "span": [begin, end) in code points or null}. Deterministic: the same
samples and program give the same file. Needs numpy only.
"""
import argparse
import json
import pathlib
import random
import struct
import subprocess
import tempfile
import zlib

import numpy as np

import compose

FEATURE_VERSION = 1
BITS = (18, 14, 12)
FLAGS = 2  # the group that is not divided by its length
RIDGE = (3e-5, 1e-4, 1e-4)
STEPS = 110
HARMLESS_SHARE = 0.5  # of the sentences of harmless texts and of those far from an attack, drawn at random
TRAINING_FILES = ("bipia", "docs", "tool_response", "direct", "trigger_benign", "unicode_benign")


def load_samples(folder, without):
    for name in TRAINING_FILES:
        path = pathlib.Path(folder, name + ".jsonl")
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            raw = json.loads(line)
            if name in without or f"{name}:{raw['source']}" in without:
                continue
            spans = []
            if raw["injected"] and raw.get("span"):
                begin, end = raw["span"]
                spans = [[len(raw["text"][:begin].encode()), len(raw["text"][:end].encode())]]
            elif raw["injected"]:
                spans = [[0, len(raw["text"].encode())]]
            yield {"text": raw["text"], "spans": spans, "injected": raw["injected"], "composed": False}


def run_judge(judge, samples):
    """The features of the sentences to train with."""
    rng = random.Random(3)

    def keep(text, span):
        near = any(span[0] < high + 1 and low < span[1] + 1 for low, high in samples[text]["spans"])
        return near or rng.random() < (HARMLESS_SHARE if not samples[text]["composed"] else 1.0)

    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as lines, tempfile.NamedTemporaryFile() as out:
        for i, one in enumerate(samples):
            lines.write(json.dumps({"id": i, "text": one["text"]}) + "\n")
        lines.flush()
        subprocess.run([judge, "--features", out.name], stdin=open(lines.name), check=True)
        return Features(np.fromfile(out.name, dtype=np.uint32), len(samples), keep)


class Features:
    """Rows are sentences; text[i] says to which text row i belongs. keep(text, span) chooses the rows."""

    def __init__(self, words, texts, keep):
        self.text, self.span = [], []
        pieces = [[] for _ in BITS]
        sizes = [[] for _ in BITS]
        at = 0
        for text in range(texts):
            count = int(words[at])
            at += 1
            for _ in range(count):
                span = (int(words[at]), int(words[at + 1]))
                kept = keep(text, span)
                if kept:
                    self.text.append(text)
                    self.span.append(span)
                at += 3
                for group in range(len(BITS)):
                    size = int(words[at])
                    if kept:
                        pieces[group].append(words[at + 1:at + 1 + size])
                        sizes[group].append(size)
                    at += 1 + size
        self.text = np.array(self.text)
        self.groups = []
        for group in range(len(BITS)):
            size = np.array(sizes[group])
            value = np.ones(len(size)) if group == FLAGS else 1 / np.sqrt(np.maximum(size, 1))
            row = np.repeat(np.arange(len(size)), size)
            index = np.concatenate(pieces[group]).astype(np.int64)
            self.groups.append((row, index, value[row]))

    def logits(self, bias, weights):
        total = np.full(len(self.text), bias, dtype=np.float64)
        for (row, index, value), weight in zip(self.groups, weights):
            total += np.bincount(row, weights=weight[index] * value, minlength=len(self.text))
        return total

    def gradient(self, residual):
        return [np.bincount(index, weights=residual[row] * value, minlength=1 << bits)
                for (row, index, value), bits in zip(self.groups, BITS)]

    def labels(self, samples):
        """1 for sentences of which the attack covers most; the rest of an injected text is harmless."""
        label = np.zeros(len(self.text))
        for i, (text, (begin, end)) in enumerate(zip(self.text, self.span)):
            for low, high in samples[text]["spans"]:
                if min(end, high) - max(begin, low) >= 0.5 * max(1, min(end - begin, high - low)):
                    label[i] = 1
        return label


def fit(features, label, importance):
    """Adam on all sentences at once, with a ridge a group."""
    weights = [np.zeros(1 << bits) for bits in BITS]
    bias = -3.0
    moments = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
    scale = importance.sum()
    for step in range(1, STEPS + 1):
        residual = (1 / (1 + np.exp(-features.logits(bias, weights))) - label) * importance / scale
        bias -= 2.0 * residual.sum()
        rate = 0.12 * min(1.0, 2 * (1 - step / (STEPS + 1)))
        for group, slope in enumerate(features.gradient(residual)):
            slope = slope + RIDGE[group] * weights[group]
            first, second = moments[group]
            first *= 0.9
            first += 0.1 * slope
            second *= 0.99
            second += 0.01 * slope * slope
            change = first / (1 - 0.9 ** step) / (np.sqrt(second / (1 - 0.99 ** step)) + 1e-6)
            weights[group] -= rate * change
    return bias, weights


def pack(bias, weights):
    out = b"USHINJ\n\0" + struct.pack("<If", FEATURE_VERSION, bias)
    for bits, weight in zip(BITS, weights):
        scale = max(float(np.quantile(np.abs(weight[weight != 0]), 0.9999)) / 127, 1e-9) if weight.any() else 1e-9
        out += struct.pack("<If", bits, scale) + np.clip(np.round(weight / scale), -127, 127).astype(np.int8).tobytes()
    return out + struct.pack("<I", zlib.crc32(out))


def train(judge, samples):
    features = run_judge(judge, samples)
    label = features.labels(samples)
    # A sentence of a harmless text weighs more: one false alarm in a document is one too many.
    importance = np.where(label > 0, 1.0, 1.5)
    bias, weights = fit(features, label, importance)
    return bias, weights


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("judge")
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--composed-only", action="store_true")
    arguments = parser.parse_args()
    found = list(load_samples(arguments.folder, set(arguments.without)))
    carriers = [one["text"] for one in found if not one["injected"] and len(one["text"]) > 200]
    samples = [one for one in found if not (arguments.composed_only and one["injected"])]
    samples += [dict(one, composed=True) for one in compose.compose(carriers)]
    bias, weights = train(arguments.judge, samples)
    pathlib.Path(arguments.out).write_bytes(pack(bias, weights))
    print(f"{len(samples)} texts, {sum(one['injected'] for one in samples)} with an attack, bias {bias:.2f}")


if __name__ == "__main__":
    main()
