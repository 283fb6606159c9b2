"""What file names say, each rule with the real name that needs it."""

import pytest

from artesian.classify.names import INCOMPLETE, classify
from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Classified, Format, Unclassified

# name, os, arch, libc (- where silent), format
CLASSIFIED = """
hugo_0.145.0_linux-amd64.tar.gz linux amd64 - tar.gz
hugo_0.145.0_darwin-arm64.tar.gz macos arm64 - tar.gz
hugo_0.145.0_freebsd-amd64.tar.gz freebsd amd64 - tar.gz
ripgrep-14.1.1-x86_64-unknown-linux-musl.tar.gz linux amd64 musl tar.gz
bat-v0.24.0-x86_64-unknown-linux-gnu.tar.gz linux amd64 gnu tar.gz
bat-v0.24.0-x86_64-pc-windows-msvc.zip windows amd64 msvc zip
fd-v8.3.0-x86_64-pc-windows-gnu.zip windows amd64 gnu zip
zig-linux-x86_64-0.14.0.tar.xz linux amd64 - tar.xz
zig-macos-aarch64-0.14.0.tar.xz macos arm64 - tar.xz
jq-windows-amd64.exe windows amd64 - raw
caddy_2.9.0_windows_amd64.msi windows amd64 - msi
tool-x86-linux.tar.gz linux x86 - tar.gz
tool-linux-i386.tar.gz linux x86 - tar.gz
tool-1.0.0-windows-arm.zip windows armv6 - zip
jq-linux-armel linux armv5 - raw
jq-linux-armhf linux armv6 - raw
tool-arm-unknown-linux-gnueabihf.tar.gz linux armv6 gnu tar.gz
mariadb-11.4.5-winx64.zip windows amd64 - zip
chromedriver-win32.zip windows x86 - zip
dashcore-23.1.2-win64-setup.exe windows amd64 - raw
jq-linux-ppc64el linux ppc64le - raw
tool-linux-amd64v2.tar.gz linux amd64 - tar.gz
tool-linux-x86_64_v3.tar.gz linux amd64 - tar.gz
tool-amd64.exe windows amd64 - raw
tool-windows-amd64.exe.xz windows amd64 - xz
tool-linux-amd64.tgz linux amd64 - tar.gz
btop-x86_64-linux-musl.tbz linux amd64 musl tar.bz2
AtomicParsleyAlpine-amd64.zip linux amd64 musl zip
AtomicParsleyWindowsX86.zip windows x86 - zip
bun-linux-x64-baseline.zip linux amd64 - zip
bun-linux-aarch64-android.zip android arm64 - zip
fd-v10.2.0-aarch64-linux-android.tar.gz android arm64 - tar.gz
cmake-3.19.8-macos10.10-universal.tar.gz macos universal - tar.gz
cmake-2.8.12.2-Darwin64-universal.tar.gz macos universal - tar.gz
comrak-0.24.1-armv7-unknown-linux-musleabihf linux armv7 musl raw
dashcore-18.0-osx64.dmg macos amd64 - dmg
ffmpeg-linux-x64.gz linux amd64 - gz
ffmpeg-win32-x64 windows amd64 - raw
ffmpeg-linux-ia32 linux x86 - raw
node-14.17.1-win32-x64.7z windows amd64 - 7z
PortableGit-2.55.0.5-64-bit.7z.exe windows amd64 - 7z
skylark_x64-v4.0.21.7z windows amd64 - 7z
gitea-1.21-windows-4.0-amd64.exe windows amd64 - raw
gitea-1.21-linux-arm-6 linux armv6 - raw
go1.22.1.linux-armv6l.tar.gz linux armv6 - tar.gz
hugo_0.83.1_Linux-64bit.tar.gz linux amd64 - tar.gz
hugo_0.83.1_Linux-32bit.tar.gz linux x86 - tar.gz
hugo_0.89.0_macOS-all.tar.gz macos universal - tar.gz
hugo_extended_0.165.0_darwin-universal.pkg macos universal - pkg
jq-linux64 linux amd64 - raw
jq-osx-amd64 macos amd64 - raw
julia-1.9.4-macaarch64.tar.gz macos arm64 - tar.gz
julia-1.9.0-musl-x86_64.tar.gz linux amd64 musl tar.gz
node-v20.1.0-linux-x64-glibc-217.tar.gz linux amd64 gnu tar.gz
PowerShell-6.0.0-win10-win2016-x64.zip windows amd64 - zip
dart-sass-1.64.2-linux-ia32.tar.gz linux x86 - tar.gz
sttr_0.2.23_darwin_all.tar.gz macos universal - tar.gz
lnav-0.11.0-os-x-arm64.zip macos arm64 - zip
camel-k-client-1.0.0-M1-mac-64bit.tar.gz macos amd64 - tar.gz
camel-k-client-1.6.1-mac-arm64bit.tar.gz macos arm64 - tar.gz
tool-macos-m1.zip macos arm64 - zip
tool-mac-arm.zip macos arm64 - zip
tool-linux-arm-64bit.zip linux arm64 - zip
tool-linux-arm-32bit.zip linux armv6 - zip
tool_darwin_amd64_arm64.tar.gz macos universal - tar.gz
protoc-gen-grpc-java-1.57.0-linux-aarch_64.exe linux arm64 - raw
protoc-25.0-linux-ppcle_64.zip linux ppc64le - zip
window-manager-x86_64.tar.gz linux amd64 - tar.gz
choose-x86_64-pc-window-gnu.exe windows amd64 gnu raw
tool-x86_64-pc-window-gnu.zip windows amd64 gnu zip
sonarqube-cli-0.10.0.1266-linux-x86-64.exe linux amd64 - raw
rclone-v1.68.1-linux-arm-v7.zip linux armv7 - zip
v2ray-linux-arm32-v7a.zip linux armv7 - zip
kubie-linux-arm32 linux armv7 - raw
buildx-v0.12.0.linux-arm-v6 linux armv6 - raw
golangci-lint-1.54.2-linux-loong64.tar.gz linux loong64 - tar.gz
golangci-lint-1.55.0-illumos-amd64.tar.gz illumos amd64 - tar.gz
croc_v10.0.9_DragonFlyBSD-64bit.tar.gz dragonfly amd64 - tar.gz
micro-2.0.14-openbsd32.tar.gz openbsd x86 - tar.gz
serve_1.9.8_linux_mipsle_hardfloat.gz linux mipsle - gz
Sandman.Version.1.9.2.64.Bit.Windows.zip windows amd64 - zip
raylib-6.0_win32_mingw-w64.zip windows x86 - zip
chromedriver_mac64_m1.zip macos arm64 - zip
tool-linux-gnueabihf.tar.gz linux armv6 gnu tar.gz
darktable-5.6.0-woa64.exe windows arm64 - raw
odin-ubuntu-amd64-dev-2021-08.zip linux amd64 - zip
silicon-x86_64-apple-darwin.tar.gz macos amd64 - tar.gz
wasm-pack-v0.13.0-x86_64-unknown-linux-musl.tar.gz linux amd64 musl tar.gz
android-tools-linux-amd64.tar.gz linux amd64 - tar.gz
sbom-tool-win-x64.exe windows amd64 - raw
debug-agent-linux-amd64 linux amd64 - raw
terraform-docs-v0.16.0-darwin-arm64.tar.gz macos arm64 - tar.gz
opa_linux_amd64_static linux amd64 none raw
serviceman-v1.0.1-linux-amd64 linux amd64 - raw
k3s-arm64 linux arm64 - raw
fish-static-aarch64-4.0.0.tar.xz linux arm64 none tar.xz
geckodriver-v0.13.0-arm7hf.tar.gz linux armv7 - tar.gz
kubebox-linux linux amd64 - raw
Linux.zip linux amd64 - zip
pkl-gen-go-linux-amd64.bin linux amd64 - raw
pipx.pyz any any - raw
vim-commentary-v1.3.git any any - git
linux-source-debug-v2.git any any - git
tool-1.0-noarch.tar.gz any any - tar.gz
tool-linux-noarch.tar.gz linux any - tar.gz
coder_0.5.9_linux_amd64.tar linux amd64 - tar
x86_64-linux.tar.xz linux amd64 - tar.xz
"""

