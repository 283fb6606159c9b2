#!/bin/bash
# Boot the host's own systemd as PID 1 in private namespaces, on an overlay of /, with Artesian at /opt/artesian.
# Nothing of the host changes: what is written lies in a tmpfs; mounts, processes, network, names and cgroups are unshared.
# usage: systemd_lab.sh PYTHON UNITS RESULTS [SECONDS]
#   PYTHON   python of an environment with Artesian's dependencies; the source is this checkout
#   UNITS    folder of units and drop-ins, copied to /etc/systemd/system; lab.target is started
#   RESULTS  folder that the units may write to, at /lab/results; systemd's own words are in `console`
# It ends when a unit says so (SuccessAction=exit-force) or after SECONDS. Needs root, Debian: apt-get install systemd.
set -eu

if [ -z "${inside:-}" ]; then
    checkout=$(realpath "$(dirname "$0")/../..")
    python=$(realpath -s "$1") units=$(realpath "$2") results=$(realpath "$3") limit=${4:-60}
    prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
    packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    export checkout units results prefix packages version inside=yes

    # A cgroup of its own: systemd's own hierarchy of version 1 where there is one, else version 2.
    export cgroups=1 cgroup=/sys/fs/cgroup/systemd/artesian-lab.$$
    [ -d /sys/fs/cgroup/systemd ] || cgroups=2 cgroup=/sys/fs/cgroup/artesian-lab.$$
    mkdir -p "$cgroup"
    trap 'find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null || true' EXIT
    (
        echo "$BASHPID" >"$cgroup/cgroup.procs"
        # systemd speaks to terminals only.
        exec timeout -k 5 "$limit" script -qefc "unshare -m -p -f -u -i -n -C --kill-child '$0'" "$results/console"
    ) </dev/null >/dev/null || status=$?
    exit "${status:-0}"
fi

mount --make-rprivate /
root=$(mktemp -d)
mount -t tmpfs -o mode=0755 tmpfs "$root"
mkdir "$root"/{upper,work,merged}
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/merged"
root=$root/merged

mount -t proc proc "$root/proc"
for folder in run tmp dev; do mount -t tmpfs -o mode=0755 tmpfs "$root/$folder"; done
chmod 1777 "$root/tmp"
for node in null zero full random urandom tty; do
    touch "$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
touch "$root/dev/console"
mount --bind "$(tty)" "$root/dev/console"
mkdir "$root"/dev/{shm,pts}
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || mount --rbind /sys "$root/sys"
if [ "$cgroups" = 1 ]; then
    mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd"
    mount -t cgroup -o none,name=systemd,xattr cgroup "$root/sys/fs/cgroup/systemd"
else
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
fi

mkdir -p "$root"/lab/{checkout,packages,python,results}
mount --bind "$checkout" "$root/lab/checkout"
mount --bind "$packages" "$root/lab/packages"
mount --bind "$prefix" "$root/lab/python"
for folder in checkout packages python; do mount -o remount,bind,ro "$root/lab/$folder"; done
mount --bind "$results" "$root/lab/results"
# An environment as `python3 -m venv /opt/artesian` makes it.
rm -rf "$root/opt/artesian"
mkdir -p "$root/opt/artesian/bin" "$root/opt/artesian/lib/$version/site-packages"
ln -s "/lab/python/bin/$version" "$root/opt/artesian/bin/python"
echo "home = /lab/python/bin" >"$root/opt/artesian/pyvenv.cfg"
printf '%s\n' /lab/checkout/src /lab/packages >"$root/opt/artesian/lib/$version/site-packages/lab.pth"
printf '%s\n' '#!/opt/artesian/bin/python' 'from artesian.cli.main import main' 'main()' >"$root/opt/artesian/bin/artesian"
chmod 755 "$root/opt/artesian/bin/artesian"

# A python that was built with a shared library looks for it where it was built, which a service may not see.
mkdir -p "$root/etc/systemd/system.conf.d"
printf '[Manager]\nDefaultEnvironment=LD_LIBRARY_PATH=/lab/python/lib\n' >"$root/etc/systemd/system.conf.d/lab.conf"

# Of the host's units only what ours need: no targets that start the machine.
rm -rf "$root"/etc/systemd/system/* "$root"/{usr/,}lib/systemd/system/{sysinit,basic}.target*
cp -r "$units"/. "$root/etc/systemd/system/"
for target in sysinit basic; do
    printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' "$target" >"$root/etc/systemd/system/$target.target"
done
: >"$root/etc/fstab"
: >"$root/etc/machine-id"
ip link set lo up 2>/dev/null || true
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" /lib/systemd/systemd \
    --system --unit=lab.target --log-level=info --log-target=console --show-status=no
