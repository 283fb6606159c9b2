"""Packages without an upstream, of other packages, for some systems; and sources that describe their index."""

from collections.abc import Mapping

import pytest

from artesian.definitions.read import read_definition
from artesian.model.definition import Definition, File, HomeLink, Index, Layout, Source, SourceKind
from artesian.model.host import Os

SOURCE = 'source = "github:a/b"\n'
FOLDER = {
    "rg": b"#!/bin/sh\n",
    "notes.txt": b"Read me.\n",
    "odd": b"\xff",
    "nul": b"a\0b",
    "large": b"x" * 64_001,
    "README.md": b"# rg\n",
}
PIECE = {"install.sh": b"echo hello\n"}


def read(text: str, contents: Mapping[str, bytes] = FOLDER) -> Definition:
    """Read what must be right."""
    definition = read_definition("rg", text.encode(), contents)
    assert isinstance(definition, Definition), definition
    return definition


def mistakes(text: str, contents: Mapping[str, bytes] = FOLDER) -> list[str]:
    """Read what must be wrong; `line: message` each."""
    found = read_definition("rg", text.encode(), contents)
    assert not isinstance(found, Definition)
    return [f"{mistake.line}: {mistake.message}" for mistake in found]


def test_a_package_of_files_is_what_its_folder_holds() -> None:
    """The file named like the package is its command; nothing is tested, and the version is ours to say."""
    definition = read('files = ["rg", "notes.txt"]\nversion = "1.2.0"')
    assert definition.source == Source(kind=SourceKind.OWN, repository="")
    assert definition.files == (
        File(name="rg", content=b"#!/bin/sh\n"),
        File(name="notes.txt", content=b"Read me.\n"),
    )
    assert [command.name for command in definition.recipe.commands] == ["rg"]
    assert (definition.recipe.test, definition.version) == (None, "1.2.0")
    assert (definition.homepage, definition.readme) == ("", "# rg\n")


def test_files_without_a_command_are_a_tree() -> None:
    """Where no file is named like the package there is no command to link."""
    definition = read('files = ["notes.txt"]\nlinks = { "~/.config/rg" = "." }')
    assert definition.recipe.commands == ()
    assert definition.recipe.layout is Layout.TREE
    assert definition.recipe.links == (HomeLink(path="~/.config/rg", file="."),)


def test_a_piece_alone_is_a_package() -> None:
    """An install.sh needs no key at all."""
    definition = read("", PIECE)
    assert (definition.piece, definition.version) == ("echo hello\n", "1.0.0")


def test_a_package_may_stand_for_others_and_need_some() -> None:
    """They are kept as written, in their order."""
    definition = read('packages = ["node@lts", "rg"]\nneeds = ["git"]', {})
    assert (definition.packages, definition.needs) == (("node@lts", "rg"), ("git",))


def test_a_package_may_be_of_some_systems_or_of_none() -> None:
    """The systems, what is told elsewhere, and why a name answers a refusal."""
    definition = read(SOURCE + 'os = ["macos", "windows"]\nelsewhere = "Use apt."')
    assert (definition.os, definition.elsewhere) == ((Os.MACOS, Os.WINDOWS), "Use apt.")
    assert read('refused = " Reserved. "', {}).refused == "Reserved."


def test_a_piece_may_provide_commands() -> None:
    """They tell where the package is here already; they are names, as all commands are."""
    assert read('provides = ["gpg", "gpg2"]', PIECE).provides == ("gpg", "gpg2")
    (mistake,) = mistakes('provides = ["bin/gpg"]', PIECE)
    assert mistake == "1: 'bin/gpg' is not the name of a command"


def test_a_clone_has_no_command_of_its_own() -> None:
    """A repository is kept whole, and linked where it says."""
    text = 'source = "git:github.com/a/b"\nlinks = { "~/.vim/pack/plugins/start/b" = "." }'
    definition = read(text, {})
    assert definition.recipe.commands == ()
    assert definition.recipe.layout is Layout.TREE


