"""What User-Agents say, on forms that real clients send, and on all the real ones where they are at hand."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.programs import need_data

from artesian.resolve.detect import detect

REAL = Path(os.environ.get("ARTESIAN_SHARED_DATA", "../shared/data")) / "user_agents.tsv"  # noqa: TID251


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        # the form of `uname -srm`
        ("Darwin 23.1.0 arm64", "macos arm64 - curl/wget+uname"),
        ("Darwin 20.2.0 x86_64", "macos amd64 - curl/wget+uname"),
        ("Linux 6.1.0-18-amd64 x86_64", "linux amd64 - curl/wget+uname"),
        ("Linux 5.15.0 aarch64", "linux arm64 - curl/wget+uname"),
        ("Linux 5.10.0 armv7l", "linux armv7 - curl/wget+uname"),
        ("Linux 5.10.0 armv6l", "linux armv6 - curl/wget+uname"),
        ("Linux 5.10.0 ppc64le", "linux ppc64le - curl/wget+uname"),
        ("FreeBSD 14.3-RELEASE-p8 amd64", "freebsd amd64 - curl/wget+uname"),
        ("SunOS 5.11 i86pc", "solaris x86 - curl/wget+uname"),
        ("AIX 7.2 powerpc", "aix ppc - curl/wget+uname"),
        # WSL is Linux; MSYS2, Git Bash and Cygwin are Windows
        ("Linux 5.15.146.1-microsoft-standard-WSL2 x86_64", "linux amd64 gnu curl/wget+uname"),
        ("webi/curl+wget x86_64/unknown GNU/Linux/5.15.146.1-microsoft-standard-WSL2 libc", "linux amd64 - webi"),
        ("curl Linux/5.15.133.1-microsoft-standard-WSL2 x86_64/unknown gnu", "linux amd64 gnu curl/wget+uname"),
        ("webi/curl x86_64/unknown Msys/MINGW64_NT-10.0-19045/3.5.7-463ebcdc.x86_64 libc", "windows amd64 - webi"),
        ("webi/curl+wget x86_64/unknown Msys/MSYS_NT-10.0-26200/3.6.6-1cdd4371.x86_64 libc", "windows amd64 - webi"),
        ("webi/curl x86_64/unknown Cygwin/CYGWIN_NT-10.0/2.10.0(0.325/5/3) libc", "windows amd64 - webi"),
        ("MINGW64_NT-10.0-22621 3.4.9 x86_64", "windows amd64 - curl/wget+uname"),
        ("CYGWIN_NT-10.0-22621-WOW64 3.4 i686", "windows x86 - curl/wget+uname"),
        ("MSYS_NT-10.0-26200 3.6.6-1cdd4371.x86_64 x86_64", "windows amd64 - curl/wget+uname"),
        # what `curl --version` prints
        ("curl 7.54.0 (x86_64-apple-darwin17.0) libcurl/7.54.0", "macos - - curl/wget+uname"),
        # kernels that name a processor, a distribution, or both
        ("curl Linux/4.14.301-224.520.amzn2.x86_64 x86_64/unknown gnu", "linux amd64 gnu curl/wget+uname"),
        ("curl Linux/5.10.198-187.748.amzn2.x86_64 x86_64/unknown musl", "linux amd64 musl curl/wget+uname"),
        ("webi/curl x86_64/unknown GNU/Linux/5.4.17-2136.324.5.3.el7uek.x86_64 libc", "linux amd64 - webi"),
        ("webi/curl+wget s390x/unknown GNU/Linux/6.4.0-150700.53.6-default libc", "linux s390x - webi"),
        ("webi/curl amd64/unknown FreeBSD/14.3-RELEASE-p8 libc", "freebsd amd64 - webi"),
        ("webi/curl i86pc/unknown illumos/5.11 libc", "illumos x86 - webi"),
        ("curl/test evbarm/earmv6hf NetBSD/9.3", "netbsd armv6 - curl/wget+uname"),
        ("curl OpenBSD/7.4 arm64/unknown libc", "openbsd arm64 - curl/wget+uname"),
        ("webi/curl DragonFly/6.4-RELEASE x86_64/unknown libc", "dragonfly amd64 - webi"),
        ("curl Linux/4.19.191 armv8l/unknown gnu", "linux armv7 gnu curl/wget+uname"),
        ("curl Linux/6.1.0 riscv64/unknown glibc", "linux riscv64 gnu curl/wget+uname"),
        # Android, told by its word or by its kernel
        ("Android 13 aarch64", "android arm64 bionic curl/wget+uname"),
        ("webi/curl aarch64/unknown Android/Linux/6.6.77-android15-8 libc", "android arm64 - webi"),
        ("curl Linux/4.19.191-27242513-abA037USQU6DWJ3 aarch64/unknown gnu", "android arm64 - curl/wget+uname"),
        # `uname -a`
        ("curl Linux web-1 5.15.0-91-generic #101~20.04.1-Ubuntu SMP Thu Nov 16 14:22:28 UTC 2023 x86_64 GNU/Linux",
         "linux amd64 gnu uname -a style"),
        ("curl Linux alpine 6.6.0-0-lts #1-Alpine SMP PREEMPT_DYNAMIC 2024-01-01 x86_64 Linux",
         "linux amd64 - uname -a style"),
        ("curl Linux localhost 5.4.147-qgki-24218971-abF926BXXU1CVF1 #1 SMP PREEMPT aarch64 GNU/Linux/unknown gnu",
         "android arm64 - uname -a style"),
        # Rosetta: the kernel's processor is not the program's
        ("Darwin 20.2.0 Darwin Kernel Version 20.2.0; root:xnu-7195.60.75~1/RELEASE_ARM64_T8101 x86_64",
         "macos amd64 - curl/wget+uname"),
        ("Mozilla/5.0 (Macintosh; Darwin Kernel Version 24.3.0; root:xnu-1~3/RELEASE_ARM64_T6000) PowerShell/7.5.0",
         "macos arm64 - powershell"),
        # PowerShell
        ("MS", "windows - - webi-short"),
        ("MS AMD64", "windows amd64 - webi-short"),
        ("windows", "windows - - webi-short"),
        ("PowerShell/7.3.0", "windows - - powershell"),
        ("Microsoft Windows 10.0.19045", "windows - msvc powershell"),
        ("PowerShell+curl Windows/10+ ARM64 msvc", "windows arm64 msvc webi-pwsh"),
        ("Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.19045; zh-TW) PowerShell/7.4.0",
         "windows - - powershell"),
        # downloaders that say nothing of their host, and one that says a little
        ("curl/8.1.2", "- - - bare-client"),
        ("Wget/1.21", "- - - bare-client"),
        ("Wget", "- - - bare-client"),
        ("fetch libfetch/2.0", "- - - bare-client"),
        ("Wget/1.14 (linux-gnu)", "linux - - bare-client"),
        # the matrix of Webi's own tests
        ("aarch64/unknown Darwin/24.2.0 libc", "macos arm64 - curl/wget+uname"),
        ("x86_64/unknown Darwin/23.0.0 libc", "macos amd64 - curl/wget+uname"),
        ("x86_64/unknown Linux/5.15.0 libc", "linux amd64 - curl/wget+uname"),
        ("x86_64/unknown Linux/5.15.0 musl", "linux amd64 musl curl/wget+uname"),
        ("x86_64/unknown Windows/10.0.19041 msvc", "windows amd64 msvc curl/wget+uname"),
        # browsers, and what only looks like one
        ("Macintosh; Intel Mac OS X 10_15_7", "macos - - browser"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "linux amd64 - browser"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
         "windows amd64 - browser"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15", "- - - browser"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile", "android - bionic browser"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/138.0 Safari/537.36 DatadogSynthetics", "- - - bot/probe"),
        ("Mozilla/5.0 (compatible; NewRelicbot/2.1; +http://www.newrelic.com)", "- - - bot/probe"),
        ("okhttp/2.7.5", "- - - bot/probe"),
        ("-", "- - - bot/probe"),
        ("", "- - - bot/probe"),
    ],
)  # fmt: skip
def test_user_agents_are_read(user_agent: str, expected: str) -> None:
    """A User-Agent says os, arch, libc and the kind of client; what it doesn't say stays unknown."""
    found = detect(user_agent)
    assert f"{found.os or '-'} {found.arch or '-'} {found.libc or '-'} {found.kind}" == expected


@given(text=st.text())
def test_any_text_is_a_user_agent(text: str) -> None:
    """Whatever a client sends is read without complaint."""
    assert detect(text) == detect(text)


def test_all_real_user_agents_are_read() -> None:
    """Every User-Agent of the real ones at hand is read as it is labelled."""
    with need_data(REAL).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wrong = []
    for row in rows:
        found = detect(row["user_agent"])
        arch = row["arch"].replace("386", "x86")
        said = (found.os or "", found.arch or "", found.libc or "", found.kind)
        if said != (row["os"], arch, row["libc"], row["kind"]):
            wrong.append(row["user_agent"])
    assert rows
    assert wrong == []
