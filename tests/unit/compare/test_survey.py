"""What each kind of host gets, read off the table that an installer carries."""

from msgspec.structs import replace
from tests.reading import Memory, package
from tests.releases import release, snapshot

from artesian.compare.survey import served_hosts, survey
from artesian.index import load_index
from artesian.model.definition import Source, SourceKind
from artesian.model.host import Arch, Host, Libc, Os
from artesian.model.names import PackageName
from artesian.model.query import Query, Resolution
from artesian.model.version import Newest
from artesian.resolve.choose import resolve
from artesian.resolve.table import ARCHS, table

OWN = Source(kind=SourceKind.OWN, repository="")
BUN = snapshot(
    release(
        "v1.1",
        "bun-linux-x64.zip",
        "bun-linux-x64-baseline.zip",
        "bun-linux-aarch64-hardmusl.zip",
        "bun-darwin-aarch64.zip",
    ),
    release("v1.0", "bun-linux-aarch64.zip"),
)


def test_every_host_is_told_what_resolve_answers_it() -> None:
    """Without a key of its own a level has that of the level below; without any, nothing is served."""
    rows = table(BUN, Newest())
    assert isinstance(rows, tuple)
    served = served_hosts(rows)
    for os, archs in ARCHS.items():
        for arch in archs:
            for libc in (Libc.GNU, Libc.MUSL) if os is Os.LINUX else (None,):
                key = f"{os}/{arch}/{libc}" if libc else f"{os}/{arch}"
                told = None
                for level in (1, 2, 3, 4) if arch is Arch.AMD64 else (1,):
                    told = served.get(key if level == 1 else f"{key}/v{level}", told)
                    host = Host(os=os, arch=arch, level=level, libc=libc)
                    found = resolve(BUN, Query(tag=Newest(), host=host))
                    first = found.assets[0] if isinstance(found, Resolution) else None
                    assert (told and told.asset) == first, (key, level)


def test_a_survey_looks_at_every_tag_that_people_use() -> None:
    """None, lts where there is one, beta, each major version, and those that were asked for."""
    memory = Memory((package("rg", ("2.0.0", "1.1.0", "0.9.0-beta", "0.8.0")),))
    index = load_index(memory)
    assert index is not None
    seen: list[str] = []
    found = survey(index, what="it", tags=("^1", "7"), tick=seen.append)
    rg = found.packages[PackageName("rg")]
    assert list(rg.offers) == ["", "beta", "2", "1", "0", "^1"]
    assert seen == ["later", "rg"]
    assert not found.packages[PackageName("later")].is_known
    assert {build.version for build in rg.builds} == {"2.0.0", "1.1.0", "0.8.0"}
    assert found.tags == ("7", "^1")


def test_to_ask_for_a_usual_tag_changes_nothing() -> None:
    """Neither of packages with releases nor of those that stand for others, which would have any tag."""
    tools = replace(package("tools"), releases=())
    tools = replace(tools, definition=replace(tools.definition, packages=("rg",), source=OWN))
    index = load_index(Memory((package("rg", ("2.0.0",)), tools)))
    assert index is not None
    asked = survey(index, what="it", tags=("beta", "lts"))
    assert asked == survey(index, what="it")
    assert list(asked.packages[PackageName("tools")].offers) == [""]
