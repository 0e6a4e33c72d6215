#!/usr/bin/env bash
# Builds the project and runs its tests. Works from a bare clone, can be repeated, and leaves nothing running.
#
#   tests/run.sh [--preset dev|release|asan|tsan] [FILTER]
#
# FILTER is a regular expression over test names. The sanitizer presets run the tests labelled `fast`; the others run all
# but those labelled `bench`. Installs missing Debian packages with deploy/install-deps.sh first, which needs root or sudo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  echo "usage: tests/run.sh [--preset dev|release|asan|tsan] [FILTER]" >&2
  exit 2
}

preset=dev
filter=""
while [[ $# -gt 0 ]]; do
  case "$1" in
    --preset)
      [[ ${2:-} =~ ^(dev|release|asan|tsan)$ ]] || usage
      preset=$2
      shift 2
      ;;
    -*) usage ;;
    *)
      [[ -z $filter ]] || usage
      filter=$1
      shift
      ;;
  esac
done

deploy/install-deps.sh --check >/dev/null || deploy/install-deps.sh

jobs=$(nproc)
log=build/$preset/tests.log
began=$SECONDS
mkdir -p "build/$preset"
rm -f "$log"
cmake --preset "$preset" >"build/$preset/configure.log" 2>&1 || {
  cat "build/$preset/configure.log" >&2
  echo "tests/run.sh: cmake --preset $preset failed; see its message above" >&2
  exit 1
}
cmake --build --preset "$preset" -j "$jobs"
built=$SECONDS

selection=(--label-exclude '^bench$')
[[ $preset == asan || $preset == tsan ]] && selection=(--label-regex '^fast$')
[[ -n $filter ]] && selection+=(--tests-regex "$filter")

# A process group of their own: whatever a test leaves behind ends with them, also when this script is interrupted.
group=""
trap '[[ -z $group ]] || kill -KILL -- "-$group" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM
set -m
ctest --preset "$preset" -j "$jobs" --no-tests=error "${selection[@]}" >"$log" 2>&1 &
group=$!
set +m
result=0
wait "$group" || result=$?

if [[ $result -ne 0 ]]; then
  cat "$log"
else
  sed -n '/tests passed/,$p' "$log"
fi
echo "tests/run.sh: preset $preset: $([[ $result -eq 0 ]] && echo passed || echo FAILED)," \
  "build $((built - began)) s, tests $((SECONDS - built)) s, log in $log"
exit "$result"