# name, reason
REFUSED = """
foo_linux_amd64.tar.gz.sha256|checksum
foo_linux_amd64.tar.gz.sha256.txt|checksum
croc_v10.2.1_checksums.txt|checksum
cmake-3.14.0-SHA-256.txt|checksum
SHA2-512SUMS|checksum
checksums|checksum
tofu_1.6.0_SHA256SUMS|checksum
tofu_1.6.0_SHA256SUMS.sig|signature
buildx-v0.21.3.linux-arm-v6.sigstore.json|signature
SHASUMS256.txt|checksum
docker-image-amd64.tar|container image
tool-1.0.0-py3-none-any.whl|package of another package manager
checksums.txt.sig|signature
cosign.pub|key or certificate
sget-linux-amd64-keyless.pem|key or certificate
buildx-v0.21.3.linux-arm-v6.sbom.json|software bill of materials (SBOM)
buildx-v0.21.3.linux-arm-v6.provenance.json|attestation of how it was made
provenance.json|attestation of how it was made
hugo_0.83.1_Linux-64bit.deb|system package (deb)
task_linux_386.rpm|system package (rpm)
tool-1.0-x86_64.pkg.tar.zst|system package (pkg.tar.zst)
PowerShell-7.4.0-win.msixbundle|system package (msixbundle)
croc_v10.1.0_src.tar.gz|source archive
golangci-lint-1.53.2-source.tar.gz|source archive
caddy_2.9.0_buildable-artifact.tar.gz|source archive
source.zip|source archive
bun-darwin-x64.dSYM.tar.gz|debug symbols
Macast-Windows-v0.7-debug.exe|debug symbols
otp_doc_html_26.2.2.tar.gz|documentation
gitea-docs-1.21.tar.gz|documentation
LICENSE|documentation
ffmpeg-linux-x64.README|documentation
compat.json|metadata
cosign-v1.7.2.yaml|metadata
rg.1|man page
yq.1.gz|man page
yq_man_page_only.tar.gz|man page
lib.deno.d.ts|library or headers
node-v20.1.0-headers.tar.gz|library or headers
OpenJDK17U-static-libs_x64_linux_17.tar.gz|library or headers
deno-aarch64-unknown-linux-gnu.from-2.9.3.bsdiff|update data
go1.21-linux-amd64-bootstrap.tbz|bootstrap files for packagers
dashcore-18.0-win64-setup-unsigned.exe|not signed yet
cmake-3.16.2-Linux-x86_64.sh|script
install|script
cmake-3.13.5-Darwin-x86_64.tar.Z|split or exotic archive
tool-linux-amd64.tar.gz.zst|packed twice
tool-linux-amd64.tgz.xz|packed twice
tool-linux-amd64.zip.gz|packed twice
tool-linux-amd64.deb.xz|packed twice
tool-linux-amd64.pkg.gz|packed twice
tool-linux-x86_64.AppImage.xz|packed twice
"""

