#!/bin/sh
# Make DIR a small Debian for arm64: dash, coreutils, tar, gzip, xz, curl. Run its programs by arm64.py.
# Usage: arm64_rootfs.sh DIR      (as root; Debian: apt-get install mmdebstrap arch-test qemu-user-static)
set -eu

root=$1
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2016 # expanded by apt-get
mirror=$(apt-get indextargets --format '$(SITE)' "Codename: $codename" | head -n 1)
mmdebstrap --quiet --mode=root --architectures=arm64 --variant=extract \
    --include=dash,coreutils,findutils,tar,gzip,xz-utils,grep,sed,mawk,curl "$codename" "$root" "$mirror"
mkdir -p "$root/home/new" "$root/tmp" "$root/dev" "$root/proc"
chmod 1777 "$root/tmp"
printf 'root:x:0:0:root:/root:/bin/sh\nnew:x:1000:1000::/home/new:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\nnew:x:1000:\n' > "$root/etc/group"
