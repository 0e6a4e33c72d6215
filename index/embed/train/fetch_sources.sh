#!/usr/bin/env bash
# Downloads every source named in sources.py into the folder given: debs/, git/ and minilm/. Needs Debian 12.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out/archives" "$out/debs" "$out/git" "$out/minilm"
out=$(cd "$out" && pwd)

cd "$out/archives"
packages=$(cd "$here" && python3 -c 'import sources; print(*sources.DEBIAN)')
# shellcheck disable=SC2086 # a list of package names
apt-get download $packages
for archive in *.deb; do
  mkdir -p "$out/debs/${archive%%_*}"
  dpkg-deb -x "$archive" "$out/debs/${archive%%_*}"
done

cd "$here"
python3 -c 'import sources
for name, (commit, _, _) in sources.GIT.items(): print(name, commit)' | while read -r name commit; do
  repository="$out/git/${name##*/}.git"
  git init -q --bare "$repository"
  git --git-dir="$repository" fetch -q --depth 1 "https://github.com/$name" "$commit"
done

model=$(python3 -c 'import importlib.util; print(importlib.util.find_spec("all_minilm_l6_v2").submodule_search_locations[0])')
unzip -q -o "$model/model.zip" -d "$out/minilm"
