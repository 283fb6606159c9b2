"""What the definition adds to what a name says."""

import pytest

from artesian.classify.build import build
from artesian.model.definition import AssetRules, LevelRule, LibcRule, PlatformRule
from artesian.model.host import Arch, Libc, Os
from artesian.model.release import Asset, Format, RawAsset, Unclassified

NO_RULES = AssetRules()


def make(name: str, rules: AssetRules = NO_RULES) -> Asset | Unclassified:
    return build(
        RawAsset(name=name, url=f"https://dl.example.net/{name}", size_bytes=7, sha256="ab"), rules
    )


def asset(name: str, rules: AssetRules = NO_RULES) -> Asset:
    made = make(name, rules)
    assert isinstance(made, Asset), made
    return made


def test_an_asset_carries_what_the_upstream_says_of_the_file() -> None:
    """Name, URL, size and checksum go with the platform that the name says."""
    assert make("tool_linux_amd64_v3.tar.gz") == Asset(
        name="tool_linux_amd64_v3.tar.gz",
        urls=("https://dl.example.net/tool_linux_amd64_v3.tar.gz",),
        os=Os.LINUX,
        arch=Arch.AMD64,
        level=3,
        format=Format.TAR_GZ,
        size_bytes=7,
        sha256="ab",
    )


@pytest.mark.parametrize(
    ("include", "exclude", "is_wanted"),
    [
        ((), (), True),
        (("hugo_*",), (), True),
        (("hugo_extended_*",), (), False),
        (("HUGO_*",), (), False),
        (("other", "hugo_*"), (), True),
        ((), ("*linux*",), False),
        (("hugo_*",), ("*-amd64.*",), False),
    ],
)
def test_globs_choose_the_assets(
    include: tuple[str, ...], exclude: tuple[str, ...], *, is_wanted: bool
) -> None:
    """Include and exclude mind the case of letters, and exclude beats include."""
    made = make("hugo_0.145.0_linux-amd64.tar.gz", AssetRules(include=include, exclude=exclude))
    assert isinstance(made, Asset) is is_wanted
    assert is_wanted or made == Unclassified(reason="left out by the definition")


@pytest.mark.parametrize(
    ("name", "libc"),
    [
        ("rg-x86_64-unknown-linux-musl.tar.gz", Libc.NONE),
        ("rg-x86_64-unknown-linux-gnu.tar.gz", Libc.GNU),
        ("rg-x86_64-pc-windows-msvc.zip", Libc.MSVC),
        ("rg-x86_64-pc-windows-gnu.zip", Libc.NONE),
        ("rg-linux-x64.tar.gz", Libc.NONE),
        ("opa_linux_amd64_static", Libc.NONE),
        ("tool-darwin-arm64-gnu.tar.gz", Libc.NONE),
        ("amazon-corretto-11.0.16.8.1-alpine-linux-x64.tar.gz", Libc.MUSL),
    ],
)
def test_a_name_tells_what_its_build_links_to(name: str, libc: Libc) -> None:
    """Musl in a name means static, unless it is Alpine's; on macOS and with MinGW there is nothing to choose."""
    assert asset(name).libc is libc


@pytest.mark.parametrize(
    ("name", "libc"),
    [
        ("bun-linux-x64-musl.zip", Libc.MUSL),
        ("bun-linux-x64.zip", Libc.GNU),
        ("bun-darwin-x64.zip", Libc.NONE),
        ("bun-windows-x64.zip", Libc.NONE),
        ("bun-linux-aarch64-android.zip", Libc.NONE),
    ],
)
def test_the_first_libc_rule_that_matches_wins(name: str, libc: Libc) -> None:
    """A rule says more than the name, where the system has that libc at all."""
    rules = AssetRules(
        libc=(LibcRule(match="*-musl*", libc=Libc.MUSL), LibcRule(match="*", libc=Libc.GNU))
    )
    assert asset(name, rules).libc is libc


@pytest.mark.parametrize(
    ("name", "level"),
    [("bun-linux-x64-baseline.zip", 2), ("bun-linux-x64.zip", 3), ("bun-linux-aarch64.zip", 1)],
)
def test_the_first_level_rule_that_matches_wins(name: str, level: int) -> None:
    """A rule sets the level of amd64 builds; no other processor has one."""
    rules = AssetRules(
        level=(LevelRule(match="*-baseline*", level=2), LevelRule(match="*", level=3))
    )
    assert asset(name, rules).level == level


