"""A private copy of the checkout with a build of its own, in which files may be spoilt and tests built and run.

Guarantee: nothing outside the copy's folder is written. Not for concurrent use on one folder.
"""

import os
import pathlib
import re
import subprocess
from dataclasses import dataclass, field

# Plain and unoptimised: what counts is how soon one changed file is compiled and linked again.
CONFIGURE = ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O0", "-DUSHER_BENCH=OFF",
             "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=gold", "-DCMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE=PRE_TEST"]
BUILD_SECONDS = 3600


@dataclass(frozen=True)
class Program:
    """A test program, with what keeps its run short."""
    name: str
    filter: str = "*"
    environment: dict = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Run:
    """How a program ended: `failed` names the first test that noticed something; None if it passed."""
    failed: str | None
    output: str


class Sandbox:
    """The copy at `folder` of the checkout at `origin`; made, or brought up to date, when constructed."""

    def __init__(self, origin: pathlib.Path, folder: pathlib.Path, jobs: int):
        self.tree = folder / "tree"
        self.binaries = self.tree / "build" / "mutation"
        self._jobs = jobs
        # Paths below the copy count as relative, so that copies elsewhere find the same compiled files.
        self._environment = os.environ | {"CCACHE_BASEDIR": str(self.tree), "CCACHE_NOHASHDIR": "1"}
        self._copy(origin)
        self._command(["cmake", "-S", str(self.tree), "-B", str(self.binaries), *CONFIGURE], BUILD_SECONDS)

    def path(self, name: str) -> pathlib.Path:
        return self.tree / name

    def build(self, programs: list[Program]) -> str | None:
        """What the compiler said if it failed, else None."""
        targets = sorted({program.name for program in programs})
        built = self._run(["ninja", "-C", str(self.binaries), f"-j{self._jobs}", *targets], BUILD_SECONDS)
        return None if built.returncode == 0 else built.stdout

    def run(self, program: Program, seconds: float) -> Run:
        """Runs until the first test fails or `seconds` have passed; a crash and a run without end are failures."""
        command = [str(self.binaries / "bin" / program.name), f"--gtest_filter={program.filter}", "--gtest_fail_fast"]
        try:
            ended = self._run(command, seconds, program.environment)
        except subprocess.TimeoutExpired as expired:
            output = (expired.stdout or b"").decode(errors="replace")
            return Run(f"{_last(r' RUN      ', output)} (never ended)", output)
        if ended.returncode == 0 and "[  PASSED  ] 0 tests" in ended.stdout:
            raise RuntimeError(f"{program.name} has no test that matches {program.filter}")
        if ended.returncode == 0:
            return Run(None, ended.stdout)
        if ended.returncode < 0:
            return Run(f"{_last(r' RUN      ', ended.stdout)} (crashed)", ended.stdout)
        return Run(_last(r'  FAILED  ', ended.stdout), ended.stdout)

    def _copy(self, origin: pathlib.Path) -> None:
        """Files whose content is the same keep their time, so that they are not built again."""
        listed = subprocess.run(["git", "-C", str(origin), "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], check=True, capture_output=True).stdout
        names = {name for name in listed.decode().split("\0") if name and (origin / name).is_file()}
        for name in names:
            content = (origin / name).read_bytes()
            copy = self.tree / name
            if not copy.is_file() or copy.read_bytes() != content:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(content)
                copy.chmod((origin / name).stat().st_mode)
        for copy in [path for path in self.tree.rglob("*") if path.is_file()]:
            name = copy.relative_to(self.tree).as_posix()
            if name not in names and not name.startswith("build/"):
                copy.unlink()

    def _command(self, command: list[str], seconds: float) -> None:
        ended = self._run(command, seconds)
        if ended.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{ended.stdout}")

    def _run(self, command: list[str], seconds: float, environment: dict | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(["nice", *command], env=self._environment | (environment or {}), timeout=seconds,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")


def _last(mark: str, output: str) -> str:
    """The first test under a FAILED mark, or the last one under any other."""
    found = re.findall(rf"\[{mark}\] ([\w/]+\.[\w/]+)", output)
    if not found:
        return "before the first test"
    return found[0] if "FAILED" in mark else found[-1]
