"""Runs a public detector over texts; started by beside_peers.py with the interpreter that has the packages.

    peer_worker.py presidio [SPACY_MODEL] < texts.jsonl
    peer_worker.py detect-secrets < texts.jsonl

Writes {"findings": [{"type", "start", "end"}]} a line (UTF-8 bytes), and as the last line {"about", "seconds"}: processor time without loading.
"""

import importlib.metadata
import json
import os
import pathlib
import sys
import tempfile
import time

PRESIDIO_TYPES = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "CREDIT_CARD", "IBAN_CODE": "IBAN", "US_SSN": "US_SSN",
    "IP_ADDRESS": "IP_ADDRESS", "PERSON": "NAME", "ES_NIF": "NATIONAL_ID", "ES_NIE": "NATIONAL_ID", "IN_AADHAAR": "NATIONAL_ID",
    "UK_NINO": "NATIONAL_ID", "IT_FISCAL_CODE": "NATIONAL_ID", "PL_PESEL": "NATIONAL_ID",
}
NATIONAL = ("EsNifRecognizer", "EsNieRecognizer", "InAadhaarRecognizer", "UkNinoRecognizer", "ItFiscalCodeRecognizer", "PlPeselRecognizer")


def byte_span(text, begin, end):
    start = len(text[:begin].encode())
    return start, start + len(text[begin:end].encode())


class Presidio:
    """All recognisers that are on by default, and those of national identifiers; without a model no names."""

    def __init__(self, model=None):
        import presidio_analyzer
        import presidio_analyzer.predefined_recognizers as predefined
        import spacy
        from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpEngineProvider, SpacyNlpEngine

        registry = presidio_analyzer.RecognizerRegistry()
        if model:
            settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
            engine = NlpEngineProvider(nlp_configuration=settings).create_engine()
        else:
            engine = SpacyNlpEngine(ner_model_configuration=NerModelConfiguration())
            engine.nlp = {"en": spacy.blank("en")}
        registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
        for name in NATIONAL:
            registry.add_recognizer(getattr(predefined, name)(supported_language="en"))
        self.analyzer = presidio_analyzer.AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
        self.about = f"Presidio {importlib.metadata.version('presidio-analyzer')}, " + (model or "no language model")

    def find(self, text):
        return [(PRESIDIO_TYPES[one.entity_type], one.score, *byte_span(text, one.start, one.end))
                for one in self.analyzer.analyze(text=text, language="en") if one.entity_type in PRESIDIO_TYPES]


class DetectSecrets:
    """Default plugins and filters over a file, which is what its command line does."""

    def __init__(self):
        from detect_secrets.core import scan
        from detect_secrets.settings import default_settings

        self.settings = default_settings()
        self.settings.__enter__()
        self.scan_file = scan.scan_file
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name, "text.txt")
        self.about = f"detect-secrets {importlib.metadata.version('detect-secrets')}, default plugins"

    def find(self, text):
        self.path.write_text(text, encoding="utf-8")
        found = []
        for secret in self.scan_file(str(self.path)):
            begin = max(0, text.find(secret.secret_value or ""))
            found.append((secret.type, 1.0, *byte_span(text, begin, begin + len(secret.secret_value or ""))))
        return found


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in ("presidio", "detect-secrets"):
        sys.exit(__doc__)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    detector = Presidio(*sys.argv[2:3]) if sys.argv[1] == "presidio" else DetectSecrets()
    texts = [json.loads(line)["text"] for line in sys.stdin]
    for text in texts[:20]:
        detector.find(text)
    begin = time.process_time()
    found = [detector.find(text) for text in texts]
    seconds = time.process_time() - begin
    for spans in found:
        print(json.dumps({"findings": [{"type": kind, "score": score, "start": start, "end": end} for kind, score, start, end in spans]}))
    print(json.dumps({"about": detector.about, "seconds": seconds}))


if __name__ == "__main__":
    main()
