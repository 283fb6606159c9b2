"""One package.toml: what is inferred, what each key does, and what is said of mistakes."""

import pytest

from artesian.definitions.read import read_definition
from artesian.model.definition import (
    AssetRules,
    Command,
    Definition,
    Layout,
    LevelRule,
    LibcRule,
    PlatformRule,
    Recipe,
    Source,
    SourceKind,
    TagRules,
    TestRun,
    When,
)
from artesian.model.host import Arch, Libc, Os
from artesian.model.names import PackageName

SOURCE = 'source = "github:a/b"\n'
RG = Recipe(
    commands=(Command(name="rg", file="rg"),),
    man=("*.1", "*.1.gz"),
    completions_bash=("rg.bash", "rg.bash-completion", "bash-completion/completions/rg"),
    completions_zsh=("_rg", "rg.zsh"),
    completions_fish=("rg.fish",),
    test=TestRun(command="rg", args=("--version",)),
)


def read(text: str, name: str = "rg") -> Definition:
    """Read what must be right."""
    definition = read_definition(name, text.encode())
    assert isinstance(definition, Definition), definition
    return definition


def mistakes(text: str | bytes, name: str = "rg") -> list[str]:
    """Read what must be wrong; `line: message` each."""
    found = read_definition(name, text if isinstance(text, bytes) else text.encode())
    assert not isinstance(found, Definition)
    return [f"{mistake.line}: {mistake.message}" for mistake in found]


def test_one_line_is_a_package() -> None:
    """All but the source is inferred."""
    assert read('source = "github:BurntSushi/ripgrep"') == Definition(
        name=PackageName("rg"),
        title="rg",
        source=Source(kind=SourceKind.GITHUB, repository="BurntSushi/ripgrep"),
        homepage="https://github.com/BurntSushi/ripgrep",
        recipe=RG,
    )


def test_every_key_is_taken_over() -> None:
    """What an author writes stands in the definition as written."""
    text = r"""
        source = "github:a/b"
        name = "rg"
        title = "ripgrep"
        homepage = "https://rg.example/"
        description = "Finds."
        aliases = ["ripgrep", "grep2"]
        commands = { rg = "bin/rg", grep = "rg-*" }
        tree = true
        man = ["doc/*.1"]
        completions = { bash = ["b"], zsh = [] }
        test = "grep -V now"
        expect = "v{version}"
        notes = "\nOne.\nTwo.\n"
        [tags]
        prefix = "cli-"
        match = 'cli-v\d.*'
        rewrite = ['^v(?P<n>\d+)$', '\g<n>.0']
        rolling = ["nightly"]
        [assets]
        include = ["rg-*"]
        exclude = ["*-debug*"]
        os = "posix"
        platform = { "a*" = "windows/amd64", "b*" = "arm64", "c*" = "macos", "d*" = "any/any" }
        libc = { "*-musl*" = "musl", "*" = "gnu" }
        level = { "*-v2*" = 2, "*-x64*" = 3 }
    """
    definition = read(text)
    assert definition.title == "ripgrep"
    assert definition.homepage == "https://rg.example/"
    assert definition.description == "Finds."
    assert definition.aliases == ("ripgrep", "grep2")
    assert definition.recipe == Recipe(
        commands=(Command(name="rg", file="bin/rg"), Command(name="grep", file="rg-*")),
        layout=Layout.TREE,
        man=("doc/*.1",),
        completions_bash=("b",),
        completions_fish=("rg.fish", "grep.fish"),
        test=TestRun(command="grep", args=("-V", "now"), expect="v{version}"),
        notes="One.\nTwo.",
    )
    assert definition.tags == TagRules(
        prefix="cli-",
        match=r"cli-v\d.*",
        rewrite=(r"^v(?P<n>\d+)$", r"\g<n>.0"),
        rolling=("nightly",),
    )
    assert definition.assets == AssetRules(
        include=("rg-*",),
        exclude=("*-debug*",),
        os=Os.POSIX,
        platform=(
            PlatformRule(match="a*", os=Os.WINDOWS, arch=Arch.AMD64),
            PlatformRule(match="b*", arch=Arch.ARM64),
            PlatformRule(match="c*", os=Os.MACOS),
            PlatformRule(match="d*", os=Os.ANY, arch=Arch.ANY),
        ),
        libc=(LibcRule(match="*-musl*", libc=Libc.MUSL), LibcRule(match="*", libc=Libc.GNU)),
        level=(LevelRule(match="*-v2*", level=2), LevelRule(match="*-x64*", level=3)),
    )


