"""Composes training texts: attacks (goals x framings x carriers x languages) and harmless texts that resemble them.

Everything is drawn from the tables of phrases.py with a seeded generator, so that the same seed gives the same texts.
A sample is {"text", "spans": [[begin, end) in UTF-8 bytes of the attack], "injected"}.
"""
import base64
import json
import random

import phrases


def sample(text, attack=None):
    spans = []
    if attack:
        begin = text.encode().find(attack.encode())
        spans = [[begin, begin + len(attack.encode())]]
    return {"text": text, "spans": spans, "injected": bool(attack)}


def fill(rng, template):
    """Replaces {slot} by a phrase of phrases.SLOTS."""
    while "{" in template:
        begin = template.index("{")
        end = template.index("}", begin)
        template = template[:begin] + rng.choice(phrases.SLOTS[template[begin + 1:end]]) + template[end + 1:]
    return template


def goal(rng, language):
    return fill(rng, rng.choice(phrases.GOALS[language]))


def attack(rng, language):
    """An instruction to a model: a goal in a framing, or (as often in reality) the bare goal."""
    wanted = goal(rng, language)
    framings = phrases.FRAMINGS[language]
    if rng.random() < 0.25:
        return wanted
    framing = rng.choice(framings + phrases.FRAMINGS["any"] if rng.random() < 0.8 else framings)
    lower = wanted[:1].lower() + wanted[1:]
    text = framing.replace("<goal>", lower if rng.random() < 0.3 else wanted)
    if rng.random() < 0.15:
        text += " " + rng.choice(phrases.TAILS.get(language, phrases.TAILS["en"]))
    if rng.random() < 0.05:
        text = text.upper()
    return text


def insert(rng, carrier, wanted):
    """`wanted` at the start, at a break in the middle, or at the end of `carrier`."""
    breaks = [i + 1 for i, c in enumerate(carrier) if c == "\n" or (c == " " and i and carrier[i - 1] in ".!?。।")]
    place = rng.random()
    if place < 0.3 or not breaks:
        gap = rng.choice(["\n\n", "\n", " "])
        return wanted + gap + carrier if rng.random() < 0.5 else carrier.rstrip() + gap + wanted
    if place < 0.6:
        return carrier.rstrip() + rng.choice(["\n\n", "\n", " "]) + wanted
    at = rng.choice(breaks)
    return carrier[:at] + wanted + rng.choice(["\n", " "]) + carrier[at:]


def wrap(rng, text):
    """Some documents are records of a tool."""
    kind = rng.random()
    if kind < 0.6:
        return text
    one_line = text.replace("\n", "\\n") if kind < 0.8 else text.replace("\n", " ")
    name = rng.choice(["description", "body", "content", "comment", "summary", "snippet", "message", "bio"])
    return '{"id": %d, "title": "%s", "%s": "%s", "rating": %d}' % (
        rng.randrange(99999), rng.choice(phrases.TITLES), name, one_line.replace('"', "'"), rng.randrange(1, 6))


def harmless_paragraph(rng, language):
    lines = [fill(rng, rng.choice(phrases.HARMLESS[language])) for _ in range(rng.randrange(3, 9))]
    return rng.choice([" ", " ", "\n", "\n\n"]).join(lines)


def quoted(rng):
    """Security writing that quotes an attack."""
    inner = attack(rng, "en").split("\n")[0].rstrip(".")[:120]
    mark = rng.choice(['"%s"', "`%s`", "'%s'", "\u201c%s\u201d"])
    return fill(rng, rng.choice(phrases.QUOTING)).replace("<attack>", mark % inner)


def compose(carriers, seed=7, attacks=5000, harmless=2500):
    """`carriers`: harmless texts into which attacks are set; they should be of the kind that will be judged."""
    rng = random.Random(seed)
    languages = [language for language in phrases.GOALS]
    for _ in range(attacks):
        language = "en" if rng.random() < 0.6 else rng.choice(languages)
        wanted = attack(rng, language)
        # An instruction in another language than its carrier is common; so is one in the same.
        own = language != "en" and rng.random() < 0.5
        carrier = harmless_paragraph(rng, language if own else "en") if own or rng.random() < 0.25 else rng.choice(carriers)
        text = insert(rng, carrier[:600], wanted)
        wrapped = wrap(rng, text)
        if wrapped != text:
            escaped = wanted.replace("\n", "\\n" if wanted.replace("\n", "\\n") in wrapped else " ").replace('"', "'")
            if escaped in wrapped:
                yield sample(wrapped, escaped)
                continue
        yield sample(text, wanted)
    for _ in range(harmless):
        language = "en" if rng.random() < 0.6 else rng.choice(languages)
        text = harmless_paragraph(rng, language)
        if rng.random() < 0.25:
            text = insert(rng, text, quoted(rng))
        if rng.random() < 0.1:
            text += "\n" + base64.b64encode(json.dumps({"id": rng.random()}).encode()).decode()
        yield sample(wrap(rng, text))
