#!/usr/bin/env bash
# Makes redis-server, redis-cli, valkey-server, valkey-cli, prometheus, promtool and a Chromium available to the tests and prints where the
# servers and the browser are. Looked for in $REDIS_SERVER / $VALKEY_SERVER / $PROMETHEUS_SERVER (the cli beside it) / $CHROMIUM, on the
# PATH, in .cache/servers/bin. What is missing is fetched with apt and unpacked into .cache/servers: no root, no installation, no service
# started. Two runs at once are safe. test/support/server-binaries.ts looks in the same places in the same order.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$repository/.cache/servers
apt=$cache/apt
log=$cache/provision.log

fail() {
  echo "provision-servers: $1. Install redis-server, valkey-server, prometheus and chromium (apt, brew, dnf…), or set REDIS_SERVER, VALKEY_SERVER, PROMETHEUS_SERVER and CHROMIUM to their paths." >&2
  exit 1
}

given() {
  case $1 in redis) echo "${REDIS_SERVER:-}" ;; valkey) echo "${VALKEY_SERVER:-}" ;; prometheus) echo "${PROMETHEUS_SERVER:-}" ;; chromium) echo "${CHROMIUM:-}" ;; esac
}

# program_names redis server → redis-server
program_names() {
  case $1-$2 in
    prometheus-server) echo prometheus ;;
    prometheus-cli) echo promtool ;;
    chromium-*) echo chromium chromium-headless-shell google-chrome chrome ;;
    *) echo "$1-$2" ;;
  esac
}

# find_binary redis server → the path of redis-server
find_binary() {
  local name given
  given=$(given "$1")
  [ -z "$given" ] || [ "$2" != server ] || { echo "$given" && return; }
  for name in $(program_names "$1" "$2"); do
    [ -z "$given" ] || [ ! -x "$(dirname "$given")/$name" ] || { echo "$(dirname "$given")/$name" && return; }
    command -v "$name" && return
  done
  for name in $(program_names "$1" "$2"); do
    [ ! -x "$cache/bin/$name" ] || { echo "$cache/bin/$name" && return; }
  done
  return 1
}

missing() {
  local kind
  for kind in redis valkey prometheus; do
    find_binary "$kind" server >/dev/null && find_binary "$kind" cli >/dev/null || echo "$kind"
  done
  find_binary chromium server >/dev/null || echo chromium
}

packages() {
  case $1 in
    # The tools package suffices, it holds the server too: redis-server is redis-check-rdb under another name.
    redis | valkey) echo "$1-tools" ;;
    prometheus) echo prometheus ;;
    # The common package has data that the shell starts with; on a system without fonts no text would be drawn.
    chromium) echo chromium-headless-shell chromium-common fonts-liberation ;;
  esac
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

update() {
  rm -rf "$apt"
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,sources.list.d}
  cp /etc/apt/sources.list "$apt/" 2>/dev/null || touch "$apt/sources.list"
  cp /etc/apt/sources.list.d/*.{list,sources} "$apt/sources.list.d/" 2>/dev/null || true
  # A broken third-party source fails the update as a whole, yet everything else has arrived: the download decides.
  private_apt apt-get update || true
  [[ " $* " == *' valkey-tools '* ]] && ! private_apt apt-cache show valkey-tools >/dev/null 2>&1 || return 0
  add_backports "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
  private_apt apt-get update || true
}

# What the packages are linked with and the system lacks. The rest of their dependencies is for services, desktops and web pages (libjs-*).
libraries_of() {
  local linked
  linked=$(private_apt apt-cache depends --important "$@" | awk '$1 == "Depends:" && $2 ~ /^lib/ && $2 !~ /^libjs-/ { print $2 }')
  private_apt apt-get --simulate --no-install-recommends --no-upgrade install $linked | awk '$1 == "Inst" && $2 ~ /^lib/ { print $2 }'
}

# fetch redis-tools → it and its libraries, unpacked into .cache/servers/root
fetch() {
  local libraries
  update "$@"
  libraries=$(libraries_of "$@")
  (cd "$apt/cache/archives" && private_apt apt-get download "$@" $libraries)
  printf '%s\0' "$apt"/cache/archives/*.deb | xargs -0 -P "$(nproc)" -I{} dpkg-deb --extract {} "$cache/root"
  rm -rf "$apt"
}

# The same letters on every machine, whatever fonts it has.
install_fonts() {
  mkdir -p "$cache/root/etc/fonts"
  cat >"$cache/root/etc/fonts/fonts.conf" <<'FONTS'
<fontconfig>
  <dir prefix="relative">../../usr/share/fonts</dir>
  <cachedir prefix="relative">../../var/cache/fontconfig</cachedir>
  <alias><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
  <match><edit name="family" mode="append_last"><string>Liberation Sans</string></edit></match>
</fontconfig>
FONTS
}

# Relative to itself, so that the cache may be moved or restored elsewhere; `exec`, so that signals reach the program itself.
install_program() {
  local name=$1 program=$2 libraries
  libraries=$(cd "$cache/root" && shopt -s nullglob && printf '$root/%s:' {usr/,}lib/*-linux-gnu*{,/pulseaudio})
  cat >"$cache/bin/.$name" <<WRAPPER
#!/bin/sh
root=\$(cd "\${0%/*}/../root" && pwd)
export LD_LIBRARY_PATH="${libraries%:}\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="\$root/etc/fonts/fonts.conf"
exec "\$root/$program" "\$@"
WRAPPER
  chmod +x "$cache/bin/.$name"
  "$cache/bin/.$name" --version
  mv "$cache/bin/.$name" "$cache/bin/$name"
}

provision() {
  local kind
  fetch $(for kind in "$@"; do packages "$kind"; done)
  mkdir -p "$cache/bin"
  for kind in "$@"; do
    case $kind in
      redis | valkey)
        ln -sf "$kind-check-rdb" "$cache/root/usr/bin/$kind-server"
        install_program "$kind-cli" "usr/bin/$kind-cli"
        install_program "$kind-server" "usr/bin/$kind-server"
        ;;
      prometheus)
        install_program promtool usr/bin/promtool
        install_program prometheus usr/bin/prometheus
        ;;
      chromium)
        install_fonts
        install_program chromium-headless-shell usr/lib/chromium/chromium-headless-shell
        ;;
    esac
  done
}

for kind in redis valkey prometheus chromium; do
  given=$(given "$kind")
  [ -z "$given" ] || [ -x "$given" ] || fail "'$given' is not an executable file"
done
if [ -n "$(missing)" ]; then
  command -v apt-get >/dev/null && command -v flock >/dev/null || fail "$(echo $(missing)) not found, and this is no Debian or Ubuntu to fetch from"
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
for kind in redis valkey prometheus chromium; do find_binary "$kind" server; done