def test_an_exception_changes_what_it_says_and_keeps_the_rest() -> None:
    """The recipe of `when` is complete: its own keys over the package's, inference last."""
    text = """
        expect = "{version}"
        notes = "Hello."
        [[when]]
        versions = "<1.0"
        os = ["macos", "linux"]
        commands = ["rga", "rg"]
        [[when]]
        os = ["windows"]
        test = false
        expect = ""
        tree = true
    """
    old, windows = read(SOURCE + text).when
    assert old == When(
        versions="<1.0",
        os=(Os.MACOS, Os.LINUX),
        recipe=Recipe(
            commands=(Command(name="rga", file="rga"), Command(name="rg", file="rg")),
            man=("*.1", "*.1.gz"),
            completions_bash=(
                *("rga.bash", "rga.bash-completion", "bash-completion/completions/rga"),
                *("rg.bash", "rg.bash-completion", "bash-completion/completions/rg"),
            ),
            completions_zsh=("_rga", "rga.zsh", "_rg", "rg.zsh"),
            completions_fish=("rga.fish", "rg.fish"),
            test=TestRun(command="rga", expect="{version}"),
            notes="Hello.",
        ),
    )
    assert windows.recipe.test is None
    assert windows.recipe.layout is Layout.TREE
    assert windows.recipe.man == ("man1/*.1", "man1/*.1.gz")


def test_no_test_is_run_where_none_is_wanted() -> None:
    """`test = false` leaves none."""
    assert read(SOURCE + "test = false").recipe.test is None


WHOLE_FILES = (
    ("", '1: source is missing, such as source = "github:owner/name"'),
    ("source = 1", "1: source must be text, not a number"),
    (
        'source = "rg"',
        "1: source 'rg' must begin with its kind, as in github:owner/name; known: github, gitea, ",
    ),
    ('source = "github:rg"', "1: source 'github:rg' must end with owner/name, not 'rg'"),
    ("source", "1: this is not TOML: Expected '=' after a key in a key/value pair"),
    ('\nsource = "a"\nsource = "b"', "3: this is not TOML: Cannot overwrite a value"),
    ('\n\ntitle = "', "3: this is not TOML: Unterminated string"),
    ("a = " + "[" * 5000, "1: this is not TOML: maximum recursion depth exceeded"),
    (
        'title = "ok"\n# caf\N{LATIN SMALL LETTER E WITH ACUTE}'.encode("latin-1"),
        "2: this is not UTF-8",
    ),
)


@pytest.mark.parametrize(("text", "mistake"), WHOLE_FILES)
def test_a_file_that_says_nothing_usable(text: str | bytes, mistake: str) -> None:
    """A file that isn't TOML, isn't UTF-8 or has no source says so at the right line."""
    (found,) = mistakes(text)
    assert found.startswith(mistake)


UNKNOWN_KEYS = (
    ('discription = "x"', "2: unknown key 'discription'; did you mean 'description'?"),
    ('Title = "x"', "2: unknown key 'Title'; did you mean 'title'?"),
    ("exclude = []", "2: 'exclude' belongs into [assets]"),
    ("rolling = []", "2: 'rolling' belongs into [tags]"),
    ("[tags]\nrewrit = []", "3: unknown key 'rewrit'; did you mean 'rewrite'?"),
    ("[tags]\nxyz = 1", "3: unknown key 'xyz'; known: match, prefix, rewrite, rolling"),
    ("assets.exlude = []", "2: unknown key 'exlude'; did you mean 'exclude'?"),
    ("completions.powershell = []", "2: unknown key 'powershell'; known: bash, fish, zsh"),
    (
        '[[when]]\nos = ["linux"]\ntree = true\ntitle = "x"',
        "5: 'title' is the same for all versions and systems; [[when]] can't change it",
    ),
    ('[[when]]\nversion = "<1"\ntree = true', "3: unknown key 'version'; did you mean 'versions'?"),
)

