#!/usr/bin/env bash
# Makes redis-server, redis-cli, valkey-server and valkey-cli available to the tests and prints where the servers are.
# Looked for in $REDIS_SERVER / $VALKEY_SERVER (the cli beside it), on the PATH, in .cache/servers/bin. What is missing is
# fetched with apt and unpacked into .cache/servers: no root, no installation, no service started. Two runs at once are safe.
# test/support/server-binaries.ts looks in the same places in the same order.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$repository/.cache/servers
log=$cache/provision.log

fail() {
  echo "provision-servers: $1. Install redis-server and valkey-server (apt, brew, dnf…), or set REDIS_SERVER and VALKEY_SERVER to their paths." >&2
  exit 1
}

# find redis server → the path of redis-server
find_binary() {
  local name=$1-$2 given
  case $1 in redis) given=${REDIS_SERVER:-} ;; valkey) given=${VALKEY_SERVER:-} ;; esac
  if [ "$2" = server ] && [ -n "$given" ]; then
    echo "$given"
  elif [ -n "$given" ] && [ -x "$(dirname "$given")/$name" ]; then
    echo "$(dirname "$given")/$name"
  else
    command -v "$name" || { [ -x "$cache/bin/$name" ] && echo "$cache/bin/$name"; }
  fi
}

missing() {
  local kind
  for kind in redis valkey; do
    find_binary "$kind" server >/dev/null && find_binary "$kind" cli >/dev/null || echo "$kind"
  done
}

# apt with lists, sources and archives of its own: the system's are read, never written, and no root is needed.
private_apt() {
  local tool=$1
  shift
  "$tool" -q -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts="$apt/sources.list.d" \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
    -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
    -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb-src::Sources::DefaultEnabled=false "$@"
}

# Valkey came to Debian 12 by backports: the same mirrors, another suite. Only consulted when the release itself has none.
add_backports() {
  local release=$1 mirror
  for mirror in $(private_apt apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' "Codename: $release" 'Component: main' 'Created-By: Packages' | sort -u); do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release-backports main"
  done >"$apt/sources.list.d/backports.list"
}

# The tools packages suffice, they hold the servers too: redis-server is redis-check-rdb under another name.
fetch() {
  local packages=("${@/%/-tools}") package
  apt=$cache/apt
  rm -rf "$apt"
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,sources.list.d}
  cp /etc/apt/sources.list "$apt/" 2>/dev/null || touch "$apt/sources.list"
  cp /etc/apt/sources.list.d/*.{list,sources} "$apt/sources.list.d/" 2>/dev/null || true

  # A broken third-party source fails the update as a whole, yet everything else has arrived: the install decides.
  private_apt apt-get update || true
  for package in "${packages[@]}"; do
    private_apt apt-cache show "$package" >/dev/null 2>&1 && continue
    add_backports "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
    private_apt apt-get update || true
    break
  done
  private_apt apt-get --yes --no-install-recommends --download-only --reinstall install "${packages[@]}"
  for package in "$apt"/cache/archives/*.deb; do dpkg-deb --extract "$package" "$cache/root"; done
  rm -rf "$apt"
}

# Relative to itself, so that the cache may be moved or restored elsewhere; `exec`, so that signals reach the server itself.
install_wrapper() {
  local name=$1 program=$2 libraries
  libraries=$(cd "$cache/root" && echo usr/lib/*-linux-gnu*)
  cat >"$cache/bin/.$name" <<WRAPPER
#!/bin/sh
root=\${0%/*}/../root
LD_LIBRARY_PATH=\$root/$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH} exec "\$root/usr/bin/$program" "\$@"
WRAPPER
  chmod +x "$cache/bin/.$name"
  "$cache/bin/.$name" --version
  mv "$cache/bin/.$name" "$cache/bin/$name"
}

provision() {
  local kind
  fetch "$@"
  mkdir -p "$cache/bin"
  for kind in "$@"; do
    ln -sf "$kind-check-rdb" "$cache/root/usr/bin/$kind-server"
    install_wrapper "$kind-cli" "$kind-cli"
    install_wrapper "$kind-server" "$kind-server"
  done
}

for given in "${REDIS_SERVER:-}" "${VALKEY_SERVER:-}"; do
  [ -z "$given" ] || [ -x "$given" ] || fail "'$given' is not an executable file"
done
if [ -n "$(missing)" ]; then
  command -v apt-get >/dev/null && command -v flock >/dev/null || fail "no server for $(echo $(missing)), and this is no Debian or Ubuntu to fetch one from"
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  kinds=$(missing)
  if [ -n "$kinds" ]; then
    # Not `provision … || fail`: to the left of `||` bash would run it without `set -e`.
    provision $kinds >"$log" 2>&1 &
    wait $! || fail "apt could not provide $(echo $kinds), see $log"
  fi
fi
find_binary redis server
find_binary valkey server
