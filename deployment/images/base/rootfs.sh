#!/usr/bin/env bash
# base/rootfs.sh ARCH FOLDER: the few files of Debian 12 that a .NET program needs (C and C++ libraries, OpenSSL, authorities, time zones, pins),
# for amd64 or arm64, without root and without running anything of that processor. FOLDER.packages names what is in it.
set -euo pipefail
arch=$1 folder=$2
packages=(libc6 libgcc-s1 libstdc++6 libssl3 zlib1g libgpiod2 ca-certificates tzdata)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/debs"
touch "$work/state/status"
# A package database of its own: the build machine's is neither read nor changed.
apt=(apt-get -qq -o "Dir::State=$work/state" -o "Dir::State::status=$work/state/status" -o "Dir::Cache=$work/cache"
    -o "APT::Architecture=$arch" -o "APT::Architectures=$arch" -o APT::Sandbox::User=root)
"${apt[@]}" update
(cd "$work/debs" && "${apt[@]}" download "${packages[@]}")

rm -rf "$folder" && mkdir -p "$folder"
for deb in "$work"/debs/*.deb; do
    dpkg-deb -x "$deb" "$folder"
    dpkg-deb -f "$deb" Package Version Architecture | sed 's/^[A-Za-z]*: //' | paste -sd' '
done >"$folder.packages"

# What no program of ours reads.
rm -rf "$folder"/usr/lib/*/gconv "$folder"/usr/share/{doc,man,locale,lintian,i18n,gcc,gdb} "$folder"/usr/lib/*/audit "$folder"/usr/sbin "$folder"/usr/bin "$folder"/sbin \
    "$folder"/usr/share/zoneinfo/{right,posix} "$folder"/usr/lib/*/engines-3 "$folder"/etc/ld.so.conf.d
cat "$folder"/usr/share/ca-certificates/mozilla/*.crt >"$work/ca-certificates.crt"
rm -rf "$folder"/usr/share/ca-certificates
mkdir -p "$folder"/etc/ssl/certs "$folder"/tmp "$folder"/proc "$folder"/sys "$folder"/dev
mv "$work/ca-certificates.crt" "$folder"/etc/ssl/certs/ca-certificates.crt
chmod 644 "$folder"/etc/ssl/certs/ca-certificates.crt
chmod 1777 "$folder"/tmp
printf 'root:x:0:0:root:/:/sbin/nologin\nedgedepin:x:10001:10001:EdgeDePin:/data:/sbin/nologin\n' >"$folder"/etc/passwd
printf 'root:x:0:\nedgedepin:x:10001:\n' >"$folder"/etc/group