# name, os, arch, format (- where silent), reason
INCOMPLETE_NAMES = """
xz-5.2.5-windows.zip|windows|-|zip|no clear architecture in its name
MyApp-1.0.0.app.zip|macos|-|zip|no clear architecture in its name
AtomicParsleyMacOS.zip|macos|-|zip|no clear architecture in its name
node-v20-win-x64-arm64.zip|windows|-|zip|no clear architecture in its name
checkstyle-windows-all.zip|windows|-|zip|no clear architecture in its name
MinGit-2.33.0-64-bit.zip|-|amd64|zip|no clear operating system in its name
tool-linux-darwin-amd64|-|amd64|raw|no clear operating system in its name
tool-apple-musl-amd64|-|amd64|raw|no clear operating system in its name
serviceman-v1.0.1|-|-|raw|no platform in its name
linux-firmware-2023.tar.gz|linux|-|tar.gz|no clear architecture in its name
shellcheck-v0.11.0.zip|-|-|zip|no platform in its name
"""

# name, os, arch, reason: worth telling, but not to be served as they are
TELLING = """
openapi-generator-cli-7.22.0.jar|any|any|needs Java to run
python-installable-svm-java17-linux-amd64-23.0.0.jar|linux|amd64|needs Java to run
yarn.js|any|any|needs a JavaScript runtime
ImageMagick-7.1.2-29-gcc-x86_64.AppImage|linux|amd64|AppImage (needs FUSE)
codelldb-linux-arm64.vsix|linux|arm64|editor extension
GitHubDesktop-3.6.4-x64-full.nupkg|windows|amd64|package of another package manager
cmake-2.6.4-SunOS-sparc.tar.gz|solaris|-|for sparc, which no host of ours is
tool-wasm32-wasi.tar.gz|-|-|for wasm32, which no host of ours is
tool-aarch64-apple-ios.tar.gz|-|arm64|for ios, which no host of ours is
uuidv7-x86_64-unknown-linux-gnux32|linux|amd64|for gnux32, which no host of ours is
uuidv7-thumbv7neon-unknown-linux-gnueabihf|linux|-|for thumbv7neon, which no host of ours is
tool-aarch64_be-unknown-linux-gnu|linux|arm64|for aarch64_be, which no host of ours is
tool-wasm-amd64|-|amd64|for wasm, which no host of ours is
"""


