"""Writes golden_tokens.jsonl and golden_vectors.jsonl with the reference tokenizer and the reference embedder.

    python make_golden.py MINILM_FOLDER MODEL_FILE

Each line of golden_tokens.jsonl is {"t": text, "i": ids as 4 hexadecimal digits each}. The last 4,000 or so lines walk
through every Unicode code point, 256 a line, and hold {"from": first code point, "x": XXH3-64 of the ids as u32}.
"""

import json
import pathlib
import random
import struct
import sys

import xxhash

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[3] / "index/embed/train"))
import reference  # noqa: E402

SNIPPETS = [
    "The quarterly report is due on Friday; please don't forward it.", "Ünïcödé façade, naïve résumé & Ångström",
    "Größenwahn, Straße, ẞ und Fußgängerübergänge", "Őrült árvíztűrő tükörfúrógép", "Příliš žluťoučký kůň",
    "Zażółć gęślą jaźń", "İstanbul'da ılık bir gün", "Việt Nam: tiếng Việt có nhiều dấu", "Съешь ещё этих мягких булок",
    "Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία", "ΟΔΥΣΣΕΥΣ ΣΟΦΟΣ", "שלום עולם, מה שלומך?", "שָׁלוֹם", "مرحبا بالعالم، كيف الحال؟",
    "مُحَمَّد", "नमस्ते दुनिया", "வணக்கம் உலகம்", "สวัสดีชาวโลก", "안녕하세요 세계", "こんにちは世界、東京タワー", "がぎぐげご", "ガギグゲゴ ｶﾞｷﾞ",
    "你好，世界！北京大学", "臺灣 𠀀𪜀", "የዓለም ሰላም", "გამარჯობა მსოფლიო", "Բարեւ աշխարհ", "ᠮᠣᠩᠭᠣᠯ", "𝕳𝖊𝖑𝖑𝖔 𝟘𝟙", "ﬁne ﬂow oﬃce",
    "a\u200bb\u200dc\ufeffd\u00ade", "tab\tnew\nline\r\nform\x0cfeed\x0bvt", "nul\x00byte \x7f \x1b[0m", "\ue000 private \ufffd",
    "emoji 👩‍👩‍👧 🇺🇸 👍🏽 ❤️", "x² + y³ ≤ √z ≠ ½", "$100 €50 £20 ¥9 ₹7 ¢", "e-mail: a.b+c@d-e.example", "C++ C# .NET F#",
    "https://example.org/a?b=c&d=%20#e", "snake_case camelCase SCREAMING_CASE", "[CLS] text [SEP] [MASK] [UNK] [PAD]",
    "##ing un##able ###", "don't can't I'll they've", "“quoted” ‘single’ «guillemets» – — … ·", "3.14159 1,000,000 0x1F 1e-9",
    "pneumonoultramicroscopicsilicovolcanoconiosis antidisestablishmentarianism", "line\u2028sep\u2029para\u0085nel",
    "nb\u00a0sp\u2003em\u3000id", "Å Å ﬀ ŉ ǆ", "à́̂ é́", "\u202ertl\u202c \u2066iso\u2069", "ⅷ Ⅷ ① ⓐ",
    "def f(x): return x**2  # square", "SELECT * FROM t WHERE a='b';", "{\"key\": [1, 2.5, null]}", "<p class=\"x\">Hi &amp; bye</p>",
]

BLOCKS = [
    (0x20, 0x7F), (0xA0, 0x250), (0x250, 0x370), (0x370, 0x400), (0x400, 0x530), (0x530, 0x590), (0x590, 0x700),
    (0x900, 0xE00), (0xE00, 0x1000), (0x10A0, 0x1200), (0x1200, 0x1400), (0x1680, 0x1900), (0x1E00, 0x2000),
    (0x2000, 0x2070), (0x2070, 0x2100), (0x2100, 0x2400), (0x2460, 0x2800), (0x2E80, 0x3100), (0x3100, 0x3400),
    (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0xFB50), (0xFB50, 0xFE00), (0xFE00, 0x10000), (0x1D400, 0x1D800),
    (0x1F300, 0x1FA00), (0x20000, 0x2A6E0), (0xE0000, 0xE0080),
]


def strings(tokenizer, rng):
    yield from SNIPPETS
    yield from ["a" * n for n in (99, 100, 101, 500)] + ["é" * n for n in (99, 100, 101)] + ["名" * 101, "", " \t\n "]
    words = [w for s in SNIPPETS for w in s.split()]
    pieces = [p.removeprefix("##") for p in tokenizer.get_vocab()]
    pieces.sort()
    for _ in range(3000):
        yield "".join(rng.choice(words) + rng.choice((" ", " ", ", ", "-", "", "\u00a0")) for _ in range(rng.randint(1, 7)))
    for _ in range(3000):
        yield "".join(rng.choice(pieces) + rng.choice((" ", "", "")) for _ in range(rng.randint(1, 8)))
    for _ in range(3000):
        low, high = rng.choice(BLOCKS)
        yield "".join(chr(rng.randrange(low, high)) for _ in range(rng.randint(1, 9)))
    for _ in range(1500):
        picks = [chr(rng.randrange(*rng.choice(BLOCKS))) if rng.random() < 0.4 else rng.choice("abcdeéИ -.") for _ in range(12)]
        yield "".join(picks)


def sweep_text(first):
    """All code points of one block of 256, each between letters; surrogates do not exist."""
    return "".join(f"a{chr(c)}b " for c in range(first, first + 256) if not 0xD800 <= c < 0xE000)


def main():
    model = reference.Reference(sys.argv[1], sys.argv[2])
    rng = random.Random(11)
    with open(HERE / "golden_tokens.jsonl", "w", encoding="utf-8") as out:
        for text in strings(model.tokenizer, rng):
            ids = "".join(f"{i:04x}" for i in model.ids(text))
            out.write(json.dumps({"t": text, "i": ids}, ensure_ascii=False) + "\n")
        for first in range(0, 0x110000, 256):
            ids = model.ids(sweep_text(first))
            packed = struct.pack(f"<{len(ids)}I", *ids)
            out.write(json.dumps({"from": first, "x": xxhash.xxh3_64(packed).hexdigest()}) + "\n")
    known = [t for t in SNIPPETS if any(model.weights[i] for i in model.ids(t))][:24]
    known += ["Who may read the salary report of the finance team? " * n for n in (1, 40, 400)]
    with open(HERE / "golden_vectors.jsonl", "w", encoding="utf-8") as out:
        for text in known:
            out.write(json.dumps({"t": text, "v": [round(x, 7) for x in model.embed(text)]}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
