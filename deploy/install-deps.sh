#!/usr/bin/env bash
# Installs every Debian package that building, testing and the quickstart need. deploy/DEPENDENCIES.md says why each is there.
#
#   deploy/install-deps.sh           install what is missing; needs root or sudo
#   deploy/install-deps.sh --check   change nothing; print what is missing and exit 1 if anything is
#
# Can be run any number of times. Supports Debian 12 (bookworm) only and exits 2 anywhere else.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

readonly PACKAGES=(
  # Compiler and build
  build-essential cmake ninja-build ccache pkg-config
  # Transport and API
  libgrpc++-dev protobuf-compiler-grpc protobuf-compiler libprotobuf-dev libabsl-dev libssl-dev libcurl4-openssl-dev
  # Search and storage
  libfaiss-dev libopenblas-dev libhwy-dev librocksdb-dev flatbuffers-compiler libflatbuffers-dev
  libxxhash-dev zlib1g-dev libroaring-dev libjemalloc-dev
  # Text
  libicu-dev libgumbo-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libre2-dev libphonenumber-dev
  # Configuration, command line, logs, metrics
  libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libspdlog-dev prometheus-cpp-dev libcpp-httplib-dev
  # Tests and checks
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev clang-format clang-tidy shellcheck
  # Python client, scripts, and the documents that the quickstart loads
  python3 python3-grpcio python3-protobuf python3-yaml openssl linux-doc-6.1
)
readonly DOCUMENTS=/usr/share/doc/linux-doc-6.1

fail() {
  echo "install-deps: $1" >&2
  exit "${2:-1}"
}

require_debian_12() {
  local id="" version=""
  if [[ -r /etc/os-release ]]; then
    # shellcheck source=/dev/null
    id=$(. /etc/os-release && echo "${ID:-}")
    # shellcheck source=/dev/null
    version=$(. /etc/os-release && echo "${VERSION_ID:-}")
  fi
  [[ $id == debian && $version == 12 ]] ||
    fail "this is '${id:-unknown} ${version:-}'; only Debian 12 (bookworm) is supported. Build in a debian:bookworm container." 2
}

missing_packages() {
  local installed package
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${PACKAGES[@]}" 2>/dev/null | sort -u || true)
  for package in "${PACKAGES[@]}"; do
    grep -qxF "installed $package" <<<"$installed" || echo "$package"
  done
}

# Slim container images tell dpkg to leave out /usr/share/doc, which is where this package keeps everything.
documents_missing() {
  [[ ! -r $DOCUMENTS/MAINTAINERS.gz || ! -d $DOCUMENTS/Documentation/networking ]]
}

# Archives go to a folder of our own: images with a clean-up hook delete the usual one while another apt-get is still using it.
install_packages() {
  local as_root=() archives options
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null || fail "needs root: run it as root, or install sudo. Missing: $*"
    as_root=(sudo env "DEBIAN_FRONTEND=$DEBIAN_FRONTEND")
  fi
  archives=$(mktemp -d)
  # shellcheck disable=SC2064 # expanded now on purpose: the variable is local and gone when the trap runs
  trap "${as_root[*]:0:1} rm -rf '$archives'" EXIT
  mkdir "$archives/partial"
  chmod 755 "$archives"
  options=(-q -y --no-install-recommends -o "Dir::Cache::archives=$archives" -o DPkg::Lock::Timeout=300
    -o Acquire::Retries=3 -o "Dpkg::Options::=--path-include=$DOCUMENTS/*")
  "${as_root[@]}" apt-get -q update -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 ||
    fail "apt-get update failed: see its message above; the network and /etc/apt/sources.list are the usual causes"
  "${as_root[@]}" apt-get install "${options[@]}" "$@" ||
    fail "apt-get install failed: see its message above, then run this script again"
  if documents_missing; then
    "${as_root[@]}" apt-get install --reinstall "${options[@]}" linux-doc-6.1 || fail "could not reinstall linux-doc-6.1"
  fi
}

main() {
  local missing=()
  require_debian_12
  mapfile -t missing < <(missing_packages)
  case "${1:-}" in
    "") ;;
    --check)
      [[ ${#missing[@]} -eq 0 ]] || printf '%s\n' "${missing[@]}"
      [[ ${#missing[@]} -gt 0 ]] || ! documents_missing || echo "linux-doc-6.1 (installed without its documents)"
      [[ ${#missing[@]} -eq 0 ]] && ! documents_missing
      return
      ;;
    *) fail "unknown argument '$1'; usage: deploy/install-deps.sh [--check]" 2 ;;
  esac
  if [[ ${#missing[@]} -eq 0 ]] && ! documents_missing; then
    echo "install-deps: all ${#PACKAGES[@]} packages are installed"
    return
  fi
  echo "install-deps: installing ${missing[*]:-the documents of linux-doc-6.1}"
  install_packages "${missing[@]:-linux-doc-6.1}"
  mapfile -t missing < <(missing_packages)
  [[ ${#missing[@]} -eq 0 ]] || fail "still missing after apt-get succeeded: ${missing[*]}"
  documents_missing && fail "$DOCUMENTS is still incomplete after reinstalling linux-doc-6.1"
  echo "install-deps: all ${#PACKAGES[@]} packages are installed"
}

main "$@"
