#!/usr/bin/env bash
# Takes the emulated Pi's kernel from Debian's packages that debian.sh fetched, as Debian ships it, and builds the module gpio-sim, which
# Debian leaves out.
#
#   kernel.sh DEBIAN-DIR OUT
#
# Leaves in OUT: vmlinuz and modules/, those of the kernel's modules that the machine has a use for.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
debian=$1
out=$2
release=$(cat "$debian/release")
work=$out/work
cross=aarch64-linux-gnu-

say() { printf 'pi: %s\n' "$*" >&2; }
unpack() { dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink "${@:3}"; }

rm -rf "$out"
mkdir -p "$work"/{headers,libc,image,source,gpio-sim} "$out"
unpack "$debian"/kernel/linux-image-"$release"_*.deb "$work/image"
for package in "$debian"/kernel/linux-{headers,kbuild}-*.deb; do unpack "$package" "$work/headers"; done
# The headers name each other by their place in an installed system.
headers=$work/headers/usr/src/linux-headers-$release
grep -rl '/usr/src\|/usr/lib/linux-kbuild' "$headers" --include=Makefile --include='.kernelvariables' 2>/dev/null \
  | xargs -r sed -i "s#/usr/src/#$work/headers/usr/src/#g; s#/usr/lib/linux-kbuild#$work/headers/usr/lib/linux-kbuild#g"

# Its programs want trixie's C library, which this machine may be too old for.
unpack "$debian"/kernel/libc6_*.deb "$work/libc"
loader=$(find "$work/libc" -name 'ld-linux*.so*' -type f | head -1)
find "$work/headers/usr/lib" -path '*/scripts/*' -type f -executable | while read -r program; do
  [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
  mv "$program" "$program.elf"
  printf '#!/bin/sh\nexec %s --library-path %s --argv0 "$0" %s "$@"\n' "$loader" "$(dirname "$(find "$work/libc" -name 'libc.so.6')")" "$program.elf" >"$program"
  chmod +x "$program"
done

say "building gpio-sim for $release"
unpack "$debian"/kernel/linux-source-*.deb "$work/source" --wildcards '*.tar.xz'
tar -xJf "$work"/source/usr/src/linux-source-*.tar.xz -C "$work/gpio-sim" --strip-components=3 --wildcards '*/drivers/gpio/gpio-sim.c' '*/drivers/gpio/*.h'
tar -xJf "$work"/source/usr/src/linux-source-*.tar.xz -C "$work/gpio-sim" --strip-components=3 --wildcards '*/kernel/irq/irq_sim.c'
(
  cd "$work/gpio-sim"
  mv gpio-sim.c chip.c
  # Not exported to modules; this one is, and does the same for a simple interrupt.
  sed -i 's/handle_simple_irq(irq_to_desc(\(.*\)));/generic_handle_irq_safe(\1);/' irq_sim.c
  grep -q generic_handle_irq_safe irq_sim.c
  # As Raspberry Pi's own kernel (pinctrl-bcm2835.persist_gpio_outputs=Y): an output keeps its level when its owner is gone.
  sed -i '/^\tgc->free = gpio_sim_free;$/d' chip.c
  ! grep -q 'gc->free = ' chip.c
  sed -i 's/^static void gpio_sim_free(/static void __maybe_unused gpio_sim_free(/' chip.c
  printf 'obj-m := gpio-sim.o\ngpio-sim-y := chip.o irq_sim.o\n' >Kbuild
)
make -s -C "$headers" M="$work/gpio-sim" ARCH=arm64 CROSS_COMPILE="$cross" CC="${cross}gcc" CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT= CONFIG_DEBUG_INFO_BTF_MODULES= \
  modules >"$work/gpio-sim.log" 2>&1 || { tail -20 "$work/gpio-sim.log" >&2; exit 1; }

# A root with the modules where depmod looks for them; then only those that the machine has a use for, with what they need.
modules=$work/image/usr/lib/modules/$release
mkdir -p "$modules/extra" "$work/image/lib"
cp "$work/gpio-sim/gpio-sim.ko" "$modules/extra/"
[ -e "$work/image/lib/modules" ] || ln -s ../usr/lib/modules "$work/image/lib/modules"
depmod -b "$work/image" "$release"
needs_of() { modprobe -d "$work/image" -S "$release" --show-depends "$@" | sed -n "s/^insmod \([^ ]*\).*$/\1/p"; }
keep() {
  local file
  for file in $(for module in "$@"; do needs_of "$module"; done | awk '!seen[$0]++'); do
    mkdir -p "$out/modules/$(dirname "${file#"$work"/image/lib/modules/}")"
    cp "$file" "$out/modules/${file#"$work"/image/lib/modules/}"
  done
}
keep virtio_blk virtio_net ext4 gpio-sim vivid i6300esb softdog autofs4 virtio-rng
cp "$modules"/modules.{order,builtin,builtin.modinfo} "$out/modules/$release/"
mkdir -p "$work/kept/lib"
ln -s "$out/modules" "$work/kept/lib/modules"
depmod -b "$work/kept" "$release"

cp "$work"/image/boot/vmlinuz-* "$out/vmlinuz"
rm -rf "$work"
