"""What simulated publishers answer: indexes with a few versions each, shaped as theirs are. Nothing was copied."""

import hashlib
from collections.abc import Iterable

__all__ = [
    "COMMIT",
    "chrome",
    "flutter",
    "gnupg",
    "go",
    "hashicorp",
    "iterm2",
    "julia",
    "mariadb",
    "mariadb_lines",
    "node",
    "node_sums",
    "page",
    "refs",
    "rockets",
    "tagged",
    "zig",
]

COMMIT = "97a53bb8a1c2d3e4f5061728394a5b6c7d8e9f00"


def _sha256(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def node(is_official: bool) -> object:
    files = ["headers", "linux-arm64", "linux-x64", "osx-arm64-tar", "osx-x64-tar", "src"]
    files += ["win-x64-zip", "win-x64-msi"]
    own = files if is_official else ["headers", "linux-armv6l", "linux-x64-musl"]
    releases = (("v23.1.0", "2024-10-24", False), ("v22.10.0", "2024-10-16", "Jod"))
    return [
        {"version": version, "date": date, "files": own, "lts": lts}
        for version, date, lts in (*releases, ("v20.18.0", "2024-10-03", "Iron"))
    ]


def node_sums(version: str) -> bytes:
    names = (f"node-{version}-{platform}.tar.gz" for platform in ("linux-x64", "darwin-arm64"))
    return "".join(f"{_sha256(name)}  {name}\n" for name in names).encode()


def go() -> object:
    platforms = ("linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64")
    names = {
        version: [
            f"{version}.src.tar.gz",
            *(f"{version}.{platform}.tar.gz" for platform in platforms),
            f"{version}.windows-amd64.zip",
        ]
        for version in ("go1.24rc1", "go1.23.2", "go1.22.8")
    }
    return [
        {"version": version, "stable": "rc" not in version, "files": [_go_file(file) for file in files]}
        for version, files in names.items()
    ]  # fmt: skip


def _go_file(name: str) -> object:
    kind = "source" if ".src." in name else "archive"
    return {"filename": name, "kind": kind, "sha256": _sha256(name), "size": 70_000_000}


def zig() -> object:
    def build(version: str, platform: str, folder: str) -> object:
        name = f"zig-{platform}-{version}.tar.xz"
        url = f"https://ziglang.org/{folder}/{name}"
        return {"tarball": url, "shasum": _sha256(name), "size": "46000000"}

    def release(version: str, folder: str) -> dict[str, object]:
        platforms = ("x86_64-linux", "aarch64-linux", "x86_64-macos", "aarch64-macos")
        return {
            "date": "2025-10-11",
            "docs": "https://ziglang.org/documentation/",
            "src": build(version, "src", folder),
            **{platform: build(version, platform, folder) for platform in platforms},
        }

    development = "0.16.0-dev.747+493ad58ff"
    return {
        "master": {"version": development, **release(development, "builds")},
        "0.15.2": release("0.15.2", "download/0.15.2"),
        "0.14.1": release("0.14.1", "download/0.14.1"),
    }


def hashicorp() -> object:
    platforms = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64")

    def release(version: str) -> object:
        names = (f"terraform_{version}_{platform}.zip" for platform in platforms)
        place = f"https://releases.hashicorp.com/terraform/{version}"
        builds = [{"filename": name, "url": f"{place}/{name}"} for name in names]
        return {"builds": builds, "shasums": f"terraform_{version}_SHA256SUMS"}

    versions = ("1.9.7", "1.9.8", "1.10.0-beta1")
    return {"name": "terraform", "versions": {version: release(version) for version in versions}}


def julia() -> object:
    ends = ("linux-x86_64", "linux-aarch64", "musl-x86_64", "mac64", "macaarch64", "win64")

    def file(version: str, end: str) -> object:
        name = f"julia-{version}-{end}.{'zip' if end == 'win64' else 'tar.gz'}"
        url = f"https://julialang-s3.julialang.org/bin/{name}"
        return {"url": url, "kind": "archive", "sha256": _sha256(name), "size": 170_000_000}

    return {
        version: {"stable": "-" not in version, "files": [file(version, end) for end in ends]}
        for version in ("1.10.5", "1.11.0", "1.12.0-rc1")
    }


def flutter(system: str, end: str) -> object:
    def releases() -> Iterable[object]:
        for channel, version in (("beta", "3.27.0-0.1.pre"), ("stable", "3.24.4")):
            for arch in ("", "arm64_") if system == "macos" else ("",):
                name = f"flutter_{system}_{arch}{version}-{channel}.{end}"
                yield {
                    "channel": channel,
                    "version": version,
                    "release_date": "2024-10-24T20:00:00Z",
                    "archive": f"{channel}/{system}/{name}",
                    "sha256": _sha256(name),
                }

    return {"releases": list(releases())}


def chrome() -> object:
    def downloads(version: str) -> object:
        place = f"https://storage.googleapis.com/chrome-for-testing-public/{version}"
        platforms = ("linux64", "mac-arm64", "mac-x64", "win64")
        urls = ((one, f"{place}/{one}/chromedriver-{one}.zip") for one in platforms)
        return {"chromedriver": [{"platform": one, "url": url} for one, url in urls]}

    versions = ("113.0.5672.0", "129.0.6668.100", "130.0.6723.69", "132.0.6800.0")
    return {
        "versions": [
            {"version": version, "downloads": downloads(version) if version > "114" else {}}
            for version in versions
        ]
    }


def mariadb_lines() -> object:
    stable, lts, short = "Stable", "Long Term Support", "Short Term Support"
    lines = [("11.7", "RC", short), ("11.6", stable, short), ("11.4", stable, lts)]
    lines += [("10.11", stable, lts), ("12.0 Vector", "Alpha", "")]
    return {
        "major_releases": [
            {"release_id": line, "release_status": status, "release_support_type": support}
            for line, status, support in lines
        ]
    }


def mariadb(version: str) -> object:
    def file(name: str, os: str | None, cpu: str | None) -> object:
        return {
            "file_name": name,
            "os": os,
            "cpu": cpu,
            "checksum": {"md5sum": None, "sha256sum": _sha256(name)},
            "file_download_url": f"https://dlm.mariadb.com/{version}/{name}",
        }

    stem = f"mariadb-{version}"
    return {
        "releases": {
            version: {
                "date_of_release": "2024-11-01",
                "files": [
                    file(f"{stem}.tar.gz", None, None),
                    file(f"{stem}-linux-systemd-x86_64.tar.gz", "Linux", "x86_64"),
                    file(f"{stem}-winx64.zip", "Windows", "x86_64"),
                    file(f"{stem}-winx64-debugsymbols.zip", "Windows", "x86_64"),
                ],
            }
        }
    }


def gnupg() -> bytes:
    items = "".join(
        f"<item><title>/GnuPG-{version}.dmg</title><link>https://sourceforge.net/projects/gpgosx/files/"
        f"GnuPG-{version}.dmg/download</link><pubDate>Mon, 20 Jan 2025 19:30:00 UT</pubDate></item>"
        for version in ("2.4.7", "2.2.19.0", "2.2.41")
    )
    sum_item = (
        "<item><link>https://sourceforge.net/projects/gpgosx/files/x.sig/download</link></item>"
    )
    return f'<rss version="2.0"><channel>{items}{sum_item}</channel></rss>'.encode()


def iterm2() -> bytes:
    names = ("stable/iTerm2-3_5_10.zip", "beta/iTerm2-3_5_0beta17.zip", "stable/iTerm2-3_4_23.zip")
    links = "".join(
        f'<a href="https://iterm2.com/downloads/{name}">{name}</a>\n'
        for name in (*names, "stable/iTerm2_v2_0.zip")
    )
    return f"<html><body>{links}</body></html>".encode()


def page() -> bytes:
    names = (f"/files/rocket-{version}-linux-amd64.tar.gz" for version in ("1.1.0", "1.0.0"))
    return "".join(f'<a href="{name}">{name}</a>\n' for name in names).encode()


def rockets() -> object:
    def file(version: str, platform: str) -> object:
        name = f"rocket-{version}-{platform}.tar.gz"
        return {"file": name, "sum": _sha256(name)}

    return {
        "rocket": {
            version: {"at": "2025-01-01", "files": [file(version, one) for one in platforms]}
            for platforms in (("linux-amd64", "linux-arm64", "darwin-arm64"),)
            for version in ("1.1.0", "1.0.0", "1.2.0-beta1")
        }
    }


def refs(*refs: str) -> bytes:
    def packet(line: str) -> str:
        return f"{len(line) + 4:04x}{line}"

    head = f"{COMMIT} HEAD\0multi_ack symref=HEAD:refs/heads/main agent=git/2\n"
    lines = (head, f"{COMMIT} refs/heads/main\n", *(f"{ref}\n" for ref in refs))
    body = "".join(packet(line) for line in lines)
    service = packet("# service=git-upload-pack\n")
    return f"{service}0000{body}0000".encode()


def tagged() -> bytes:
    tag, commit = "1" * 40, "2" * 40
    return refs(f"{tag} refs/tags/v1.0", f"{commit} refs/tags/v1.0^{{}}", f"{tag} refs/tags/old")
