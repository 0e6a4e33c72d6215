#!/usr/bin/env bash
# Shows Usher at work on real documents with real rules: the Linux kernel's documentation and its MAINTAINERS file.
#
#   deploy/quickstart.sh [--keep]
#
# From a bare clone on Debian 12: installs missing packages (root or sudo), builds the release preset where needed, starts a
# server on a free loopback port with everything under .quickstart/, loads, asks, revokes. --keep leaves the server
# running; without it nothing keeps running, however the script ends. Each run starts from an empty .quickstart/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 077
unset "${!USHER_@}" # settings and credentials of whoever runs this are meant for another server

readonly HOME_DIR=.quickstart BIN=build/release/bin PYTHON=/usr/bin/python3
readonly COLLECTION=linux-doc QUESTION="how are checksums computed and verified"
readonly FILESYSTEMS=user:tytso@mit.edu NETWORKING=user:kuba@kernel.org STRANGER=user:stranger@example.org
readonly NETWORKING_GROUP=group:maintainers/networking-general
SERVER_PID=""
KEEP=false

die() {
  echo "quickstart: $1" >&2
  exit 1
}

heading() {
  local bold="" plain=""
  [[ ! -t 1 || -n ${NO_COLOR:-} ]] || { bold=$'\e[1m' plain=$'\e[0m'; }
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}

# Runs the client with a key file and shows the command as one could type it.
show() {
  local key=$1
  shift
  printf '$ %s' "$BIN/usher --key-file $HOME_DIR/$key.key"
  printf ' %s' "${@@Q}" | sed -E "s/'([A-Za-z0-9@:.,/_=+-]+)'/\1/g"
  printf '\n'
  "$BIN/usher" --key-file "$HOME_DIR/$key.key" "$@"
}

# The same for a command whose answer may rightly be no.
show_refusal() {
  show "$@" || echo "(exit code $?)"
}

quiet() {
  local key=$1
  shift
  "$BIN/usher" --key-file "$HOME_DIR/$key.key" "$@"
}

stop_server() {
  local status=$?
  trap - EXIT
  if [[ -n $SERVER_PID ]] && { [[ $KEEP != true ]] || [[ $status -ne 0 ]]; }; then
    kill "$SERVER_PID" 2>/dev/null || true
    timeout 20 tail --pid="$SERVER_PID" -s 0.2 -f /dev/null || kill -KILL "$SERVER_PID" 2>/dev/null || true
    rm -f "$HOME_DIR/usherd.pid"
  fi
  [[ $status -eq 0 ]] || echo "quickstart: stopped before its end; the server's log is $HOME_DIR/usherd.log" >&2
  exit "$status"
}

# A server of an earlier run with --keep works in the folder that this run would empty.
refuse_second_server() {
  local pid
  pid=$(cat "$HOME_DIR/usherd.pid" 2>/dev/null) || return 0
  [[ $(cat "/proc/$pid/comm" 2>/dev/null) != usherd ]] || die "the server of an earlier run is still there; stop it with: kill $pid"
}

build() {
  heading "Building (the first time takes some minutes)"
  cmake --preset release >"$HOME_DIR/configure.log" 2>&1 || {
    tail -n 30 "$HOME_DIR/configure.log" >&2
    die "cmake --preset release failed; see above"
  }
  cmake --build --preset release -j "$(nproc)" --target usherd usher
}

server_command() {
  echo "$BIN/usherd serve --data $HOME_DIR/data --listen $1"
}

# The first keys are made on the data folder itself, which takes its owner on this machine and no password.
make_key() {
  local name=$1
  shift
  "$BIN/usherd" keys create --data "$HOME_DIR/data" --tenant quickstart "$@" \
    >"$HOME_DIR/$name.key" 2>>"$HOME_DIR/usherd.log" || die "no key could be made: $(tail -n 3 "$HOME_DIR/usherd.log")"
}

