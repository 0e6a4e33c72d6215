"""Reads a model file and embeds with the reference tokenizer: the yardstick for the C++ implementation."""

import struct

import numpy as np
import tokenizers


class Reference:
    def __init__(self, model_folder, model_file):
        self.tokenizer = tokenizers.Tokenizer.from_file(model_folder + "/tokenizer.json")
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        raw = open(model_file, "rb").read()
        _, _, dimension, tokens = struct.unpack_from("<8sIII", raw)
        end = 64 + tokens * dimension
        self.vectors = np.frombuffer(raw[64:end], np.int8).reshape(tokens, dimension).astype(np.int64)
        self.weights = np.frombuffer(raw[end : end + 2 * tokens], "<u2").astype(np.int64)

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def embed(self, text):
        ids = self.ids(text)
        total = (self.vectors[ids] * self.weights[ids][:, None]).sum(0).astype(np.float64)
        return total / np.sqrt((total * total).sum())
