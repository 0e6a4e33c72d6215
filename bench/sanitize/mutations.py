"""Rewritings of an attack, and other orders for the same target: the moves of adaptive_attacks.py.

Each takes an Attack and a source of randomness and gives an Attack. They are applied in the order of their stages: wording, disguise, frame
and place, so that nothing rewrites text that is already encoded. That a model would still obey the result is assumed, not measured.
"""

import base64
import codecs
import dataclasses
import re

import mutation_words as words

# Names of functions and files, addresses and marks of chat formats stay as they are: an order that changed them would ask for nothing.
WORD = re.compile(r"(?<![\w@/.:#|>-])[A-Za-z]+(?![\w@/:#|-]|\.\w)")
TARGET = re.compile(r"https?://\S+?(?=[\s)\]}>\"',]|$)|[\w.+-]+@[\w-]+\.[\w.-]+\w|\bwww\.\S+\w")


@dataclasses.dataclass(frozen=True)
class Attack:
    """The pieces of an order; each stands alone in its context, and each is judged as a chunk of its own."""

    before: str
    pieces: tuple
    after: str

    def texts(self):
        return [self.before + piece + self.after for piece in self.pieces]

    def rewrite(self, change):
        return dataclasses.replace(self, pieces=tuple(change(piece) for piece in self.pieces))


def of_sample(sample):
    begin, end = sample["span"] or (0, len(sample["text"]))
    text = sample["text"]
    return Attack(text[:begin], (text[begin:end],), text[end:])


def like(word, model):
    return word.capitalize() if model[:1].isupper() else word


def synonyms(attack, rng):
    def swap(match):
        others = words.SYNONYMS.get(match[0].lower())
        return like(rng.choice(others), match[0]) if others else match[0]

    return attack.rewrite(lambda piece: WORD.sub(swap, piece))


def soften(order):
    """Without capitals and marks that shout, and without the words that command."""
    order = re.sub(r"\b[A-Z]{3,}\b", lambda match: match[0].lower(), order.strip())
    order = re.sub(r"\b(must|have to|need to)\b", "might", order).replace("!", ".")
    return order[:1].lower() + order[1:]


def into(templates, change=lambda order: order):
    def mutate(attack, rng):
        template = rng.choice(templates)
        return attack.rewrite(lambda piece: template.format(order=change(piece)))

    return mutate


def typing_slips(attack, rng):
    """Neighbouring letters inside one long word in two change places."""
    def slip(match):
        word = match[0]
        if len(word) < 5:
            return word
        at = rng.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2:] if rng.random() < 0.5 else word

    return attack.rewrite(lambda piece: WORD.sub(slip, piece))


def replaced(templates):
    """Another order for the same target."""
    def mutate(attack, rng):
        found = TARGET.search(" ".join(attack.pieces))
        target = found[0].rstrip(".") if found else words.ELSEWHERE
        return dataclasses.replace(attack, pieces=(rng.choice(templates).format(target=target),))

    return mutate


def letters(table, share):
    def mutate(attack, rng):
        def change(match):
            return "".join(table[c] if c in table and rng.random() < share else c for c in match[0])

        return attack.rewrite(lambda piece: WORD.sub(change, piece))

    return mutate


def spaced(attack, _):
    return attack.rewrite(lambda piece: "   ".join(" ".join(word) for word in piece.split()))


def encoded(hint, encode):
    def mutate(attack, _):
        return attack.rewrite(lambda piece: hint + encode(piece))

    return mutate


def harmless(rng, count):
    return " ".join(rng.sample(words.HARMLESS, count))


def padded(attack, rng):
    return attack.rewrite(lambda piece: f"{harmless(rng, 3)} {piece.strip()} {harmless(rng, 3)}")


def interleaved(attack, rng):
    """A harmless sentence after each of the order's."""
    def spread(piece):
        return " ".join(f"{part} {harmless(rng, 1)}" for part in re.split(r"(?<=[.!?;])\s+", piece.strip()))

    return attack.rewrite(spread)


def cut(text, parts):
    """About equal parts that end where a word does; fewer where there are not enough words."""
    found = text.split(" ")
    parts = min(parts, len(found))
    ends = [round(i * len(found) / parts) for i in range(parts + 1)]
    return [" ".join(found[low:high]) for low, high in zip(ends, ends[1:])]


def broken_lines(attack, rng):
    """The order in three parts with a paragraph of harmless text between them, in one chunk."""
    return attack.rewrite(lambda piece: "\n\n".join(f"{part}\n\n{harmless(rng, 2)}" for part in cut(piece, 3)))


def over_chunks(parts):
    def mutate(attack, _):
        return dataclasses.replace(attack, pieces=tuple(part for piece in attack.pieces for part in cut(piece, parts)))

    return mutate


REPLACEMENT, WORDING, DISGUISE, FRAME, PLACE = range(5)

# name: (stage, family, mutation). At most one of a family is used at a time. These keep what the attack asks for.
MUTATIONS = {
    "synonyms": (WORDING, "synonyms", synonyms),
    "polite": (WORDING, "manner", into(words.POLITE, soften)),
    "impersonal": (WORDING, "manner", into(words.IMPERSONAL, soften)),
    "typing slips": (WORDING, "slips", typing_slips),
    "homoglyphs": (DISGUISE, "disguise", letters(words.LOOKALIKES, 0.4)),
    "leetspeak": (DISGUISE, "disguise", letters(words.DIGITS, 0.7)),
    "spacing": (DISGUISE, "disguise", spaced),
    "base64": (DISGUISE, "disguise", encoded("base64: ", lambda text: base64.b64encode(text.encode()).decode())),
    "hex": (DISGUISE, "disguise", encoded("hex: ", lambda text: text.encode().hex())),
    "rot13": (DISGUISE, "disguise", encoded("rot13: ", lambda text: codecs.encode(text, "rot13"))),
    "reversal": (DISGUISE, "disguise", encoded("backwards: ", lambda text: text[::-1])),
    "role play": (FRAME, "frame", into(words.ROLE_PLAY)),
    "quoted as documentation": (FRAME, "frame", into(words.QUOTED)),
    "code, JSON, table, log": (FRAME, "frame", into(words.FORMS)),
    "padding": (PLACE, "padding", padded),
    "harmless sentences between": (PLACE, "padding", interleaved),
    "three paragraphs, one chunk": (PLACE, "splitting", broken_lines),
    "two chunks": (PLACE, "splitting", over_chunks(2)),
    "three chunks": (PLACE, "splitting", over_chunks(3)),
}
REPLACEMENTS = {f"plainly in {language}": (REPLACEMENT, "language", replaced(orders)) for language, orders in words.PLAIN.items()}
REPLACEMENTS.update({f"covertly in {language}": (REPLACEMENT, "language", replaced(orders)) for language, orders in words.COVERT.items()})
ALL = MUTATIONS | REPLACEMENTS


def apply(attack, names, random_for):
    """All the mutations, stage by stage; random_for(name) gives each its own source, so that the others do not change it."""
    for name in sorted(names, key=lambda name: (ALL[name][0], name)):
        attack = ALL[name][2](attack, random_for(name))
    return attack


def fits(names, name):
    """Whether the mutation can join those."""
    return all(ALL[one][1] != ALL[name][1] for one in names)