start_server() {
  make_key admin --principal user:admin --role administrator
  make_key app --principal service:quickstart --role reader --delegate
  # shellcheck disable=SC2046 # words of a command that this script wrote itself
  setsid $(server_command 127.0.0.1:0) >>"$HOME_DIR/usherd.log" 2>&1 &
  SERVER_PID=$!
  echo "$SERVER_PID" >"$HOME_DIR/usherd.pid"
  local port="" deadline=$((SECONDS + 60))
  while [[ -z $port ]]; do
    kill -0 "$SERVER_PID" 2>/dev/null || die "usherd ended: $(tail -n 5 "$HOME_DIR/usherd.log")"
    [[ $SECONDS -lt $deadline ]] || die "usherd was not ready within 60 s; see $HOME_DIR/usherd.log"
    sleep 0.1
    port=$(sed -n 's/^usherd ready on port //p' "$HOME_DIR/usherd.log")
  done
  export USHER_SERVER=127.0.0.1:$port
}

load() {
  heading "Loading the kernel's documentation with the rules of its MAINTAINERS file"
  local began=$SECONDS
  "$PYTHON" deploy/quickstart/linux_doc.py "$HOME_DIR/corpus"
  quiet admin collection create "$COLLECTION" >/dev/null
  show admin group import "$HOME_DIR/corpus/members.jsonl"
  show admin ingest "$COLLECTION" "$HOME_DIR/corpus/documents.jsonl"
  show admin status
  echo "Loaded in $((SECONDS - began)) s."
}

ask() {
  heading "One question, three people: a file system maintainer, a networking maintainer, a stranger"
  local person
  for person in "$FILESYSTEMS" "$NETWORKING" "$STRANGER"; do
    show_refusal app --as "$person" search "$COLLECTION" "$QUESTION" -k 3
    echo
  done
  heading "Why may the first read what was found?"
  show admin explain "$FILESYSTEMS" "$COLLECTION/filesystems/ext4/checksums.rst"
  heading "And why not the second?"
  show_refusal admin explain "$NETWORKING" "$COLLECTION/filesystems/ext4/checksums.rst"
}

poison() {
  heading "A planted document, as it was written; what nobody would see stands in ⟦ ⟧"
  local planted=$HOME_DIR/corpus/planted.jsonl
  "$PYTHON" deploy/quickstart/poison.py document group:maintainers/ext4-file-system >"$planted"
  "$PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["text"], end="")' <"$planted" |
    "$PYTHON" deploy/quickstart/poison.py show | sed 's/^/  | /'
  quiet admin ingest "$COLLECTION" "$planted" >/dev/null
  heading "The same document as it leaves: cleaned, with its findings"
  show app --as "$FILESYSTEMS" get "$COLLECTION/planted/build-volume.md#0"
}

revoke() {
  heading "A revocation, and the very next answer"
  show admin group remove "$NETWORKING_GROUP" "$NETWORKING"
  show_refusal app --as "$NETWORKING" search "$COLLECTION" "$QUESTION" -k 3
  show admin group add "$NETWORKING_GROUP" "$NETWORKING"
}

next_steps() {
  heading "What to do next"
  if [[ $KEEP == true ]]; then
    echo "The server keeps running; stop it with: kill $SERVER_PID"
  else
    echo "The server was stopped; its data is still there. Start it again with:"
    echo "  $(server_command "$USHER_SERVER") &"
  fi
  cat <<END
  export USHER_SERVER=$USHER_SERVER
  $BIN/usher --key-file $HOME_DIR/app.key --as $NETWORKING search $COLLECTION "how does the kernel time stamp packets"
  $BIN/usher --key-file $HOME_DIR/admin.key check $STRANGER $COLLECTION/process/howto.rst
  $BIN/usher --key-file $HOME_DIR/admin.key rules show $COLLECTION/process/howto.rst
  $BIN/usher --help
The README shows the same from Python.
END
}

main() {
  case "${1:-}" in
    "") ;;
    --keep) KEEP=true ;;
    *)
      echo "usage: deploy/quickstart.sh [--keep]" >&2
      exit 2
      ;;
  esac
  local began
  deploy/install-deps.sh --check >/dev/null || deploy/install-deps.sh
  refuse_second_server
  rm -rf "$HOME_DIR"
  mkdir -p "$HOME_DIR/data"
  build
  began=$SECONDS
  trap stop_server EXIT
  trap 'exit 130' INT TERM HUP
  start_server
  load
  ask
  poison
  revoke
  heading "Done in $((SECONDS - began)) s after the build"
  next_steps
}

main "$@"
