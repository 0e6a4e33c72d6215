#!/usr/bin/env python3
"""Makes mistakes on purpose, one after another, and tells which test notices each.

    tests/mutation/mutate.py [--only TEXT] [--folder FOLDER] [--jobs N] [--list]

Works on a private copy (in build/mutation unless told otherwise), so that the checkout is never touched. Each mistake
is compiled into as few test programs as are needed to notice it, tried in the order of PROGRAMS; the first that fails
ends the round. A crash, and a run beyond its time, count as noticed. A mistake that does not compile proves nothing and
counts as an error of this list; one whose text is not found exactly once stops everything.

Ends with 1 if a mistake survives that is not listed as equivalent, if one that is listed as such is noticed after all,
or if one could not be made. Not part of CI: a whole run takes about an hour on two cores.
"""

import argparse
import collections
import fnmatch
import pathlib
import sys
import time

from mistake import Mistake
from mistakes_above import ABOVE
from mistakes_classes import CLASSES
from mistakes_rules import RULES
from sandbox import Program, Sandbox

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUN_SECONDS = 120

# A short run, with a seed whose few stories allow enough for the test to be content with them.
ORACLE = Program("acl_oracle_test", "*EveryAnswer*", {"ACL_ORACLE_DECISIONS": "80000", "ACL_ORACLE_SEED": "5"})
CACHE = Program("acl_entitlement_cache_test")
TABLES = [Program(f"acl_class_table_{part}test") for part in ("", "folder_", "random_")]
CORPUS = [Program("corpus_access_test"), Program("corpus_test")]
INDEX = [Program("segment_test"), Program("vector_index_test")]
PIPELINE = [Program("pipeline_test", "VerifyTest.*:RaceTest.*:SearchTest.*:GetChunksTest.*:ScopeTest.*")]

# The first pattern that fits a file says which programs are asked, cheapest first.
PROGRAMS = {
    "acl/names.cc": [Program("acl_names_test")],
    "acl/check.cc": [Program("acl_check_test")],
    "acl/asker.cc": [Program("acl_asker_test")],
    "acl/rights.cc": [Program("acl_rights_test")],
    "acl/policy.cc": [Program("acl_policy_test")],
    "acl/group_graph.cc": [Program("acl_group_graph_test")],
    "acl/delegation.cc": [Program("acl_delegation_test")],
    "acl/entitlement_cache.cc": [CACHE, ORACLE],
    "acl/cached_answer.cc": [CACHE, ORACLE],
    "acl/readers.cc": [Program("acl_readers_test")],
    "acl/preview.cc": [Program("acl_preview_test"), Program("acl_agreement_test")],
    "acl/explain.cc": [Program("acl_explain_test"), Program("acl_agreement_test")],
    "acl/*": TABLES + [CACHE, ORACLE],
    "index/planner.cc": [Program("planner_test")],
    "index/corpus/corpus_read.cc": PIPELINE + CORPUS,
    "index/corpus/tenant_state.cc": CORPUS + PIPELINE,
    "index/corpus/*": CORPUS,
    "index/*": INDEX,
    "server/pipeline/*": PIPELINE,
}


def programs_for(file: str) -> list[Program]:
    return next(programs for pattern, programs in PROGRAMS.items() if fnmatch.fnmatch(file, pattern))


def make(mistake: Mistake, sandbox: Sandbox) -> tuple[str, str]:
    """Makes the mistake, looks who notices, and takes it back. What came of it, and who noticed or what went wrong."""
    path = sandbox.path(mistake.file)
    right = path.read_text()
    path.write_text(right.replace(mistake.right, mistake.wrong))
    try:
        for program in programs_for(mistake.file):
            if output := sandbox.build([program]):
                return "error", next((line for line in output.splitlines() if "error:" in line), output[-200:])
            if failed := sandbox.run(program, RUN_SECONDS).failed:
                return "killed", f"{program.name}: {failed}"
    finally:
        path.write_text(right)
    return ("equivalent", mistake.equivalent) if mistake.equivalent else ("survived", "")


def check_found(sandbox: Sandbox, mistakes: list[tuple[int, Mistake]]) -> None:
    """Before anything is built: the sources may have moved on since the list was written."""
    stale = [f"{number:3} {mistake.file}: {mistake.reason}" for number, mistake in mistakes
             if sandbox.path(mistake.file).read_text().count(mistake.right) != 1]
    if stale:
        sys.exit("\n".join(["mutate.py: what these would change is not in the file exactly once:", *stale]))


def check_unspoilt(sandbox: Sandbox, mistakes: list[Mistake]) -> None:
    """Tests that fail by themselves would notice everything."""
    programs = dict.fromkeys(program for mistake in mistakes for program in programs_for(mistake.file))
    if output := sandbox.build(list(programs)):
        sys.exit(f"mutate.py: the checkout does not build:\n{output[-4000:]}")
    for program in programs:
        if failed := sandbox.run(program, RUN_SECONDS).failed:
            sys.exit(f"mutate.py: {program.name} fails without any mistake: {failed}")


def is_bad(mistake: Mistake, outcome: str) -> bool:
    return outcome in ("survived", "error") or (outcome == "killed" and bool(mistake.equivalent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="mistakes whose number, file or reason is or holds this text")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "mutation", help="where the copy lies")
    parser.add_argument("--jobs", type=int, default=2, help="compilers at a time")
    parser.add_argument("--list", action="store_true", help="only list the mistakes")
    options = parser.parse_args()

    chosen = [(number, mistake) for number, mistake in enumerate(RULES + CLASSES + ABOVE, 1)
              if options.only == str(number) or (not options.only.isdecimal()
                                                  and options.only in f"{mistake.file} {mistake.reason}")]
    if not chosen:
        sys.exit(f"mutate.py: no mistake has number, file or reason '{options.only}'")
    if options.list:
        for number, mistake in chosen:
            print(f"{number:3} {mistake.file}: {mistake.reason}")
        return 0

    sandbox = Sandbox(ROOT, options.folder, options.jobs)
    check_found(sandbox, chosen)
    check_unspoilt(sandbox, [mistake for _, mistake in chosen])
    outcomes = collections.Counter()
    bad = []
    for number, mistake in chosen:
        began = time.monotonic()
        outcome, detail = make(mistake, sandbox)
        outcomes[outcome] += 1
        seconds = time.monotonic() - began
        line = f"{number:3} {outcome:10} {seconds:4.0f} s  {mistake.file}: {mistake.reason}  [{detail}]"
        print(line, flush=True)
        if is_bad(mistake, outcome):
            bad.append(line)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())), f"of {len(chosen)}")
    if bad:
        print("Write the test that is missing, or correct the list:", *bad, sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