def test_an_index_is_described() -> None:
    """Fields that aren't written keep their usual names."""
    text = 'source = "json:https://a.example/b.json"\n[index]\nreleases = "*"\nversion = "$key"'
    assert read(text).source == Source(
        kind=SourceKind.JSON,
        repository="",
        base_url="https://a.example/b.json",
        index=Index(releases="*", version="$key"),
    )
    assert read('source = "json:https://a.example/b"').source.index == Index()
    page = 'source = "html:https://a.example/"\n[index]\npattern = "(?P<url>a-(?P<version>1))"'
    assert read(page).source.index == Index(pattern="(?P<url>a-(?P<version>1))")


WRONG = (
    ('files = ["note.txt"]', "1: the folder has no file 'note.txt'; did you mean 'notes.txt'?"),
    ('files = ["rg",\n"rg"]', "2: file 'rg' is listed twice"),
    ('files = ["odd"]', "1: 'odd' is no text of UTF-8; no script can carry it"),
    ('files = ["nul"]', "1: 'nul' is no text of UTF-8; no script can carry it"),
    ('files = ["large"]', "1: files are over 64000 bytes together"),
    ('files = ["notes.txt"]\nexpect = "x"', "2: expect has no test to read; write one"),
    (
        'files = ["notes.txt"]\ntest = "rg -V"',
        "2: test runs 'rg', which is no command of this package; commands: none",
    ),
    ('files = ["rg"]\nversion = "one"', "2: version 'one' has no number"),
    (
        SOURCE + 'version = "1.0"',
        "2: the version of a package with a source is what its source says",
    ),
    (SOURCE + 'elsewhere = "x"', "2: elsewhere needs os: the systems that the package is for"),
    (SOURCE + 'os = ["linus"]', "2: unknown os 'linus'; did you mean 'linux'?"),
    (SOURCE + 'os = ["any"]', "2: os 'any' is of files, never of a machine"),
    (SOURCE + 'provides = ["rg"]', "2: provides is of packages with an install.sh; write commands"),
    ('refused = " "', "1: refused must say why, and what to do instead"),
    (SOURCE + 'refused = "x"', "1: a refused package has no source"),
    ('refused = "x"\nneeds = ["a"]', "2: a refused package has no needs"),
    (
        'packages = ["a",\n"B C"]',
        "2: 'B C' is not a package name: names are letters, digits and . _ + -, at most 64 of them",
    ),
    (
        SOURCE + 'needs = ["a@?"]',
        (
            "2: '?' is not a version: write a channel (stable, lts, rc, beta, alpha, dev), "
            "the start of a version (14, 1.2, 1.2.3-rc1) or a range (^1.2, ~1.2, >=1.2,<2)"
        ),
    ),
    (SOURCE + 'links = { "/etc/x" = "." }', "2: link '/etc/x' must be a path that begins with ~/"),
    (
        SOURCE + 'links = { "~/../x" = "." }',
        "2: link '~/../x' must be a path that begins with ~/",
    ),
    (
        SOURCE + 'links = { "~/.local/bin/x" = "x" }',
        "2: link '~/.local/bin/x': commands make the links in ~/.local",
    ),
    (
        SOURCE + 'links = { "~/x" = "../y" }',
        "2: glob '../y' must lead down from the archive's root: no /, . or .. around it",
    ),
    (SOURCE + "[index]", "2: [index] is for json: and html: sources"),
    ('source = "html:https://a.example/"', "1: an html: source needs [index] with a pattern"),
    (
        'source = "json:https://a.example/"\nindex.pattern = "x"',
        "2: pattern is for html: sources",
    ),
    (
        'source = "html:https://a.example/"\nindex.pattern = "(?P<url>x)"',
        "2: pattern lacks the group (?P<version>…)",
    ),
    (
        'source = "html:https://a.example/"\nindex.pattern = "(?P<url>x)(?P<version>y)(?P<dat>z)"',
        "2: pattern has the unknown group 'dat'; did you mean 'date'?",
    ),
    (
        'source = "html:https://a.example/"\nindex.pattern = "("',
        "2: '(' is not a regular expression: missing ), unterminated subpattern at position 0",
    ),
    ('source = "json:https://a.example/"\nindex.dat = "x"', "2: unknown key 'dat'; did you mean "),
)


