#!/usr/bin/env bash
# Makes the Python stubs of the API with Debian's protoc. Nothing it makes belongs under version control.
#
#   proto/python/generate.sh [FOLDER]    default: build/python; put that folder on PYTHONPATH, then `from usher.v1 import ...`
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=${1:-$root/build/python}
plugin=$(command -v grpc_python_plugin) || {
  echo "generate: grpc_python_plugin is missing; run deploy/install-deps.sh" >&2
  exit 1
}
mkdir -p "$out"
cd "$root/proto"
protoc -I. --python_out="$out" --grpc_python_out="$out" --plugin=protoc-gen-grpc_python="$plugin" usher/v1/*.proto
echo "generate: stubs are in $out; use them with PYTHONPATH=$out /usr/bin/python3"
