#!/usr/bin/env python3
"""Checks that tests take every branch of the access rules and of the last check before an answer leaves.

    tests/coverage/coverage.py [--folder FOLDER] [--jobs N] [--only-acl]

Builds acl/*.cc and server/pipeline/verify.cc with gcc's --coverage, unoptimised, runs the tests of acl/, the oracle,
the tests of the pipeline and its property test, and prints each line that was never reached and each branch that was
never taken. Ends with 1 if there is any. Needs gcc's own gcov and nothing else. Not part of CI.

What is not counted, and how:
- Edges of exceptions: the counted files are compiled with -fno-exceptions (instrument.sh), and what gcov still marks as
  a throw is left out.
- Headers, of the project and of libraries: only lines of the counted files themselves are looked at.
- Copies that the compiler makes of one branch: a template or a lambda may be compiled several times, each copy with
  counters of its own. A branch counts as taken if it is in any copy that has the same branches on that line.
Everything else that gcov reports is counted, whether somebody wrote it or the compiler made it.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VERIFY = "server/pipeline/verify.cc"
# The oracle's long stories add nothing after these; unoptimised they would take minutes.
ENVIRONMENT = {"ACL_ORACLE_DECISIONS": "200000"}
ACL_PROGRAMS = [f"acl_{path.stem}" for path in sorted((ROOT / "tests" / "acl").glob("*_test.cc"))] + ["acl_oracle_test"]
PIPELINE_PROGRAMS = ["pipeline_test", "pipeline_property_test"]


def run(command: list[str], **options) -> subprocess.CompletedProcess:
    environment = os.environ | ENVIRONMENT | {"CCACHE_BASEDIR": str(ROOT), "CCACHE_NOHASHDIR": "1"}
    return subprocess.run(["nice", *command], env=environment, stdout=subprocess.PIPE, text=True, errors="replace",
                          **options)


def require(command: list[str]) -> str:
    ended = run(command, stderr=subprocess.STDOUT)
    if ended.returncode != 0:
        sys.exit(f"coverage.py: {' '.join(command)} failed:\n{ended.stdout[-4000:]}")
    return ended.stdout


def build_and_run(folder: pathlib.Path, programs: list[str], jobs: int) -> None:
    require(["cmake", "-G", "Ninja", "-S", str(ROOT), "-B", str(folder), "-DCMAKE_BUILD_TYPE=None",
             "-DCMAKE_CXX_FLAGS=-O0", "-DUSHER_BENCH=OFF", "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=gold --coverage",
             "-DCMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE=PRE_TEST", f"-DUSHER_CCACHE={HERE / 'instrument.sh'}"])
    require(["ninja", "-C", str(folder), f"-j{jobs}", *programs])
    for counts in folder.rglob("*.gcda"):
        counts.unlink()
    for program in programs:
        require([str(folder / "bin" / program), "--gtest_brief=1"])


class File:
    """How often the lines and branches of one file were reached."""

    def __init__(self):
        self.lines = collections.Counter()  # by number
        self.branches = {}  # by line number and number of branches: how often each was taken, over all copies

    def add(self, line: dict) -> None:
        number = line["line_number"]
        self.lines[number] += line["count"]
        taken = [branch["count"] for branch in line["branches"] if not branch["throw"]]
        if taken:
            known = self.branches.setdefault((number, len(taken)), [0] * len(taken))
            self.branches[number, len(taken)] = [a + b for a, b in zip(known, taken)]

    def missing(self) -> list[tuple[int, str]]:
        lines = [(number, "never reached") for number, count in self.lines.items() if count == 0]
        branches = []
        for (number, size), taken in self.branches.items():
            never = [str(i) for i, count in enumerate(taken) if count == 0]
            if never and self.lines[number] > 0:
                branches.append((number, f"branch {', '.join(never)} of {size} never taken"))
        return sorted(lines + branches)

    def covered(self) -> tuple[int, int]:
        counts = [count for taken in self.branches.values() for count in taken]
        return sum(count > 0 for count in counts), len(counts)


def read_counts(folder: pathlib.Path, sources: list[str]) -> dict[str, File]:
    files = {}
    for source in sources:
        path = pathlib.Path(source)
        notes = list(folder.glob(f"{path.parent}/CMakeFiles/*.dir/{path.name}.gcno"))
        if len(notes) != 1:
            sys.exit(f"coverage.py: {source} was compiled {len(notes)} times, not once")
        report = run(["gcov", "--json-format", "--branch-probabilities", "--stdout", str(notes[0])],
                     stderr=subprocess.DEVNULL, cwd=folder, check=True).stdout
        files[source] = File()
        for reported in json.loads(report)["files"]:
            if (folder / reported["file"]).resolve() != ROOT / source:
                continue
            for line in reported["lines"]:
                files[source].add(line)
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "coverage", help="where to build")
    parser.add_argument("--jobs", type=int, default=2, help="compilers at a time")
    parser.add_argument("--only-acl", action="store_true", help=f"leave out {VERIFY}, which takes longest to build")
    options = parser.parse_args()

    sources = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "acl").glob("*.cc"))
    programs = list(ACL_PROGRAMS)
    if not options.only_acl:
        sources.append(VERIFY)
        programs += PIPELINE_PROGRAMS
    build_and_run(options.folder.resolve(), programs, options.jobs)

    missing = 0
    taken = total = 0
    for source, file in read_counts(options.folder.resolve(), sources).items():
        text = (ROOT / source).read_text().splitlines()
        covered, branches = file.covered()
        taken, total = taken + covered, total + branches
        print(f"{source}: {covered} of {branches} branches")
        for number, what in file.missing():
            print(f"  {source}:{number}: {what}: {text[number - 1].strip()}")
            missing += 1
    print(f"{taken} of {total} branches taken, {missing} lines with something missing")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
