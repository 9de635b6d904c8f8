#!/usr/bin/env bash
# Makes what ./portvakt pi-test boots, unless it is there already: 260 MB of downloads and about four minutes the first time, nothing
# after that until one of these scripts changes. Everything is kept in CACHE; deleting it is safe.
#
#   image.sh CACHE
set -euo pipefail
cache=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
machine=(-M virt,gic-version=3 -cpu cortex-a72 -smp 2 -m 1024 -accel tcg,thread=multi)

say() { printf 'pi: %s\n' "$*" >&2; }
# Of what a step is made: a part is made again when its own scripts, or those of a step before it, have changed.
key() { cat "$@" | sha256sum | cut -c 1-16; }
is_made() { [ "$(cat "$cache/$1.key" 2>/dev/null)" = "$2" ]; }
made() { echo "$2" >"$cache/$1.key"; }

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
packages=$(key "$here/debian.sh")
kernel=$(key "$here"/{debian.sh,kernel.sh})
boot=$(key "$here"/{debian.sh,kernel.sh,boot.sh,init,agent.c})
root=$(key "$here"/{debian.sh,kernel.sh,root.sh})
if ! is_made debian "$packages"; then
  "$here/debian.sh" "$cache/debian"
  made debian "$packages"
fi
if ! is_made kernel "$kernel"; then
  "$here/kernel.sh" "$cache/debian" "$cache/kernel"
  made kernel "$kernel"
fi
if ! is_made boot "$boot"; then
  "$here/boot.sh" "$cache/debian" "$cache/kernel" "$cache/initrd"
  made boot "$boot"
fi
if ! is_made root "$root"; then
  "$here/root.sh" "$cache/debian" "$cache/kernel" "$cache/root.img"
  rm -f "$cache"/installed-*.img
  made root "$root"
fi
if [ ! -s "$cache/pi.dtb" ]; then
  # The device tree of QEMU's machine, but that it says what Pi4J looks for on a Pi 4.
  qemu-system-aarch64 "${machine[@]/gic-version=3/gic-version=3,dumpdtb=$cache/pi.dtb.part}" -nic none -nographic >/dev/null 2>&1
  fdtput -t s "$cache/pi.dtb.part" / model "Raspberry Pi 4 Model B Rev 1.5"
  fdtput -t s "$cache/pi.dtb.part" / compatible linux,dummy-virt raspberrypi,4-model-b brcm,bcm2711
  mv "$cache/pi.dtb.part" "$cache/pi.dtb"
fi
say "the emulated Pi's files are in $cache ($(du -sh "$cache" | cut -f1))"