WRONG_SHAPES = (
    ("title = 1", "2: title must be text, not a number"),
    ("title = true", "2: title must be text, not true"),
    ("title = 1979-05-27", "2: title must be text, not a date or time"),
    ('aliases = "x"', "2: aliases must be an array of texts, not text"),
    (
        'aliases = ["x", 1]',
        "2: aliases must be an array of texts, not an array that holds a number",
    ),
    ("aliases = {}", "2: aliases must be an array of texts, not a table"),
    ('tree = "yes"', "2: tree must be true or false, not text"),
    ("test = true", "2: test must be text, or false, not true"),
    (
        "commands = 1",
        "2: commands must be an array of names, or table of name = file, not a number",
    ),
    (
        "commands = { a = 1 }",
        "2: commands must be an array of names, or table of name = file, not a table",
    ),
    ("tags = []", "2: tags must be a table, not an array of 0"),
    ("when = {}", "2: when must be an array of tables, not a table"),
    ('tags.rewrite = ["a"]', "2: rewrite must be an array of two texts, not an array of 1"),
    ('assets.libc = "musl"', "2: libc must be a table of glob = text, not text"),
    ('assets.level = { "*" = true }', "2: level must be a table of glob = number, not a table"),
    ('title = "a\\nb"', "2: title has a character that can't be seen (or more than one line)"),
    (
        'description = "a\\u202eb"',
        "2: description has a character that can't be seen (or more than one line)",
    ),
    (
        'notes = "a\\u001b[2J"',
        "2: notes has a character that can't be seen (or more than one line)",
    ),
    (
        'aliases = [\n"a",\n"b\\u0000"]',
        "4: aliases has a character that can't be seen (or more than one line)",
    ),
    (
        'commands = { a = "\\t" }',
        "2: commands has a character that can't be seen (or more than one line)",
    ),
)

