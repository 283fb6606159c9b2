"""Write docs/reference/packages.md from the catalogue, the seed and the test bed. Run it after changes of these."""

from collections import Counter
from pathlib import Path

from tests.scripts.test_catalogue_installs import OWN
from tests.scripts.test_publisher_installs import ARCHIVES, PLUGINS
from tests.shaped import SHAPES

from artesian.cli.check_seed import SeedLine, read_seed, seed_lines
from artesian.definitions.load import load_catalogue
from artesian.model.definition import Definition, Source, SourceKind
from artesian.model.names import PackageName
from artesian.sim.genuine import PROGRAMS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "packages.md"

_HEAD = """\
# Packages

*Written by `python -m scripts.packages_reference` from the shipped catalogue, its seed and the test bed.*

{count} packages answer, and {aliases} further names that lead to one of them.

- **Source**: who is asked for releases; `own` has no upstream.
- **Hosts**: kinds of os and processor that the shipped seed serves, without what the writer fetches later.
- **Verified by**: what the installer compares a download with before anything is unpacked.
- **Tested**: what is run on each host before any link moves; and *in CI*: whether its whole install is run there, from
  genuine archives or such as are shaped like its upstream's.

| package | what it is | source | hosts | verified by | tested |
|---|---|---|---|---|---|
"""

_VERIFIED = {
    SourceKind.GITHUB: "GitHub's digest, else the release's checksum file",
    SourceKind.GITEA: "the release's checksum file",
    SourceKind.GITLAB: "the release's checksum file",
    SourceKind.GITHUB_SOURCE: "nothing: archives are made on demand",
    SourceKind.GITEA_SOURCE: "nothing: archives are made on demand",
    SourceKind.GIT: "the commit that the server chose",
    SourceKind.NODE: "SHASUMS256.txt",
    SourceKind.GO: "sha256 of the index",
    SourceKind.ZIG: "sha256 of the index",
    SourceKind.HASHICORP: "SHA256SUMS",
    SourceKind.JULIA: "sha256 of the index",
    SourceKind.FLUTTER: "sha256 of the index",
    SourceKind.CHROME: "nothing: none is published",
    SourceKind.MARIADB: "sha256 of the index",
    SourceKind.GNUPG: "nothing: none is published",
    SourceKind.ITERM2: "nothing: none is published",
    SourceKind.SERVICEMAN: "GitHub's digest, for binaries",
    SourceKind.POSTGRES: "GitHub's digest",
    SourceKind.JSON: "sha256 of the index",
    SourceKind.HTML: "sha256 of the page",
    SourceKind.OWN: "travels in the installer",
}


def page() -> str:
    """Render the whole page, in Markdown."""
    catalogue = load_catalogue(ROOT / "catalogue")
    lines = {line.name: line for line in seed_lines(*read_seed(ROOT / "seed" / "seed.zip"))}
    definitions = catalogue.definitions
    head = _HEAD.format(
        count=len(definitions), aliases=sum(len(one.aliases) for one in definitions)
    )
    genuine = {program.package for program in PROGRAMS}
    in_ci = {*genuine, *SHAPES, *OWN, *PLUGINS, *(archive.name for archive in ARCHIVES)}
    rows = (_row(one, lines.get(one.name), is_in_ci=one.name in in_ci) for one in definitions)
    kinds = Counter(one.source.kind for one in definitions)
    counted = "".join(f"| `{kind}` | {count} |\n" for kind, count in sorted(kinds.items()))
    return (
        f"{head}{''.join(rows)}\n## By kind of source\n\n| kind | packages |\n|---|---|\n{counted}"
    )


def _row(definition: Definition, line: SeedLine | None, *, is_in_ci: bool) -> str:
    cells = (
        f"**{definition.name}**{_aliases(definition.aliases)}",
        _cell(definition.description or definition.title),
        f"`{_source(definition.source)}`",
        _hosts(definition, line),
        _verified(definition),
        _tested(definition, is_in_ci=is_in_ci),
    )
    return f"| {' | '.join(cells)} |\n"


def _aliases(aliases: tuple[PackageName, ...]) -> str:
    return f"<br>{', '.join(aliases)}" if aliases else ""


def _source(source: Source) -> str:
    return f"{source.kind}:{source.repository}" if source.repository else source.kind.value


def _hosts(definition: Definition, line: SeedLine | None) -> str:
    if definition.refused:
        return "none"
    if definition.os:
        return ", ".join(definition.os)
    if definition.packages and not definition.files and not definition.piece:
        return "those of its packages"
    if definition.source.kind is SourceKind.OWN:
        return "all with a shell"
    return str(line.hosts) if line and line.hosts else "not in the seed"


def _verified(definition: Definition) -> str:
    if definition.refused:
        return "refused"
    if "artesian_run_script" in definition.piece:
        return "nothing: upstream's own script, its sha256 is told"
    if definition.packages and not definition.files and not definition.piece:
        return "each of its packages by itself"
    if definition.piece and not definition.files and definition.source.kind is SourceKind.OWN:
        return "its install.sh travels in the installer; what that fetches isn't"
    return _VERIFIED[definition.source.kind]


def _tested(definition: Definition, *, is_in_ci: bool) -> str:
    test = definition.recipe.test
    words = "" if test is None else f"`{_cell(' '.join((test.command, *test.args)))}`"
    return ", ".join(part for part in (words, "in CI" if is_in_ci else "") if part) or "-"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
