#!/usr/bin/env bash
# Makes redis-server, redis-cli, valkey-server, valkey-cli, prometheus and promtool available to the tests and prints where the servers
# are. Looked for in $REDIS_SERVER / $VALKEY_SERVER / $PROMETHEUS_SERVER (the cli beside it), on the PATH, in .cache/servers/bin. What is
# missing is fetched with apt and unpacked into .cache/servers: no root, no installation, no service started. Two runs at once are safe.
# test/support/server-binaries.ts looks in the same places in the same order.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$repository/.cache/servers
log=$cache/provision.log

fail() {
  echo "provision-servers: $1. Install redis-server, valkey-server and prometheus (apt, brew, dnf…), or set REDIS_SERVER, VALKEY_SERVER and PROMETHEUS_SERVER to their paths." >&2
  exit 1
}

binary_name() {
  case $1-$2 in prometheus-server) echo prometheus ;; prometheus-cli) echo promtool ;; *) echo "$1-$2" ;; esac
}

# find redis server → the path of redis-server
find_binary() {
  local name given
  name=$(binary_name "$1" "$2")
  case $1 in redis) given=${REDIS_SERVER:-} ;; valkey) given=${VALKEY_SERVER:-} ;; prometheus) given=${PROMETHEUS_SERVER:-} ;; esac
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
  for kind in redis valkey prometheus; do
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

# fetch redis valkey prometheus → their packages, unpacked into .cache/servers/root
fetch() {
  local kind package packages=()
  # The tools packages suffice, they hold the servers too: redis-server is redis-check-rdb under another name.
  for kind in "$@"; do [ "$kind" = prometheus ] || packages+=("$kind-tools"); done
  apt=$cache/apt
  rm -rf "$apt"
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,sources.list.d}
  cp /etc/apt/sources.list "$apt/" 2>/dev/null || touch "$apt/sources.list"
  cp /etc/apt/sources.list.d/*.{list,sources} "$apt/sources.list.d/" 2>/dev/null || true

  # A broken third-party source fails the update as a whole, yet everything else has arrived: the install decides.
  private_apt apt-get update || true
  for package in ${packages[@]+"${packages[@]}"}; do
    private_apt apt-cache show "$package" >/dev/null 2>&1 && continue
    add_backports "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
    private_apt apt-get update || true
    break
  done
  [ "${#packages[@]}" = 0 ] || private_apt apt-get --yes --no-install-recommends --download-only --reinstall install "${packages[@]}"
  # Without its dependencies, which are for its pages and for its service: the program is linked with the C library alone.
  [[ " $* " != *' prometheus '* ]] || (cd "$apt/cache/archives" && private_apt apt-get download prometheus)
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

# Needs no library of the cache, hence no wrapper.
install_link() {
  "$cache/root/usr/bin/$1" --version
  ln -sf "../root/usr/bin/$1" "$cache/bin/$1"
}

provision() {
  local kind
  fetch "$@"
  mkdir -p "$cache/bin"
  for kind in "$@"; do
    if [ "$kind" = prometheus ]; then
      install_link promtool
      install_link prometheus
      continue
    fi
    ln -sf "$kind-check-rdb" "$cache/root/usr/bin/$kind-server"
    install_wrapper "$kind-cli" "$kind-cli"
    install_wrapper "$kind-server" "$kind-server"
  done
}

for given in "${REDIS_SERVER:-}" "${VALKEY_SERVER:-}" "${PROMETHEUS_SERVER:-}"; do
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
find_binary prometheus server
