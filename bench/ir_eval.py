"""nDCG@10 of a TREC run against Cranfield relevance judgements; standard library only.

Gain: binary. Codes 1..4 of the file are relevant (1), every other code, such as -1, is not (0). Discount: 1 / log2(rank + 1).
Queries without a relevant document are left out. The judgement file numbers queries 1..225 by their order of appearance,
and the run must use the same numbers.
"""

import argparse
import collections
import math


def read_judgements(path):
    gains = collections.defaultdict(dict)
    for line in open(path, encoding="ascii"):
        fields = line.split()
        if len(fields) < 3:
            continue
        query, document, code = fields[0], fields[1], int(fields[2])
        gain = 1 if 1 <= code <= 4 else 0
        gains[query][document] = max(gain, gains[query].get(document, 0))
    return gains


def read_run(path):
    ranked = collections.defaultdict(list)
    for line in open(path, encoding="ascii"):
        query, _, document, _, score, _ = line.split()
        ranked[query].append((-float(score), document))
    return {query: [document for _, document in sorted(rows)] for query, rows in ranked.items()}


def dcg(gains):
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def ndcg(ranked, gains, depth=10):
    ideal = dcg(sorted(gains.values(), reverse=True)[:depth])
    return dcg([gains.get(document, 0) for document in ranked[:depth]]) / ideal


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="lines: query Q0 document rank score tag")
    parser.add_argument("judgements", help="lines: query document code")
    arguments = parser.parse_args()
    gains, run = read_judgements(arguments.judgements), read_run(arguments.run)
    judged = [query for query in gains if any(gains[query].values())]
    mean = sum(ndcg(run.get(query, []), gains[query]) for query in judged) / len(judged)
    print(f"nDCG@10 {mean:.4f} over {len(judged)} queries")


if __name__ == "__main__":
    main()
