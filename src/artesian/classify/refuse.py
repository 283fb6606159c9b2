"""What is no build although its ending could be one's: whole names and telling words, each with its reason."""

from collections.abc import Mapping, Sequence

__all__ = ["NAMES", "refusal", "refusal_without_platform"]


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    return {word: reason for reason, words in table.items() for word in words.split()}


# Whole names, in lower case.
NAMES: Mapping[str, str] = _by_word(
    {
        "checksum": "checksum checksums digests md5 sha256 sha512 shasum shasums",
        "documentation": "authors changelog changes copying licence license manual news notice readme third_party"
        " unlicense",
        "metadata": "commit containerfile dockerfile index makefile manifest pkgbuild release release_notes revision"
        " version",
        "script": "install",
    }
)

# Words that refuse whatever platform stands beside them, but not at the start: there they name the tool itself.
_WORDS: Mapping[str, str] = _by_word(
    {
        "checksum": "checksums sha256sums sha512sums sha1sums md5sums b3sums shasums sha256sum sha512sum sha256 sha512"
        " 256sums 512sums shasums256",  # yt-dlp's SHA2-256SUMS
        "debug symbols": "debug debuginfo debuginfos dbg dbgsym dbgsyms debugsymbols debugimage pdb pdbs symbols dsym"
        " dsyms",
        "bootstrap files for packagers": "bootstrap",
        "not signed yet": "unsigned",  # dashcore-18.0-win64-setup-unsigned.exe
        "test files": "testimage testsuite testdata",  # OpenJDK11U-testimage_x64_linux_…
    }
)

# The same, but they may belong to a tool's name, which then says its platform: terraform-docs-v0.16.0-linux-arm64.
_WORDS_WITHOUT_PLATFORM: Mapping[str, str] = _by_word(
    {
        "checksum": "checksum md5sum",
        "signature": "signature signatures",
        "software bill of materials (SBOM)": "sbom spdx cyclonedx",
        "attestation of how it was made": "provenance intoto attestation",
        "source archive": "src source sources srcs vendor vendored sourcecode",
        "documentation": "docs doc manual",
        "man page": "man manpages manpage",
        "library or headers": "headers devel libs",
        "test files": "tests",
        "shell completions": "completions",
    }
)

_PAIRS: Mapping[tuple[str, str], str] = {
    ("buildable", "artifact"): "source archive",  # caddy_2.9.0_buildable-artifact.tar.gz
    ("man", "page"): "man page",  # yq_man_page_only.tar.gz
    ("man", "pages"): "man page",
    ("docker", "image"): "container image",
    ("container", "image"): "container image",
    ("oci", "image"): "container image",
    ("release", "notes"): "documentation",
    ("sha", "256"): "checksum",  # cmake-3.14.0-SHA-256.txt
    ("static", "libs"): "library or headers",  # OpenJDK17U-static-libs_x64_linux_….tar.gz
}


def refusal(words: Sequence[str]) -> str | None:
    """Tell why a name of these words is no build, whatever platform it says; None: nothing speaks against it."""
    before = ""
    for word in words:
        if before:
            reason = _WORDS.get(word) or _PAIRS.get((before, word))
            if reason is not None:
                return reason
        before = word
    return None


def refusal_without_platform(words: Sequence[str]) -> str | None:
    """Tell why a name of these words, which say no platform, is no build."""
    for word in words:
        reason = _WORDS_WITHOUT_PLATFORM.get(word) or _WORDS.get(word)
        if reason is not None:
            return reason
    return None
