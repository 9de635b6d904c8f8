#!/usr/bin/env bash
# Makes the root file system of the emulated Pi from the packages that debian.sh fetched, unpacked in place: no program of the Pi has to
# run for it. dpkg's own records are written as it would have written them, so that the gate's package is installed by the Pi's dpkg
# later, with its real maintainer scripts.
#
#   root.sh DEBIAN-DIR KERNEL-DIR IMAGE
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
debian=$1
kernel=$2
image=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$image.root
mebibytes=2000

say() { printf 'pi: %s\n' "$*" >&2; }

rm -rf "$root" "$image" "$image.part"
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/triggers"
# base-files makes these links in its first script, which does not run here.
mkdir -p "$root"/usr/{bin,sbin,lib}
for folder in bin sbin lib; do ln -s "usr/$folder" "$root/$folder"; done

say "unpacking $(wc -l <"$debian/debs.list") packages"
: >"$root/var/lib/dpkg/status"
while read -r package; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink --no-same-owner \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
  control=$root/control
  mkdir "$control"
  dpkg-deb -e "$package" "$control"
  name=$(sed -n 's/^Package: //p' "$control/control")
  multi=$(sed -n 's/^Multi-Arch: //p' "$control/control")
  [ "$multi" != same ] || name=$name:arm64
  { sed '/^Package: /a Status: install ok installed' "$control/control"; echo; } >>"$root/var/lib/dpkg/status"
  dpkg-deb --fsys-tarfile "$package" | tar -t | sed 's#^\./#/#; s#^/$#/.#; s#\(.\)/$#\1#' >"$root/var/lib/dpkg/info/$name.list"
  rm "$control/control"
  for file in "$control"/*; do
    [ ! -e "$file" ] || mv "$file" "$root/var/lib/dpkg/info/$name.$(basename "$file")"
  done
  rmdir "$control"
done <"$debian/debs.list"

# What maintainer scripts would have done, as far as this machine needs it.
cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
sed 's/^\([^:]*\):.*/\1:*:19000:0:99999:7:::/' "$root/etc/passwd" >"$root/etc/shadow"
chmod 600 "$root/etc/shadow"
echo "Debian trixie on an emulated Pi" >"$root/etc/motd"
echo portvakt-pi >"$root/etc/hostname"
printf '127.0.0.1 localhost portvakt-pi\n' >"$root/etc/hosts"
echo "/dev/vda / ext4 defaults,errors=remount-ro 0 1" >"$root/etc/fstab"
echo "LANG=C.UTF-8" >"$root/etc/default/locale"
ln -sf /usr/share/zoneinfo/Etc/UTC "$root/etc/localtime"
ln -sf ../usr/lib/os-release "$root/etc/os-release"
: >"$root/etc/machine-id"
java=$(cd "$root" && ls -d usr/lib/jvm/java-25-openjdk-*)
ln -sf "/$java/bin/java" "$root/usr/bin/java"
for conffiles in "$root"/usr/lib/jvm/*/conf; do [ -e "$conffiles" ] || { say "no settings of Java in $conffiles"; exit 1; }; done
for group in gpio video; do grep -q "^$group:" "$root/etc/group" || echo "$group:x:98$(wc -c <<<"$group"):" >>"$root/etc/group"; done
# As raspberrypi-sys-mods has it.
mkdir -p "$root/etc/udev/rules.d"
cat >"$root/etc/udev/rules.d/99-com.rules" <<'RULES'
SUBSYSTEM=="gpio", GROUP="gpio", MODE="0660"
RULES
# Loads the cards' virtual reader instead of a USB one; the port is vpcd's own.
mkdir -p "$root/etc/reader.conf.d"
cat >"$root/etc/reader.conf.d/vpcd" <<'READER'
FRIENDLYNAME "Portvakt PICC"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID    0x8C7B
READER

mkdir -p "$root/usr/lib/modules"
cp -r "$kernel"/modules/* "$root/usr/lib/modules/"
cat >"$root/etc/systemd/system/portvakt-pi-agent.service" <<'UNIT'
[Unit]
Description=The test's hand inside the emulated Pi
DefaultDependencies=no

[Service]
# Brought by the first file system.
ExecStart=/run/portvakt-pi-agent
Restart=no
KillMode=process
SendSIGKILL=no
OOMScoreAdjust=-1000
UNIT
cat >"$root/etc/systemd/network/50-lan.network" <<'NETWORK'
[Match]
Type=ether

[Network]
Address=10.0.2.15/24
Gateway=10.0.2.2
NETWORK
wants=$root/etc/systemd/system
mkdir -p "$wants"/{sysinit.target.wants,multi-user.target.wants,sockets.target.wants}
ln -s ../portvakt-pi-agent.service "$wants/sysinit.target.wants/"
ln -s /usr/lib/systemd/system/systemd-networkd.service "$wants/multi-user.target.wants/"
ln -s /usr/lib/systemd/system/pcscd.socket "$wants/sockets.target.wants/"
ln -s /usr/lib/systemd/system/multi-user.target "$wants/default.target"
# Left out to start in half the time: nothing of the gate touches them.
for unit in systemd-hwdb-update systemd-journal-catalog-update systemd-update-done systemd-firstboot systemd-machine-id-commit \
  ldconfig systemd-pcrphase systemd-pcrphase-sysinit systemd-pcrmachine systemd-tpm2-setup systemd-tpm2-setup-early \
  systemd-binfmt systemd-update-utmp systemd-random-seed systemd-boot-random-seed systemd-pstore e2scrub_reap \
  getty@tty1 serial-getty@ttyAMA0 systemd-network-generator console-getty systemd-rfkill systemd-logind systemd-hostnamed systemd-networkd-persistent-storage \
  modprobe@drm modprobe@fuse systemd-user-sessions; do
  ln -sf /dev/null "$wants/$unit.service"
done
for timer in apt-daily apt-daily-upgrade dpkg-db-backup e2scrub_all fstrim systemd-tmpfiles-clean; do ln -sf /dev/null "$wants/$timer.timer"; done
for unit in dev-hugepages.mount sys-fs-fuse-connections.mount sys-kernel-debug.mount sys-kernel-tracing.mount dev-mqueue.mount \
  systemd-hostnamed.socket systemd-sysext.socket; do
  ln -sf /dev/null "$wants/$unit"
done
ln -sf /dev/null "$wants/systemd-networkd-wait-online.service"

# systemd-sysusers and systemd-tmpfiles do at the first start what packages ask for; the users of the bus and of polkit come so.
mke2fs -q -F -t ext4 -L portvakt-pi -E root_owner=0:0,lazy_itable_init=0 -d "$root" "$image.part" "${mebibytes}M"
rm -rf "$root"
mv "$image.part" "$image"
say "the image is $(du -h --apparent-size "$image" | cut -f1), $(du -h "$image" | cut -f1) on disk"
