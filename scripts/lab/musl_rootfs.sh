#!/bin/sh
# Make DIR an Alpine-like host: BusyBox as its only programs, musl's loader, no glibc, no curl, no ldd, no bash.
# Usage: musl_rootfs.sh DIR      (as root; Debian: apt-get install mmdebstrap busybox-static)
set -eu

root=$1
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2016 # expanded by apt-get
mirror=$(apt-get indextargets --format '$(SITE)' "Codename: $codename" | head -n 1)
mmdebstrap --quiet --mode=root --variant=extract --include=busybox-static,musl "$codename" "$root" "$mirror"
mkdir -p "$root/home/new" "$root/tmp" "$root/dev" "$root/proc" "$root/root"
chmod 1777 "$root/tmp"
for applet in $(busybox --list); do
    [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnew:x:1000:1000::/home/new:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\nnew:x:1000:\n' > "$root/etc/group"
printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20\n' > "$root/etc/os-release"
