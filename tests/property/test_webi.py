"""Webi's package directories: whatever their files hold, reading ends with a definition, an alias or faults."""

from hypothesis import given
from hypothesis import strategies as st

from artesian.definitions.webi import Alias, read_webi
from artesian.definitions.webi_conf import KEYS, Slip, read_conf
from artesian.definitions.webi_readme import read_sheet
from artesian.model.definition import Definition
from artesian.render.quote import quote

_KEYS = (*KEYS, "other")
_VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            *("a/b", "https://h.example/a/b", "http://[", "node", "golang", "x86_64_v3"),
            *("posix_2017", "*", "[", "a b", "'", '""', "rg", "(", "/", "..", "a,,b", "#", "="),
        ]
    ),
)
_CONFS = st.lists(
    st.builds(
        "{}{}{}".format, st.sampled_from(_KEYS), st.sampled_from(["=", " = ", " ", "=="]), _VALUES
    ),
    max_size=5,
).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))
_SHEETS = st.lists(
    st.one_of(
        st.sampled_from(["---", "--- ", "title: a", "alias: b", "alias:", "tagline: |", "  x", "\ufeff---", "\t"]),
        st.text(max_size=10),
    ),
    max_size=8,
).map("\n".join)  # fmt: skip
_FILES = st.fixed_dictionaries(
    {},
    optional={
        "README.md": st.one_of(
            _SHEETS.map(lambda text: text.encode("utf-8", "replace")), st.binary()
        ),
        "releases.conf": st.one_of(_CONFS, st.binary()),
        "install.sh": st.one_of(st.just(b"pkg_cmd_name=x\n"), st.binary()),
        "install.ps1": st.binary(),
        "x.vim": st.binary(),
    },
)


@given(_FILES, st.one_of(st.none(), _CONFS), st.sampled_from(["rg", "", "..", "A", "a b"]))
def test_any_directory_can_be_read(files: dict[str, bytes], other: bytes | None, name: str) -> None:
    """Nothing raises; what is no definition has a fault at a line that exists, and what is one can be rendered."""
    read, faults = read_webi(name, files, lambda _: other, lambda _, __: None)
    assert read is not None or faults
    for fault in faults:
        lines = files.get(fault.file, b"").count(b"\n") + 1
        assert 1 <= fault.line <= lines
        assert fault.message
    if isinstance(read, Definition):
        assert all(fault.is_minor for fault in faults)
        assert read.title.isprintable()
        assert read.description.isprintable()
        quote(read.piece)
    elif isinstance(read, Alias):
        assert read.name != name


@given(st.one_of(st.binary(), _CONFS))
def test_any_bytes_are_a_conf_or_slips(content: bytes) -> None:
    """Every slip has a line of the file."""
    slips: list[Slip] = []
    read_conf(content, slips)
    assert all(1 <= slip.line <= content.count(b"\n") + 1 for slip in slips)


@given(st.one_of(_SHEETS, st.text()))
def test_any_text_is_a_sheet(text: str) -> None:
    """Fields are one line each."""
    sheet = read_sheet(text)
    assert all(
        each.isprintable() for each in (sheet.title, sheet.homepage, sheet.alias, sheet.description)
    )