def rows(table: str, separator: str | None = "|") -> list[list[str | None]]:
    return [
        [None if cell == "-" else cell for cell in line.split(separator)]
        for line in table.strip().splitlines()
    ]


@pytest.mark.parametrize(("name", "os", "arch", "libc", "form"), rows(CLASSIFIED, None))
def test_a_name_says_its_platform(
    name: str, os: str, arch: str, libc: str | None, form: str
) -> None:
    """System, processor, libc and packing are read off the name."""
    said = classify(name)
    assert isinstance(said, Classified), said
    assert (said.os, said.arch, said.libc, said.format) == (
        Os(os),
        Arch(arch),
        libc and Libc(libc),
        Format(form),
    )


@pytest.mark.parametrize(("name", "reason"), rows(REFUSED))
def test_what_is_no_build_is_refused(name: str, reason: str) -> None:
    """Checksums, packages, sources and the like say why they are none, and no platform."""
    said = classify(name)
    assert isinstance(said, Unclassified), said
    assert (said.reason, said.os, said.arch, said.level, said.libc) == (
        reason,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(("name", "os", "arch", "form", "reason"), rows(INCOMPLETE_NAMES))
def test_what_a_name_leaves_out_is_not_guessed(
    name: str, os: str | None, arch: str | None, form: str, reason: str
) -> None:
    """A build whose name is silent or contradicts itself keeps what it did say."""
    said = classify(name)
    assert isinstance(said, Unclassified), said
    assert (said.os, said.arch, said.format, said.reason) == (os, arch, form, reason)
    assert said.reason in INCOMPLETE


@pytest.mark.parametrize(("name", "os", "arch", "reason"), rows(TELLING))
def test_what_no_host_runs_as_it_is_still_tells_its_platform(
    name: str, os: str | None, arch: str | None, reason: str
) -> None:
    """What needs a runtime or a platform that we don't serve says so, and for whom it is."""
    said = classify(name)
    assert isinstance(said, Unclassified), said
    assert (said.os, said.arch, said.reason) == (os, arch, reason)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("tool-linux-amd64v2.tar.gz", 2),
        ("tool-linux-x86_64_v3.tar.gz", 3),
        ("tool_linux_amd64_v1.tar.gz", 1),
        ("praat7001_win-x64v3.zip", 3),
        ("tool-linux-amd64-avx2.tar.gz", 3),
        ("syncthing-linux-amd64-v2.0.5.tar.gz", None),
        ("syncthing-linux-arm64-v2.tar.gz", None),
        ("tool-linux-arm64-avx2.tar.gz", None),
    ],
)
def test_a_name_says_its_level(name: str, level: int | None) -> None:
    """The x86-64 level is told from a version behind the same word."""
    assert classify(name).level == level


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a" * 256,
        "\0" * 10_000,
        "é" * 300,
        ".",
        "..",
        "../bin/tool-linux-amd64.tar.gz",
        "node-v20-win-x64/node.exe",
        "/etc/tool-linux-amd64.tar.gz",
        "..\\tool-windows-amd64.zip",
        "tool-linux-amd64\n.tar.gz",
        "tool-linux-amd64\u2028.tar.gz",
        "tool-linux-amd64-\u202egz.tar.gz",
        "../tool.git",
    ],
)
def test_what_cannot_be_a_file_name_is_refused(name: str) -> None:
    """Nothing at all, names beyond any file system's limit, paths, and what can't be shown are no builds."""
    assert classify(name) == Unclassified(reason="not a file name")


@pytest.mark.parametrize("name", ["tool 1.0 linux-amd64.tar.gz", "tööl-linux-amd64.tar.gz"])
def test_a_file_name_may_hold_spaces_and_any_letters(name: str) -> None:
    """What a person could read and a file system hold is a name."""
    assert isinstance(classify(name), Classified)
