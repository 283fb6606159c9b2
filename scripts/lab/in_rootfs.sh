#!/bin/sh
# Run a command inside the root file system DIR as uid 1000, with an empty HOME, a clean environment and private
# mounts, processes and host name; the network is this machine's. Nothing of the run remains in DIR.
# Usage: in_rootfs.sh DIR COMMAND…      (as root)
set -eu

# shellcheck disable=SC2016 # expanded by the inner shell
exec unshare --mount --pid --fork --kill-child --uts --ipc --propagation private sh -eu -c '
root=$1
shift
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/home/new"
chown 1000:1000 "$root/home/new"
exec env -i HOME=/home/new USER=new PATH=/usr/local/bin:/usr/bin:/bin TERM=dumb SHELL=/bin/sh \
    "$(command -v chroot)" --userspec=1000:1000 "$root" /bin/sh -c "cd && exec \"\$@\"" sh "$@"
' sh "$@"
