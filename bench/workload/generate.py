#!/usr/bin/env python3
"""Makes a workload of filtered retrieval of any size: vectors, documents, nested groups, people, questions and the exact answers.

    generate.py --rows 1000000 --dimension 768 --seed 1 --out FOLDER

Documents have ten chunks and belong to a department, which owns clusters of the space. People are made for shares of 0.01 % to 50 % of
the rows; the questions of a share are half near something its person may read (`pos`), half in a cluster that the person reads least of
(`neg`). The folder is what `usher-bench search --data` reads, with gt.npy and gt_unfiltered.npy (rows of the exact answers) beside it.
The same arguments give the same workload, up to rounding. Needs numpy; memory for a block of rows, not for all.
"""

import argparse
import json
import pathlib
import sys

import numpy as np

import organisation
import vectors

CHUNKS = 10  # of a document
K = 10
SHARES = (("0.01%", 1e-4), ("0.1%", 1e-3), ("1%", 1e-2), ("10%", 0.1), ("50%", 0.5))
DOCUMENTS_A_BLOCK = 5_000


def parse_arguments():
    parser = argparse.ArgumentParser(description="Makes a workload for usher-bench search.")
    parser.add_argument("--rows", type=int, default=200_000, help="a multiple of 40, at least 2,000")
    parser.add_argument("--dimension", type=int, default=384, help="8 to 4,096")
    parser.add_argument("--questions", type=int, default=200, help="of each share")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    if arguments.rows < 2_000 or arguments.rows % (4 * CHUNKS):
        parser.error("--rows must be a multiple of 40, at least 2000")
    if not 8 <= arguments.dimension <= 4_096 or arguments.questions < 2:
        parser.error("--dimension must be 8 to 4096, --questions at least 2")
    return arguments


def clusters_of_documents(random, departments, clusters):
    """Most documents lie in a cluster that their department owns, some anywhere."""
    owner = random.choice(np.unique(departments), clusters)
    owned = {department: np.flatnonzero(owner == department) for department in np.unique(departments)}
    chosen = random.integers(0, clusters, len(departments))
    for document, department in enumerate(departments):
        if len(owned[department]) and random.random() < 0.85:
            chosen[document] = random.choice(owned[department])
    return chosen


def write_rows(space, clusters, path, dimension):
    rows = np.lib.format.open_memmap(path, "w+", np.float32, (len(clusters) * CHUNKS, dimension))
    for first in range(0, len(clusters), DOCUMENTS_A_BLOCK):
        block = space.chunks(clusters[first:first + DOCUMENTS_A_BLOCK], CHUNKS)
        rows[first * CHUNKS:first * CHUNKS + len(block)] = block
    rows.flush()
    return rows


def make_people(random, groups, reach, documents):
    """Ordinary employees, and for each share some people who may read about that much. Returns all, and the numbers of the latter by share."""
    people = [organisation.employee(random, groups) for _ in range(min(10_000, documents // 2))]
    of_share = {}
    for name, share in SHARES:
        # Ten rows at least, so that an answer can be full.
        target = max(1, round(share * documents))
        made = [organisation.person_who_reads(random, reach, target) for _ in range(60)]
        made = [person for person in made if person is not None]
        if not made:
            sys.exit(f"nobody could be found who reads {name} of {documents} documents; try another --seed or more --rows")
        of_share[name] = list(range(len(people), len(people) + len(made)))
        people += made
    return people, of_share


def pick_row(random, readable, clusters, share_of_cluster, positive):
    """A row for a question to be near: a readable one, or a hidden one in the cluster that is readable least of thirty."""
    if positive:
        document = int(random.choice(np.flatnonzero(readable)))
    else:
        tried = random.choice(np.flatnonzero(~readable), 30)
        document = int(tried[np.argmin(share_of_cluster[clusters[tried]])])
    return document * CHUNKS + int(random.integers(CHUNKS))


def make_questions(random, people, of_share, reach, clusters, each):
    """Returns the questions in an order that mixes the shares, the row that each is near, and documents x questions: who may read what."""
    members = np.bincount(clusters)
    asked = []
    for name, _ in SHARES:
        for number in range(each):
            person = int(random.choice(of_share[name]))
            readable = reach.mask(people[person])
            share = np.bincount(clusters, weights=readable, minlength=len(members)) / np.maximum(members, 1)
            row = pick_row(random, readable, clusters, share, number % 2 == 0)
            about = {"principal": person, "bucket": name, "corr": "pos" if number % 2 == 0 else "neg", "nvis": int(readable.sum()) * CHUNKS}
            asked.append((about, row))
    asked = [asked[i] for i in random.permutation(len(asked))]
    readable = np.stack([reach.mask(people[about["principal"]]) for about, _ in asked], axis=1)
    return [about for about, _ in asked], np.array([row for _, row in asked]), readable


def main():
    arguments = parse_arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(arguments.seed)
    documents = arguments.rows // CHUNKS
    groups, weights = organisation.make_groups(random, documents)
    departments, readers = organisation.make_documents(random, groups, weights, documents)
    cluster_count = max(20, documents // 10)
    clusters = clusters_of_documents(random, departments, cluster_count)
    space = vectors.Space(random, arguments.dimension, cluster_count)
    rows = write_rows(space, clusters, arguments.out / "x.npy", arguments.dimension)
    reach = organisation.Reach(groups, readers)
    people, of_share = make_people(random, groups, reach, documents)
    questions, near, readable = make_questions(random, people, of_share, reach, clusters, arguments.questions)
    asked = space.near(np.asarray(rows[near]))

    document_of_row = np.repeat(np.arange(documents, dtype=np.int32), CHUNKS)
    best, scores = vectors.best_rows(rows, asked, readable, document_of_row, K)
    unfiltered, _ = vectors.best_rows(rows, asked, None, document_of_row, K)
    for name, array in (("q", asked), ("chunk_doc", document_of_row), ("gt", best), ("kth", scores[:, -1]), ("gt_unfiltered", unfiltered)):
        np.save(arguments.out / f"{name}.npy", array)
    about = {"rows": arguments.rows, "dimension": arguments.dimension, "seed": arguments.seed, "groups": len(groups.kind), "principals": len(people)}
    access = {"meta": about, "kind": groups.kind, "parent": groups.parent, "doc_groups": readers, "principals": people, "queries": questions}
    (arguments.out / "acl.json").write_text(json.dumps(access), encoding="utf-8")
    print(json.dumps(about))


if __name__ == "__main__":
    main()
