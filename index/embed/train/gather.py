"""Cuts all sources into short texts of mixed length: texts.jsonl, one {"text", "source"} a line, deduplicated, shuffled."""

import argparse
import hashlib
import json
import pathlib
import random
import re

import readers
import sources

# Upper bound of texts a source, so that no single style rules the fit.
LIMIT = {"wordnet-base": 45000, "postgresql-doc-15": 6000}
DEFAULT_LIMIT = 9000
PER_BOOK_LIMIT = 14000


def clean(text):
    return re.sub(r"\s+", " ", re.sub(r"[¶]|https?://\S+", " ", text)).strip()


def is_prose(text):
    letters = sum(c.isalpha() or c == " " for c in text)
    return 20 <= len(text) <= 4000 and text.isprintable() and letters / len(text) > 0.85 and text.count(" ") >= 3


def cut(paragraphs, rng):
    """Yields single sentences (like questions), paragraphs, and passages of several paragraphs (like abstracts)."""
    kept = [p for p in map(clean, paragraphs) if is_prose(p)]
    position = 0
    while position < len(kept):
        kind = rng.random()
        if kind < 0.3:
            sentences = re.split(r"(?<=[.?!]) (?=[A-Z])", kept[position])
            yield rng.choice(sentences)
            if len(sentences) > 2:
                yield kept[position][:1200]
            position += 1
            continue
        target = rng.choice((1, 200, 500, 900))
        passage = kept[position]
        position += 1
        while len(passage) < target and position < len(kept):
            passage += " " + kept[position]
            position += 1
        yield passage[:1200]


def documents(arguments):
    root = pathlib.Path(arguments.debs)
    for package, (_, kind) in sources.DEBIAN.items():
        yield package, LIMIT.get(package, DEFAULT_LIMIT), readers.DEBIAN_READERS[kind](root / package)
    for name, (commit, _, kind) in sources.GIT.items():
        repository = pathlib.Path(arguments.git) / (name.split("/")[1] + ".git")
        yield name, PER_BOOK_LIMIT, readers.GIT_READERS[kind](repository, commit)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--debs", required=True, help="folder with one unpacked Debian package a subfolder")
    parser.add_argument("--git", required=True, help="folder with bare clones NAME.git")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    rng = random.Random(20260101)
    seen, texts = set(), []
    for source, limit, stream in documents(arguments):
        found = []
        for paragraphs in stream:
            for text in cut(paragraphs, rng):
                digest = hashlib.blake2b(text.lower().encode(), digest_size=12).digest()
                if digest not in seen and is_prose(text):
                    seen.add(digest)
                    found.append({"text": text, "source": source})
        rng.shuffle(found)
        texts.extend(found[:limit])
        print(f"{source}: {len(found)} texts, {min(len(found), limit)} kept", flush=True)
    rng.shuffle(texts)
    with open(arguments.out, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(t, ensure_ascii=False) + "\n" for t in texts)
    print(len(texts), "texts")


if __name__ == "__main__":
    main()