@pytest.mark.parametrize(("text", "mistake"), WRONG)
def test_each_mistake_is_told_with_its_line_and_what_was_meant(text: str, mistake: str) -> None:
    """One mistake gives one message."""
    (found,) = mistakes(text)
    assert found == mistake if not mistake.endswith("mean ") else found.startswith(mistake)


ANY = 'source = "json:https://a.example/"\n[index]\n'


@pytest.mark.parametrize(
    ("field", "mistake"),
    [
        ('releases = "data..items"', "'data..items' is no path, such as a.b, a[].b or *.b"),
        ('assets = "files["', "'files[' is no path, such as a.b, a[].b or *.b"),
        ('assets = "$key"', "'$key' is no path, such as a.b, a[].b or *.b"),
        ('assets = "{a}"', "'{a}' is no path, such as a.b, a[].b or *.b"),
        ('version = ""', "'' is no path, such as a.b, a[].b or *.b"),
        ('version = "a.$key"', "'a.$key' is no path, such as a.b, a[].b or *.b"),
        ('url = "{f"', "'{f' has a brace without its other one"),
        ('url = "f}"', "'f}' has a brace without its other one"),
        ('url = "x{a}{b"', "'x{a}{b' has a brace without its other one"),
        ('url = "x{a..b}"', "'a..b' in 'x{a..b}' is no path, such as a.b, a[].b or *.b"),
        ('size = "a[0]"', "'a[0]' is no path, such as a.b, a[].b or *.b"),
    ],
)
def test_paths_of_an_index_have_a_syntax(field: str, mistake: str) -> None:
    """What could lead nowhere, whatever the index holds, is a mistake."""
    assert mistakes(ANY + field) == [f"3: {mistake}"]


@pytest.mark.parametrize(
    "field",
    [
        'releases = "*.lines[].releases[]"',
        'releases = "[]"',
        'releases = "[][]"',
        'releases = "*[]"',
        'version = "$key"',
        'version = "v{$key}"',
        'url = "https://h/{version}/{a.b}"',
        'name = "odd name"',
        'assets = ""',
    ],
)
def test_paths_that_may_lead_somewhere(field: str) -> None:
    """Names, lists, every key, the key itself, and texts of them."""
    assert read(ANY + field).source.index is not None


@pytest.mark.parametrize(
    ("contents", "mistake"),
    [
        ({"install.sh": b"\xff"}, "1: install.sh is no text of UTF-8"),
        ({"install.sh": b"a\0"}, "1: install.sh is no text of UTF-8"),
        (
            {"install.sh": b"#" * 64_001},
            "1: install.sh is over 64000 bytes; no installer carries that",
        ),
        ({**PIECE, "README.md": b"\xff"}, "1: README.md is no text of UTF-8"),
    ],
)
def test_files_of_the_folder_must_be_fit_to_carry(
    contents: Mapping[str, bytes], mistake: str
) -> None:
    """Whatever a script or a page takes along is text, and not too much of it."""
    assert mistakes("", contents) == [mistake]


def test_a_byte_order_mark_is_told_as_what_it_is() -> None:
    """Some editors write one; TOML knows none."""
    found = read_definition("rg", b"\xef\xbb\xbf" + SOURCE.encode())
    assert not isinstance(found, Definition)
    assert [mistake.message for mistake in found] == [
        "the file begins with a byte order mark: save it as UTF-8 without one"
    ]
