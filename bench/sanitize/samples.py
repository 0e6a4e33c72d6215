"""Labelled samples, what Usher says of them, and when a finding matches a label; standard library only.

A sample is a JSON object with `id` and `text` and one of `injected` (with `span`, code points), `entities` or `secrets` (with `type`,
`start_byte`, `end_byte`, offsets in the UTF-8 of the text). An answer is what `usher sanitize` writes a line of.
"""

import json
import pathlib
import resource
import subprocess
import sys
import threading

ATTACK_KINDS = {"injection", "hidden", "exfil"}


def read_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_file(folder, name):
    path = pathlib.Path(folder, name)
    if not path.is_file():
        sys.exit(f"{path} is missing: give a folder with labelled samples in the form that {__file__} describes")
    return read_lines(path)


def to_lines(samples):
    return "".join(json.dumps({"id": one["id"], "text": one["text"]}, ensure_ascii=False) + "\n" for one in samples)


def is_flagged(answer):
    """Whether the text counts as an attack at the thresholds that are shipped."""
    return answer["action"] == "quarantine" or any(found["kind"] in ATTACK_KINDS for found in answer["findings"])


def covers(found, label):
    """At least 90 % of the label, and at most half as much again (and two bytes: quotes)."""
    size = label["end_byte"] - label["start_byte"]
    common = min(found["end"], label["end_byte"]) - max(found["start"], label["start_byte"])
    return common >= 0.9 * size and found["end"] - found["start"] <= 1.5 * size + 2


class Usher:
    """One process of `usher sanitize`, asked in batches. Not thread-safe; use it in a `with`."""

    def __init__(self, program, policy=None):
        command = [program, "sanitize"] + (["--policy", policy] if policy else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.asked = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def clean(self, samples):
        """The answers, in order."""
        # Written beside the reading: a batch is larger than a pipe, and each side would wait for the other.
        writer = threading.Thread(target=self._write, args=(to_lines(samples),))
        writer.start()
        answers = [self._read(sample) for sample in samples]
        writer.join()
        self.asked += len(samples)
        return answers

    def _write(self, lines):
        try:
            self.process.stdin.write(lines)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the reader sees the end of the answers and says so

    def _read(self, sample):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"`usher sanitize` ended before it answered {sample['id']}: exit code {self.process.wait()}")
        answer = json.loads(line)
        if answer["id"] != sample["id"]:
            sys.exit(f"`usher sanitize` answered {answer['id']} where {sample['id']} was asked")
        return answer


def processor_seconds(program, policy, samples):
    """Processor time of a whole run over the samples, less that of a run over the first one: reading and writing JSON count, starting does not."""

    def run(part):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [program, "sanitize"] + (["--policy", policy] if policy else [])
        subprocess.run(command, input=to_lines(part), stdout=subprocess.DEVNULL, text=True, encoding="utf-8", check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return run(samples) - run(samples[:1])
