#!/usr/bin/env bash
# Makes the small first file system of the emulated Pi, which loads the disk's driver, sets up the GPIO chip and brings the test's agent.
#
#   boot.sh DEBIAN-DIR KERNEL-DIR INITRD
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
debian=$1
kernel=$2
initrd=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
release=$(cat "$debian/release")
work=$initrd.work

rm -rf "$work"
mkdir -p "$work"/files/{bin,modules,proc,sys,dev,root} "$work/kernel/lib"
dpkg-deb --fsys-tarfile "$debian"/kernel/busybox-static_*.deb | tar -x -O ./usr/bin/busybox >"$work/files/bin/busybox"
chmod 755 "$work/files/bin/busybox"
aarch64-linux-gnu-gcc -std=c11 -O2 -Wall -Wextra -Werror -static -pthread -o "$work/files/portvakt-pi-agent" "$here/agent.c"
install -m 755 "$here/init" "$work/files/init"
ln -s "$kernel/modules" "$work/kernel/lib/modules"
number=0
for file in $(for module in virtio_blk ext4 gpio-sim; do
  modprobe -d "$work/kernel" -S "$release" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*$/\1/p'
done | awk '!seen[$0]++'); do
  number=$((number + 1))
  case $file in
    *.xz) xz -dc "$file" ;;
    *) cat "$file" ;;
  esac >"$work/files/modules/$(printf '%02d' $number)-$(basename "$file" .xz)"
done
(cd "$work/files" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$initrd.part"
mv "$initrd.part" "$initrd"
rm -rf "$work"
