#!/usr/bin/env python3
"""Run a command in private namespaces where arm64 programs run through qemu; the machine itself is left as it is.

Usage: arm64.py COMMAND…   (as root; kernel 6.7 or newer, since when each user namespace may have its own binfmt_misc;
Debian: apt-get install qemu-user-static). Exits 125 with the reason where that can't be set up.
"""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

BINFMT = Path("/proc/sys/fs/binfmt_misc")
QEMU = "/usr/bin/qemu-aarch64-static"
UIDS = "0 0 65536\n"  # root and ordinary users of the machine, as themselves
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000  # linux/sched.h

# The first 20 bytes of an ELF file: class, byte order, version, type (executable or shared), machine 0xb7. The flags
# O, C and F: pass the open file, keep its credentials, open the interpreter now, so that it works inside a chroot.
MAGIC = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
RULE = f":qemu-aarch64:M::{MAGIC}:{MASK}:{QEMU}:OCF"


def main() -> int:
    """Make the namespaces in a child, map its users from outside, and pass on its exit status."""
    if not Path(QEMU).exists():
        return refuse(f"{QEMU} is missing (Debian: apt-get install qemu-user-static)")
    unshared, mapped = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        run(unshared[1], mapped[0])
    os.close(unshared[1])
    if os.read(unshared[0], 1):
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{pid}/{name}").write_text(UIDS, encoding="ascii")
        os.write(mapped[1], b"x")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run(unshared: int, mapped: int) -> None:
    """Become the command, in new user and mount namespaces with an own binfmt_misc."""
    try:
        unshare()
        os.write(unshared, b"x")
        os.read(mapped, 1)
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        subprocess.run(["mount", "-t", "binfmt_misc", "binfmt_misc", str(BINFMT)], check=True)
        (BINFMT / "register").write_text(RULE, encoding="ascii")
    except (OSError, subprocess.CalledProcessError) as error:
        os._exit(refuse(f"this kernel or user can't have its own binfmt_misc: {error}"))
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - that is the job


def unshare() -> None:
    """Leave the user and mount namespaces; `os.unshare` exists since Python 3.12 only."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def refuse(reason: str) -> int:
    """Say why not."""
    print(f"arm64.py: {reason}", file=sys.stderr)
    return 125


if __name__ == "__main__":
    sys.exit(main())
