#!/usr/bin/env bash
# Runs Usher and two peers (FAISS, Qdrant's engine) on one workload, one after the other, and prints what each reaches.
#
#   bench/usher_bench/beside_peers.sh PEERS [BIN]
#
# PEERS: folder of the peers' scripts, set up and built: peer_faiss.py and peer_qdrant.py, .peers/venv with what they need,
# .peers/data with the workload, .peers/faiss and .peers/qdrant with their indexes. BIN: folder of usher-bench and usherd, build/release/bin by
# default. Usher's runs are left in PEERS/results. Nothing else should run on the machine meanwhile; it takes some ten minutes.
set -euo pipefail

fail() {
  echo "beside_peers: $1" >&2
  exit 1
}

here=$(cd "$(dirname "$0")" && pwd)
[[ $# -eq 1 || $# -eq 2 ]] || fail "usage: $0 PEERS [BIN]"
peers=$(cd "$1" 2>/dev/null && pwd) || fail "there is no folder '$1'; the peers are no part of this project and must be set up first"
bin=$(cd "${2:-$here/../../build/release/bin}" 2>/dev/null && pwd) || fail "there is no folder '${2:-build/release/bin}'; build preset release"
python=$peers/.peers/venv/bin/python

[[ -x $bin/usher-bench ]] || fail "there is no $bin/usher-bench; build the target usher-bench"
[[ -x $python ]] || fail "there is no $python; make the peers' virtual environment"
for script in peer_faiss.py peer_qdrant.py; do
  [[ -r $peers/$script ]] || fail "there is no $peers/$script"
done
[[ -r $peers/.peers/data/x.npy ]] || fail "there is no workload in $peers/.peers/data; generate it first"
for peer in faiss qdrant; do
  [[ -d $peers/.peers/$peer ]] || fail "$peer has no index yet; run '$python peer_$peer.py build' in $peers"
done

cd "$peers"
export PEERS_DATA=$peers/.peers/data
mkdir -p results
"$bin/usher-bench" search --data "$PEERS_DATA" --mode inprocess --clients 1,2 --out results/usher.jsonl --strict-out results/usher_strict.jsonl
"$python" peer_faiss.py query
"$python" peer_qdrant.py query
"$bin/usher-bench" search --data "$PEERS_DATA" --mode grpc --clients 1,2,8 --out results/usher_grpc.jsonl --strict-out results/usher_grpc_strict.jsonl
"$python" "$here/../ratios.py" results
