"""Fits one vector a token so that the sum over a text points where the teacher's vector points; writes table.npz.

Start: the teacher's vector of each vocabulary word alone, scaled down for frequent words. Then gradient descent on three
losses: cosine to the teacher, agreement with the teacher's ranking inside a batch, and finding the rest of a passage from
one of its sentences. Choices are made on held-out texts of our own only.
"""

import argparse
import json
import math
import pathlib
import re

import numpy as np
import tokenizers
import torch
import torch.nn.functional as functional

DIMENSION = 256
SPECIAL = (0, 100, 101, 102, 103)  # [PAD] [UNK] [CLS] [SEP] [MASK]
MAX_IDS = 254
HELD_OUT = 4000


def tokenize(tokenizer, texts):
    """Flat ids and lengths; unknown words are left out, as at run time."""
    rows = []
    for start in range(0, len(texts), 10000):
        for encoding in tokenizer.encode_batch(texts[start : start + 10000], add_special_tokens=False):
            row = np.array(encoding.ids[:MAX_IDS], np.int32)
            rows.append(row[row != 100])
    return rows


def bags(rows):
    flat = torch.from_numpy(np.concatenate(rows)).long()
    lengths = torch.tensor([len(r) for r in rows])
    return flat, torch.cumsum(lengths, 0) - lengths


def embed(table, rows):
    flat, offsets = bags(rows)
    return functional.normalize(functional.embedding_bag(flat, table, offsets, mode="sum"), dim=1)


def split_passage(text, rng):
    """A sentence of the passage and the rest of it, or None when there are too few sentences."""
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z])", text)
    if len(sentences) < 3:
        return None
    i = int(rng.integers(len(sentences)))
    return sentences[i], " ".join(sentences[:i] + sentences[i + 1 :])


def load(arguments):
    tokenizer = tokenizers.Tokenizer.from_file(str(pathlib.Path(arguments.model) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    blocks = sorted(p for p in pathlib.Path(arguments.blocks).glob("[0-9]*.npy") if "tmp" not in p.name)
    target = np.concatenate([np.load(p) for p in blocks]).astype(np.float32)
    with open(arguments.texts, encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for _, line in zip(range(len(target)), file)]
    rows = tokenize(tokenizer, texts)
    rng = np.random.default_rng(7)
    pairs = [(i, s) for i, t in enumerate(texts) if (s := split_passage(t, rng))]
    queries = tokenize(tokenizer, [s[0] for _, s in pairs])
    rests = tokenize(tokenizer, [s[1] for _, s in pairs])
    usable = [k for k in range(len(pairs)) if len(queries[k]) >= 5 and len(rests[k]) >= 15]
    pairs = [(pairs[k][0], queries[k], rests[k]) for k in usable]
    prior = np.load(pathlib.Path(arguments.blocks) / "vocabulary.npy").astype(np.float32)
    keep = [i for i, r in enumerate(rows) if len(r) >= 3]
    return rows, target, pairs, prior, np.array(keep)


def start_table(rows, target, prior, smoothing, pull):
    """Projects the teacher's space to its main directions and weights each word by a / (a + frequency)."""
    mean = pull * target.mean(0)
    centred = target - mean
    _, vectors = np.linalg.eigh(centred.T @ centred)
    basis = np.ascontiguousarray(vectors[:, ::-1][:, :DIMENSION])
    goal = functional.normalize(torch.from_numpy(centred @ basis), dim=1)
    counts = np.bincount(np.concatenate(rows), minlength=len(prior)) + 1.0
    weight = smoothing / (smoothing + counts / counts.sum())
    table = functional.normalize(torch.from_numpy((prior - mean) @ basis), dim=1)
    table = table * torch.from_numpy(weight.astype(np.float32))[:, None]
    table[list(SPECIAL)] = 0
    return table, goal


def held_out_figures(table, rows, goal, pairs):
    """Cosine to the teacher, share of the teacher's ten nearest found, and MRR of passages found from a sentence."""
    ours = embed(table, rows)
    cosine = (ours * goal).sum(1).mean().item()
    queries, pool = slice(0, 1000), slice(1000, None)
    top = [(v[queries] @ v[pool].T).topk(10).indices for v in (goal, ours)]
    overlap = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(top[0].tolist(), top[1].tolist())])
    scores = embed(table, [p[1] for p in pairs]) @ embed(table, [p[2] for p in pairs]).T
    rank = (scores >= scores.diagonal()[:, None]).sum(1).float()
    return cosine, overlap, (1 / rank).mean().item()


