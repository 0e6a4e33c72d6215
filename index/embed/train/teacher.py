"""Embeds texts, and every vocabulary word alone, with all-MiniLM-L6-v2; finished blocks are kept on disk and not redone."""

import argparse
import json
import pathlib

import numpy as np
import tokenizers
import torch
import transformers

MAX_TOKENS = 256
BLOCK = 8192
BATCH_TOKENS = 8192


class Teacher:
    def __init__(self, folder):
        torch.set_grad_enabled(False)
        self.tokenizer = tokenizers.Tokenizer.from_file(str(pathlib.Path(folder) / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.model = transformers.AutoModel.from_pretrained(folder).to(torch.bfloat16).eval()

    def embed(self, texts):
        """Unit vectors (n, 384): the mean over the last hidden states, texts of similar length run together."""
        ids = [e.ids for e in self.tokenizer.encode_batch(texts)]
        out = np.zeros((len(ids), 384), np.float32)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        start = 0
        while start < len(order):
            count = max(1, min(len(order) - start, BATCH_TOKENS // len(ids[order[start]])))
            batch = order[start : start + count]
            width = max(len(ids[i]) for i in batch)
            tokens = torch.zeros((count, width), dtype=torch.long)
            mask = torch.zeros((count, width), dtype=torch.long)
            for row, i in enumerate(batch):
                tokens[row, : len(ids[i])] = torch.tensor(ids[i])
                mask[row, : len(ids[i])] = 1
            hidden = self.model(input_ids=tokens, attention_mask=mask).last_hidden_state.float()
            mean = (hidden * mask[..., None]).sum(1)
            out[batch] = torch.nn.functional.normalize(mean, dim=1).numpy()
            start += count
        return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="unpacked all-MiniLM-L6-v2 folder")
    parser.add_argument("--texts", required=True)
    parser.add_argument("--out", required=True, help="folder of blocks NNNN.npy and vocabulary.npy")
    arguments = parser.parse_args()
    out = pathlib.Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    teacher = Teacher(arguments.model)
    vocabulary = sorted(teacher.tokenizer.get_vocab().items(), key=lambda item: item[1])
    jobs = [("vocabulary", [token.removeprefix("##") for token, _ in vocabulary])]
    texts = [json.loads(line)["text"] for line in open(arguments.texts, encoding="utf-8")]
    jobs += [(f"{i // BLOCK:04d}", texts[i : i + BLOCK]) for i in range(0, len(texts), BLOCK)]
    for name, block in jobs:
        path = out / f"{name}.npy"
        if path.exists():
            continue
        vectors = teacher.embed(block)
        np.save(path.with_suffix(".tmp.npy"), vectors.astype(np.float16))
        path.with_suffix(".tmp.npy").rename(path)
        print(name, len(block), flush=True)


if __name__ == "__main__":
    main()