@pytest.mark.parametrize(
    ("name", "os", "arch"),
    [
        ("xz-5.2.5-windows.zip", Os.WINDOWS, Arch.AMD64),
        ("fish-3.7.1.app.zip", Os.MACOS, Arch.AMD64),
        ("kubebox-linux", Os.LINUX, Arch.AMD64),
    ],
)
def test_a_system_without_a_processor_means_the_usual_one(name: str, os: Os, arch: Arch) -> None:
    """A name that says its system alone is for amd64."""
    assert (asset(name).os, asset(name).arch) == (os, arch)


@pytest.mark.parametrize(
    ("name", "rules", "os", "arch"),
    [
        ("serviceman-v1.0.1", AssetRules(os=Os.POSIX), Os.POSIX, Arch.ANY),
        ("kubens", AssetRules(os=Os.ANY), Os.ANY, Arch.ANY),
        ("k3s", AssetRules(os=Os.LINUX), Os.LINUX, Arch.AMD64),
        ("fnm-arm64.zip", AssetRules(os=Os.LINUX), Os.LINUX, Arch.ARM64),
        ("kubectx_linux_arm64.tar.gz", AssetRules(os=Os.POSIX), Os.LINUX, Arch.ARM64),
        ("dotenv.sh", AssetRules(os=Os.POSIX, include=("dotenv.sh",)), Os.POSIX, Arch.ANY),
    ],
)
def test_the_definition_completes_a_name(name: str, rules: AssetRules, os: Os, arch: Arch) -> None:
    """The definition's system stands in for what the name leaves out, and never for what it says."""
    assert (asset(name, rules).os, asset(name, rules).arch) == (os, arch)


@pytest.mark.parametrize(
    ("name", "rule", "os", "arch"),
    [
        (
            "shellcheck-v0.11.0.zip",
            PlatformRule(match="*.zip", os=Os.WINDOWS, arch=Arch.AMD64),
            Os.WINDOWS,
            Arch.AMD64,
        ),
        (
            "ollama-darwin",
            PlatformRule(match="*-darwin", arch=Arch.UNIVERSAL),
            Os.MACOS,
            Arch.UNIVERSAL,
        ),
        (
            "openapi-generator-cli-7.22.0.jar",
            PlatformRule(match="*.jar", os=Os.POSIX),
            Os.POSIX,
            Arch.ANY,
        ),
        (
            "tool-x86_64.AppImage",
            PlatformRule(match="*.AppImage", os=Os.LINUX),
            Os.LINUX,
            Arch.AMD64,
        ),
        (
            "dart-sass-1.64.2-linux-arm.tar.gz",
            PlatformRule(match="*-arm.*", arch=Arch.ARMV7),
            Os.LINUX,
            Arch.ARMV7,
        ),
    ],
)
def test_a_platform_rule_beats_the_name(name: str, rule: PlatformRule, os: Os, arch: Arch) -> None:
    """The first platform rule that matches says what runs the file, whatever its name says."""
    rules = AssetRules(platform=(PlatformRule(match="nothing", os=Os.AIX), rule))
    assert (asset(name, rules).os, asset(name, rules).arch) == (os, arch)


@pytest.mark.parametrize(
    ("name", "rules", "reason"),
    [
        ("tool_linux_amd64.tar.gz.sha256", NO_RULES, "checksum"),
        ("tool.sha256", AssetRules(os=Os.POSIX), "checksum"),
        ("tool.sha256", AssetRules(platform=(PlatformRule(match="*", os=Os.LINUX),)), "checksum"),
        ("MinGit-2.33.0-64-bit.zip", NO_RULES, "no clear operating system in its name"),
        ("tool.zip", NO_RULES, "no platform in its name"),
        ("tool-freebsd.zip", NO_RULES, "no clear architecture in its name"),
        ("install.sh", AssetRules(os=Os.POSIX), "script"),
        ("get.sh", AssetRules(include=("*.sh",)), "script"),
        ("openapi-generator-cli-7.22.0.jar", NO_RULES, "needs Java to run"),
    ],
)
def test_what_is_no_build_stays_none(name: str, rules: AssetRules, reason: str) -> None:
    """No rule of a whole package makes a build of a checksum, a script that nobody asked for or a silent name."""
    made = make(name, rules)
    assert isinstance(made, Unclassified)
    assert made.reason == reason


def test_no_rule_makes_a_path_a_file() -> None:
    """What isn't a file's name is no build, whatever the author says of it."""
    everywhere = PlatformRule(match="*", os=Os.LINUX, arch=Arch.AMD64)
    rules = AssetRules(os=Os.POSIX, platform=(everywhere,), include=("*",))
    for name in ("../bin/tool.tar.gz", "..", "bin\\tool.sh"):
        assert make(name, rules) == Unclassified(reason="not a file name")
