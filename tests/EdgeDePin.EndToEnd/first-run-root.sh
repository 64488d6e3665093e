#!/bin/sh
# first-run-root.sh FOLDER BOOT [SCRIPT]: runs SCRIPT, or else BOOT/firstrun.sh, in a file system of its own, FOLDER/root, made of this system's
# programs read-only.
# Programs that would change a real device (systemctl, udevadm, raspi-config, …) are replaced by ones that do nothing.
set -eu
root=$1/root boot=$2 script=${3:-/boot/firmware/firstrun.sh}
mkdir -p "$root/etc/ssh" "$root/boot/firmware" "$root/proc" "$root/dev" "$root/usr/local" "$root/tmp" "$root/var" "$root/none"
echo raspberrypi >"$root/etc/hostname"
printf '127.0.1.1\traspberrypi\n' >"$root/etc/hosts"
printf 'root:x:0:\n' >"$root/etc/group"
printf 'root:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
for program in systemctl udevadm raspi-config rfkill modprobe groupadd; do
    printf '#!/bin/sh\nexit 0\n' >"$root/none/$program"
    chmod 755 "$root/none/$program"
done
for link in bin sbin lib lib64; do
    if [ -L "/$link" ]; then ln -s "$(readlink "/$link")" "$root/$link"; else mkdir -p "$root/$link"; fi
done
mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64"
exec unshare --mount sh -eu -c '
    root=$1 boot=$2 script=$3
    mount --make-rprivate /
    for folder in usr/bin usr/sbin usr/lib usr/lib64 bin sbin lib lib64; do
        [ -L "$root/$folder" ] || [ ! -d "/$folder" ] || mount --bind -o ro "/$folder" "$root/$folder"
    done
    mount --bind "$boot" "$root/boot/firmware"
    mknod "$root/dev/null" c 1 3
    exec chroot "$root" /usr/bin/env PATH=/none:/usr/bin:/bin /bin/bash "$script"
' sh "$root" "$boot" "$script"
