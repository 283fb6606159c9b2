"""What the end of a file name says: how it is packed, or that it is no build at all. Data, and one look-up."""

from collections.abc import Mapping

import msgspec

from artesian.model.host import Os
from artesian.model.release import Format

__all__ = ["Ending", "split"]


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How an asset is packed, and why not to serve it (`refusal`)."""

    format: Format | None = None
    hint_os: Os | None = None
    refusal: str | None = None
    usual_os: Os | None = None  # of names that say a processor but no system
    is_any: bool = False  # for every platform that has its runtime
    is_text: bool = False  # what it holds is told by its words
    is_telling: bool = False  # refused, but its platform is worth telling


# Nine of nine repositories whose name says a processor and no system mean Linux by a bare executable or a tar
# (k3s-arm64, fish-static-aarch64-4.0.0.tar.xz), eight of eight mean Windows by .7z; for .zip it is unclear.
_BARE = Ending(format=Format.RAW, usual_os=Os.LINUX)
_USUAL_OS: Mapping[Format, Os] = {
    Format.TAR_GZ: Os.LINUX,
    Format.TAR_XZ: Os.LINUX,
    Format.TAR_ZST: Os.LINUX,
    Format.TAR_BZ2: Os.LINUX,
    Format.SEVEN_ZIP: Os.WINDOWS,
}

_FORMATS: Mapping[str, Format] = {
    "tar.gz": Format.TAR_GZ,
    "tgz": Format.TAR_GZ,
    "tar.xz": Format.TAR_XZ,
    "txz": Format.TAR_XZ,
    "tar.zst": Format.TAR_ZST,
    "tar.zstd": Format.TAR_ZST,
    "tzst": Format.TAR_ZST,
    "tar.bz2": Format.TAR_BZ2,
    "tbz2": Format.TAR_BZ2,
    "tbz": Format.TAR_BZ2,
    "tar": Format.TAR,
    "zip": Format.ZIP,
    "gz": Format.GZ,
    "xz": Format.XZ,
    "zst": Format.ZST,
    "bz2": Format.BZ2,
    "7z": Format.SEVEN_ZIP,
    "bin": Format.RAW,
    "elf": Format.RAW,
}

_SYSTEM_PACKAGE = "system package"
_METADATA = "metadata"
_DOCUMENTATION = "documentation"

_REFUSALS: Mapping[str, str] = {
    "checksum": "sha sha1 sha224 sha256 sha384 sha512 sha1sum sha256sum sha384sum sha512sum sha256sums sha512sums"
    " sha256.txt sha512.txt md5 md5sum md5sums b2 b3 b2sum b3sum blake3 checksum checksums digest digests crc32",
    "signature": "sig asc sign signature minisig sigstore sigstore.json bundle cosign.bundle p7s gpg cosign sig.json",
    "key or certificate": "pem crt cert cer pub key der",
    "software bill of materials (SBOM)": "sbom sbom.json spdx spdx.json cdx cyclonedx cdx.json cyclonedx.json bom.json"
    " bom.xml sbom.xml syft.json",
    "attestation of how it was made": "intoto.jsonl jsonl att attestation provenance intoto provenance.json slsa.json"
    " attestation.json",
    _SYSTEM_PACKAGE: "deb rpm apk snap flatpak flatpakref pkg.tar.zst pkg.tar.xz pkg.tar.gz ipk opk eopkg xbps udeb"
    " src.rpm msix msixbundle appx appxbundle appxupload msixupload hpkg p5p ebuild",
    "disk image of a machine": "iso img vhd vhdx qcow2 ova ovf vmdk box img.gz img.xz iso.gz raw.gz wim squashfs uf2"
    " hex dsk vdi qcow2.gz vhd.gz vhd.zip",
    "debug symbols": "pdb dsym dsym.zip dsym.tar.gz pdb.zip pdb.gz dbg debug dwp sym dwarf pdb.xz debug.zip debug.gz",
    "source archive": "src.tar.gz src.tgz src.zip src.tar.xz src.tar.bz2 src.7z source.tar.gz source.zip orig.tar.gz"
    " c cc cpp h hpp go rs java proto patch diff",
    _DOCUMENTATION: "md rst html htm pdf epub mobi docx doc chm ps readme license adoc man texi info changelog notice"
    " authors org",
    _METADATA: "json yaml yml toml xml txt csv ini cfg conf lock plist lst list rss log properties manifest version"
    " nix rb template tmpl env service desktop sql hcl tf nuspec latest mf tsv db sqlite index cue ndjson schema",
    "update data": "bsdiff blockmap delta zsync torrent patch.zst appcast nupkg.delta courgette metalink",
    "library or headers": "so dll dylib a lib d.ts ko o aar pom node xcframework xcframework.zip framework.zip"
    " rlib ts wasm wasm.gz wasm.br wasm.zst llb jmod pyi",
    "package of another package manager": "whl gem crate npm.tgz",
    "editor or browser extension": "xpi crx vim",
    "plug-in or data of another program": "mcpb dxt alfredworkflow streamdeckplugin unitypackage vst3 wotmod"
    " rbxm rbxmx oxt omod mcaddon lua el dat ttf otf woff woff2 nro",
    "mobile app": "ipa aab xapk apks",
    "script": "sh bash zsh fish ps1 bat cmd awk pl run command",
    "picture or sound": "png jpg jpeg svg gif ico mp4 webm mp3 webp ogg wav",
    "split or exotic archive": "z tar.z lz tar.lz lzma tar.lzma tar.br br rar cab 001 002 003 lz4 tar.lz4 cpio shar xar"
    " zoo arj lha ace zpaq mar",
}

_OTHERS: dict[str, Ending] = {
    "exe": Ending(format=Format.RAW, hint_os=Os.WINDOWS),
    "7z.exe": Ending(
        format=Format.SEVEN_ZIP, hint_os=Os.WINDOWS
    ),  # PortableGit-2.55.0.5-64-bit.7z.exe
    "msi": Ending(format=Format.MSI, hint_os=Os.WINDOWS),
    "dmg": Ending(format=Format.DMG, hint_os=Os.MACOS),
    "pkg": Ending(format=Format.PKG, hint_os=Os.MACOS),
    "app.zip": Ending(format=Format.ZIP, hint_os=Os.MACOS),  # fish-3.7.1.app.zip
    "app.tar.gz": Ending(format=Format.TAR_GZ, hint_os=Os.MACOS),
    "jar": Ending(format=Format.RAW, is_any=True, is_telling=True, refusal="needs Java to run"),
    "war": Ending(format=Format.RAW, is_any=True, is_telling=True, refusal="needs Java to run"),
    "phar": Ending(format=Format.RAW, is_any=True, is_telling=True, refusal="needs PHP to run"),
    "js": Ending(
        format=Format.RAW, is_any=True, is_telling=True, refusal="needs a JavaScript runtime"
    ),
    "mjs": Ending(
        format=Format.RAW, is_any=True, is_telling=True, refusal="needs a JavaScript runtime"
    ),
    "cjs": Ending(
        format=Format.RAW, is_any=True, is_telling=True, refusal="needs a JavaScript runtime"
    ),
    "py": Ending(format=Format.RAW, is_any=True, is_telling=True, refusal="needs Python to run"),
    "pyz": Ending(format=Format.RAW, is_any=True),  # pipx.pyz
    "pex": Ending(format=Format.RAW, is_any=True),
    "git": Ending(format=Format.GIT, is_any=True),  # a repository to clone
    "appimage": Ending(
        format=Format.RAW, hint_os=Os.LINUX, is_telling=True, refusal="AppImage (needs FUSE)"
    ),
    "nupkg": Ending(
        hint_os=Os.WINDOWS, is_telling=True, refusal="package of another package manager"
    ),
    "vsix": Ending(is_telling=True, refusal="editor extension"),
}


def _build() -> dict[str, Ending]:
    endings = {
        ending: Ending(format=kind, usual_os=_USUAL_OS.get(kind))
        for ending, kind in _FORMATS.items()
    }
    for reason, words in _REFUSALS.items():
        for ending in words.split():
            named = f"{reason} ({ending})" if reason == _SYSTEM_PACKAGE else reason
            is_text = reason in (_METADATA, _DOCUMENTATION)
            # A script counts as a build where the definition asks for it: see build.py.
            endings[ending] = Ending(
                refusal=named, is_text=is_text, format=Format.RAW if reason == "script" else None
            )
    return endings | _OTHERS


_ENDINGS: Mapping[str, Ending] = _build()

# Of one file each: what an archive is packed in once more. Unpacked once, the archive would be taken for the command.
_OF_ONE_FILE = frozenset((Format.GZ, Format.XZ, Format.ZST, Format.BZ2))
_TWICE = Ending(refusal="packed twice")


def split(lower: str) -> tuple[str, Ending]:
    """Cut the longest known ending (of up to three parts) off a lower-case name; what has none is a bare executable."""
    parts = lower.rsplit(".", 3)
    for first in range(1, len(parts)):
        ending = _ENDINGS.get(".".join(parts[first:]))
        if ending is not None:
            inner = _ENDINGS.get(parts[first - 1], _BARE) if first > 1 else _BARE
            if ending.format in _OF_ONE_FILE and (inner.refusal or inner.format is not Format.RAW):
                ending = _TWICE
            return ".".join(parts[:first]), ending
    return lower, _BARE
