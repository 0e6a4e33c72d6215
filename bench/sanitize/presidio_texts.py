#!/usr/bin/env python3
"""Texts with personal data by the sentence templates of Presidio's own authors: a second opinion that Usher's rules were not built on.

    presidio_texts.py TEMPLATES.txt OUT/pii.jsonl [COUNT] [SEED]

TEMPLATES.txt is presidio_evaluator/data_generator/raw_data/templates.txt of the package presidio-evaluator; needs the package Faker, whose values
are made up. Only structured data is labelled: names and addresses stand in the texts without a label, so that no row is printed for them.
"""

import json
import pathlib
import random
import re
import sys

import faker

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "nl_NL", "sv_SE", "en_IN")
LABELS = {"credit_card_number": "CREDIT_CARD", "phone_number": "PHONE", "email": "EMAIL", "iban": "IBAN", "ssn": "US_SSN", "ip_address": "IP_ADDRESS"}
# Placeholders that Faker names otherwise, or does not have.
ASKED = {
    "person": "name", "organization": "company", "ip_address": "ipv4", "zipcode": "postcode", "prefix_male": "prefix", "prefix_female": "prefix",
    "name_male": "name", "name_female": "name", "first_name_nonbinary": "first_name", "state_abbr": "city", "nationality": "country",
    "nation_woman": "country", "nation_plural": "country", "us_driver_license": "bban", "secondary_address": "building_number",
}
PLACEHOLDER = re.compile(r"{{\s*(\w+)\s*}}")


def value(makers, name, rng):
    locale = "en_US" if name == "ssn" else rng.choice(LOCALES)
    if name == "age":
        return str(rng.randrange(18, 90))
    return str(getattr(makers[locale], ASKED.get(name, name))()).replace("\n", ", ")


def fill(template, makers, rng):
    text, labels, at = "", [], 0
    for found in PLACEHOLDER.finditer(template):
        text += template[at:found.start()]
        begin = len(text.encode())
        text += value(makers, found[1], rng)
        if found[1] in LABELS:
            labels.append({"type": LABELS[found[1]], "start_byte": begin, "end_byte": len(text.encode())})
        at = found.end()
    return text + template[at:], labels


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    count, seed = (int(number) for number in (*sys.argv[3:5], *("4000", "1")[len(sys.argv) - 3:]))
    lines = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8", errors="replace").splitlines()
    templates = [line.replace("\\n", "\n") for line in lines if line.strip()]
    rng = random.Random(seed)
    faker.Faker.seed(seed)
    makers = {locale: faker.Faker(locale) for locale in LOCALES}
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        for i in range(count):
            text, labels = fill(rng.choice(templates), makers, rng)
            out.write(json.dumps({"id": f"template-{i:05d}", "text": text, "negative": not labels, "entities": labels}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