WRONG_VALUES = (
    ('name = "ripgrep"', "2: name 'ripgrep' differs from the folder's, 'rg'"),
    ('title = " "', "2: title is empty"),
    ('homepage = "rg.example"', "2: homepage 'rg.example' is no http or https URL"),
    (
        'homepage = "javascript:alert(1)"',
        "2: homepage 'javascript:alert(1)' is no http or https URL",
    ),
    (
        'aliases = ["Rip Grep"]',
        "2: alias 'Rip Grep' is not named like a package: a-z, 0-9 and . _ + -",
    ),
    ('aliases = [\n"rg"]', "3: alias 'rg' is the package itself"),
    ('aliases = [\n"a",\n"a"]', "4: alias 'a' is listed twice"),
    ("commands = []", "2: commands is empty; a package has one at least"),
    ('commands = ["a", "a"]', "2: command 'a' is listed twice"),
    ('commands = ["bin/rg"]', "2: 'bin/rg' is not the name of a command"),
    ('commands = ["-x"]', "2: '-x' is not the name of a command"),
    ('commands = { a = "" }', "2: an empty glob matches nothing"),
    ('commands = { a = "[ab]" }', "2: glob '[ab]' may use * and ? only"),
    (
        'commands = { a = "/bin/a" }',
        "2: glob '/bin/a' must lead down from the archive's root: no /, . or .. around it",
    ),
    (
        'commands = { a = "../a" }',
        "2: glob '../a' must lead down from the archive's root: no /, . or .. around it",
    ),
    ('man = ["x\\\\y"]', "2: glob 'x\\y' may use * and ? only"),
    (
        'completions.bash = ["/x"]',
        "2: glob '/x' must lead down from the archive's root: no /, . or .. around it",
    ),
    (
        'test = "ripgrep -V"',
        "2: test runs 'ripgrep', which is no command of this package; commands: rg",
    ),
    ('test = ""', "2: test is empty; commands: rg"),
    ('expect = "{verison}"', "2: expect knows {version} only, not {verison}"),
    ('test = false\nexpect = "x"', "3: expect has no test to read; test is false"),
    (
        '[tags]\nmatch = "("',
        "3: '(' is not a regular expression: missing ), unterminated subpattern at position 0",
    ),
    (
        '[tags]\nrewrite = ["[", "x"]',
        "3: '[' is not a regular expression: unterminated character set at position 0",
    ),
    (
        "[tags]\nrewrite = ['r(\\d+)', '0.\\2.0']",
        "3: replacement '0.\\2.0' does not fit 'r(\\d+)': invalid group reference 2 at position 3",
    ),
    (
        "[tags]\nrewrite = ['(?P<a>r)', '\\g<b>']",
        "3: replacement '\\g<b>' does not fit '(?P<a>r)': unknown group name 'b'",
    ),
    ('assets.include = ["a/b"]', "2: glob 'a/b' is matched with a file name, which has no /"),
    ('assets.exclude = ["[a]"]', "2: glob '[a]' may use * and ? only"),
    (
        'assets.os = "darwin"',
        "2: unknown os 'darwin'; known: aix, android, any, dragonfly, freebsd, illumos, linux, macos, ",
    ),
    ('assets.os = "Linux"', "2: unknown os 'Linux'; did you mean 'linux'?"),
    (
        'assets.libc = { "*" = "glibc" }',
        "2: unknown libc 'glibc'; known: bionic, gnu, msvc, musl, none",
    ),
    ('assets.level = { "*" = 5 }', "2: level is 1, 2, 3 or 4, not 5"),
    ('assets.platform = { "*" = "windows/x64" }', "2: unknown arch 'x64'; did you mean 'x86'?"),
    ('assets.platform = { "*" = "amd46" }', "2: unknown os 'amd46'; known: aix, "),
    ('[assets.platform]\n"*" = "linux"\n"[x]" = "linux"', "4: glob '[x]' may use * and ? only"),
    ("[[when]]\ntree = true", "2: [[when]] needs versions or os; without them it is always so"),
    ('[[when]]\nversions = "<1"', "2: [[when]] changes nothing; write what differs then"),
    (
        '[[when]]\nversions = "< one"\ntree = true',
        "3: versions '< one' is no range or prefix of versions, such as '<1.0' or '>=1.2,<2'",
    ),
    (
        '[[when]]\nversions = "lts"\ntree = true',
        "3: versions 'lts' is no range or prefix of versions, such as '<1.0' or '>=1.2,<2'",
    ),
    ('[[when]]\nos = ["osx"]\ntree = true', "3: unknown os 'osx'; did you mean 'posix'?"),
    ('[[when]]\nos = ["posix"]\ntree = true', "3: os 'posix' is of files, never of a machine"),
    (
        'test = "rg -V"\n[[when]]\nos = ["linux"]\ncommands = ["a"]',
        "3: test runs 'rg', which is no command of this package; commands: a",
    ),
)


@pytest.mark.parametrize(("text", "mistake"), [*UNKNOWN_KEYS, *WRONG_SHAPES, *WRONG_VALUES])
def test_each_mistake_is_told_with_its_line_and_what_was_meant(text: str, mistake: str) -> None:
    """One mistake gives one message."""
    (found,) = mistakes(SOURCE + text)
    assert found == mistake if not mistake.endswith(", ") else found.startswith(mistake)


def test_all_mistakes_are_told_at_once() -> None:
    """A file is read to its end, and a mistake that exceptions inherit is told once."""
    text = 'title = 1\ntest = "x"\n[asets]\n[[when]]\nos = ["linux"]\nnotes = "a"\n[[when]]\nos = ["bsd"]'
    assert mistakes(text) == [
        "1: title must be text, not a number",
        '1: source is missing, such as source = "github:owner/name"',
        "2: test runs 'x', which is no command of this package; commands: rg",
        "3: unknown key 'asets'; did you mean 'assets'?",
        "7: [[when]] changes nothing; write what differs then",
        "8: unknown os 'bsd'; did you mean 'netbsd'?",
    ]


@pytest.mark.parametrize("name", ["RG", "a b", "..", "-x"])
def test_a_folder_must_be_named_like_a_package(name: str) -> None:
    """Otherwise nobody could ask for it."""
    message = f"1: folder '{name}' is not named like a package: a-z, 0-9 and . _ + -"
    assert mistakes(SOURCE + 'commands = ["a"]', name) == [message]
