"""What is no build although its ending could be one's: whole names and telling words, each with a reason."""

from collections.abc import Mapping, Sequence

__all__ = ["NAMES", "refusal", "refusal_without_platform"]

# Whole names, in lower case, that are never a build.
NAMES: Mapping[str, str] = {
    name: reason
    for reason, names in {
        "checksum": "checksums sha1sums sha256sums sha512sums md5sums b3sums b2sums shasums shasums256 digests"
        " sha256sum sha512sum sha256 sha512 md5 checksum shasum",
        "documentation": "license licence copying readme notice changelog changes authors news unlicense third_party"
        " manual",
        "metadata": "version manifest index release release_notes pkgbuild dockerfile makefile containerfile formula"
        " cargo.lock revision commit",
        "script": "install installer.sh install.sh",
    }.items()
    for name in names.split()
}


def _by_word(table: Mapping[str, str]) -> Mapping[str, str]:
    return {word: reason for reason, words in table.items() for word in words.split()}


# Words anywhere but at the start, where they are the tool's own name (`debug-agent-linux-amd64`).
_WORDS = _by_word(
    {
        "debug symbols": "debug debuginfo debuginfos dbg dbgsym dbgsyms pdb pdbs symbols debugsymbols dsym dsyms",
        "source archive": "src source sources srcs vendor vendored sourcecode",
        "checksum": "checksums sha256sums sha512sums sha1sums md5sums b3sums shasums sha256sum sha512sum sha256 sha512",
        "bootstrap files for packagers": "bootstrap",
        "not signed yet": "unsigned",  # dashcore-18.0-win64-setup-unsigned.exe
    }
)

# The same in names that say no platform; a tool may be named so: `terraform-docs-v0.16.0-linux-arm64.tar.gz`.
_WORDS_WITHOUT_PLATFORM = _by_word(
    {
        "checksum": "checksum md5sum",
        "signature": "signature signatures",
        "software bill of materials (SBOM)": "sbom spdx cyclonedx",
        "attestation of how it was made": "provenance intoto attestation",
        "documentation": "docs doc manual manpages manpage",
        "library or headers": "headers devel libs",
        "test files": "testdata tests testsuite",
        "shell completions": "completions",
    }
)

_PAIRS: Mapping[tuple[str, str], str] = {
    ("buildable", "artifact"): "source archive",  # caddy_2.9.0_buildable-artifact.tar.gz
    ("man", "page"): "man page",  # yq_man_page_only.tar.gz
    ("man", "pages"): "man page",
    ("release", "notes"): "documentation",
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
        reason = _WORDS_WITHOUT_PLATFORM.get(word)
        if reason is not None:
            return reason
    return None