def ranking_loss(ours, goal, temperature):
    mask = torch.eye(len(ours), dtype=torch.bool)
    wanted = (goal @ goal.T / temperature).masked_fill(mask, -1e4).softmax(1)
    found = (ours @ ours.T / temperature).masked_fill(mask, -1e4).log_softmax(1)
    return functional.kl_div(found, wanted, reduction="batchmean")


def passage_loss(table, pairs, temperature):
    scores = embed(table, [p[1] for p in pairs]) @ embed(table, [p[2] for p in pairs]).T / temperature
    labels = torch.arange(len(pairs))
    return (functional.cross_entropy(scores, labels) + functional.cross_entropy(scores.T, labels)) / 2


def fit(arguments):
    rows, target, pairs, prior, keep = load(arguments)
    table, goal = start_table(rows, target, prior, arguments.smoothing, arguments.pull)
    held = set(keep[:HELD_OUT].tolist())
    held_rows, held_goal = [rows[i] for i in keep[:HELD_OUT]], goal[keep[:HELD_OUT]]
    held_pairs = [p for p in pairs if p[0] in held]
    train, train_pairs = keep[HELD_OUT:].copy(), [p for p in pairs if p[0] not in held]
    print(f"{len(train)} texts, {sum(map(len, rows))} tokens, {len(train_pairs)} passages; start",
          held_out_figures(table, held_rows, held_goal, held_pairs), flush=True)
    start = table.clone()
    table.requires_grad_(True)
    optimizer = torch.optim.Adam([table], lr=arguments.rate, betas=(0.9, 0.99))
    steps = int(arguments.epochs * len(train) / arguments.batch)
    rng = np.random.default_rng(1)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        chosen = rng.choice(train, arguments.batch, replace=False)
        ours = embed(table, [rows[i] for i in chosen])
        loss = arguments.cosine * (1 - (ours * goal[chosen]).sum(1)).mean()
        if arguments.ranking:
            loss = loss + arguments.ranking * ranking_loss(ours, goal[chosen], arguments.temperature)
        if arguments.passages:
            batch = [train_pairs[i] for i in rng.choice(len(train_pairs), arguments.batch // 2, replace=False)]
            loss = loss + arguments.passages * passage_loss(table, batch, arguments.temperature)
        if arguments.decay:
            loss = loss + arguments.decay * (table - start).square().sum() / arguments.batch
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0 or step == steps - 1:
            print(step, steps, round(loss.item(), 4), flush=True)
    table = table.detach()
    table[list(SPECIAL)] = 0
    print("end", held_out_figures(table, held_rows, held_goal, held_pairs), flush=True)
    np.savez(arguments.out, table=table.numpy())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("model", "texts", "blocks", "out"):
        parser.add_argument(f"--{name}", required=True)
    for name, value in (("smoothing", 1e-3), ("pull", 1.0), ("rate", 0.003), ("epochs", 6.0), ("temperature", 0.05),
                        ("cosine", 1.0), ("ranking", 0.1), ("passages", 0.05), ("decay", 0.0)):
        parser.add_argument(f"--{name}", type=float, default=value)
    parser.add_argument("--batch", type=int, default=512)
    torch.set_num_threads(1)  # a batch is small; more threads only wait for each other
    fit(parser.parse_args())


if __name__ == "__main__":
    main()
