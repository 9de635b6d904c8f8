#!/usr/bin/env bash
# Fetches what the emulated Pi is made of: Debian trixie's arm64 packages, which Raspberry Pi OS is built on. Uses apt with a state of its
# own, so that this machine's packages are not touched, and takes the mirror's address from this machine's own sources. apt checks every
# signature and hash. Leaves: DIR/debs.list, the packages' files, each with its full path.
#
#   debian.sh DIR
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
dir=$1
suite=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
host_architecture=$(dpkg --print-architecture)

# What makes a small Debian that dpkg can install into, and what stands on a Pi beside the gate.
system=(base-files base-passwd bash coreutils dash debconf debianutils diffutils dpkg findutils grep gzip hostname init-system-helpers
  libc-bin mount ncurses-base passwd perl-base procps sed sysvinit-utils tar util-linux tzdata ca-certificates
  kmod udev systemd systemd-sysv dbus polkitd e2fsprogs adduser)
needs=(openjdk-25-jre-headless pcscd vsmartcard-vpcd libpcsclite1 gpiod v4l-utils)

say() { printf 'pi: %s\n' "$*" >&2; }

# The address of the mirror with this label, as this machine's apt has it.
mirror() {
  apt-get indextargets --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' | awk -F'|' -v label="$1" '$1 == label { print $2; exit }'
}

apt_here() {
  local verb=$1
  shift
  "$verb" -q -o Dir::Etc="$dir/etc" -o Dir::Etc::netrcparts=/etc/apt/auth.conf.d -o Dir::State="$dir/state" \
    -o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=root -o APT::Architecture=arm64 \
    -o APT::Architectures::=arm64 -o APT::Architectures::="$host_architecture" -o APT::Install-Recommends=false \
    -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

mkdir -p "$dir"/etc/{apt.conf.d,preferences.d,sources.list.d} "$dir"/state/lists/partial "$dir"/cache/archives/partial
: >"$dir/status"
main=$(mirror Debian)
security=$(mirror Debian-Security)
[ -n "$main" ] || { say "this machine's apt has no source labelled Debian; its mirror is where the packages would come from"; exit 1; }
{
  echo "deb [signed-by=$keyring] $main $suite main"
  echo "deb [signed-by=$keyring] $main $suite-updates main"
  [ -z "$security" ] || echo "deb [signed-by=$keyring] $security $suite-security main"
} >"$dir/etc/sources.list"
say "asking the Debian mirror of this machine for $suite's index"
apt_here apt-get update >"$dir/update.log" 2>&1 || { cat "$dir/update.log" >&2; exit 1; }
kernel=$(apt_here apt-cache depends linux-image-arm64 | sed -n 's/^ *Depends: \(linux-image-6[^ ]*\)$/\1/p' | head -1)
release=${kernel#linux-image-}
# linux-headers-<release> needs the kbuild programs of this machine's own architecture: they run here.
say "fetching $suite for arm64 and the kernel $release"
common=$(apt_here apt-cache depends "linux-headers-$release" | sed -n 's/^ *Depends: \(linux-headers-[^ ]*common\)$/\1/p')
kbuild=$(apt_here apt-cache depends "linux-headers-$release" | sed -n 's/^ *Depends: \(linux-kbuild-[^ :]*\).*$/\1/p' | head -1)
version=$(apt_here apt-cache show "$kernel" | sed -n 's/^Version: //p' | head -1)
apt_here apt-get -y install --download-only "${system[@]}" "${needs[@]}" >"$dir/download.log" 2>&1 || { tail -20 "$dir/download.log" >&2; exit 1; }
apt_here apt-get -y install --print-uris "${system[@]}" "${needs[@]}" -o Dir::Cache::archives="$dir/none" 2>/dev/null \
  | sed -n "s#^'[^']*' \([^ ]*\.deb\) .*#$dir/cache/archives/\1#p" >"$dir/debs.list"
mkdir -p "$dir/kernel"
(cd "$dir/kernel" && apt_here apt-get download "$kernel" "linux-headers-$release=$version" "$common" "$kbuild:$host_architecture" "libc6:$host_architecture" \
  "linux-source-$(cut -d. -f1,2 <<<"$release")=$version" busybox-static:arm64) >>"$dir/download.log" 2>&1 || { tail -20 "$dir/download.log" >&2; exit 1; }
echo "$release" >"$dir/release"
say "$(wc -l <"$dir/debs.list") packages and kernel $release ($version) are here"
