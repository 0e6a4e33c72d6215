"""Quantises a fitted table to int8 and writes the model file; prints the checksum. The format is in ../static_model.h."""

import argparse
import json
import pathlib
import struct

import numpy as np
import xxhash

FORMAT_VERSION = 1
UNKNOWN_ID = 100
MAX_WEIGHT = 32767


def quantise(table):
    """Rows to (int8 direction, u16 weight): the weight is the row's scale against the largest scale."""
    scale = np.abs(table).max(1) / 127
    vectors = np.rint(table / np.where(scale > 0, scale, 1)[:, None]).astype(np.int8)
    weights = np.rint(scale / scale.max() * MAX_WEIGHT).astype(np.uint16)
    vectors[weights == 0] = 0
    return vectors, weights


def digest(parts):
    state = xxhash.xxh3_128()
    for part in parts:
        state.update(part)
    return state.digest()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="unpacked all-MiniLM-L6-v2 folder, for its vocabulary")
    parser.add_argument("--table", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    tokenizer = json.loads((pathlib.Path(arguments.model) / "tokenizer.json").read_text("utf-8"))
    tokens = [t.encode() for t, _ in sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])]
    vectors, weights = quantise(np.load(arguments.table)["table"])
    vocabulary = b"".join(bytes([len(t)]) + t for t in tokens)
    body = vectors.tobytes() + weights.astype("<u2").tobytes() + vocabulary
    header = struct.pack("<8sIIIIQQ", b"USHEREMB", FORMAT_VERSION, vectors.shape[1], len(tokens), UNKNOWN_ID,
                         len(vocabulary), 64 + len(body))
    checksum = digest([header, bytes(16), bytes(8), body])
    pathlib.Path(arguments.out).write_bytes(header + checksum + bytes(8) + body)
    print(checksum.hex(), 64 + len(body), "bytes")


if __name__ == "__main__":
    main()
