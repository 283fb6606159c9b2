"""GitHub's own description of what we read of it, out of the npm package @octokit/openapi (MIT).

`github_schemas.py` says what a newer package changes in the vendored part, `--write` takes it over. Needs npm.
"""

import argparse
import difflib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDORED = Path(__file__).parents[1] / "tests/contract/schemas/github.json"
PACKAGE = "@octokit/openapi"
MEMBER = "package/generated/api.github.com.json"
USED = ("basic-error", "rate-limit-overview", "release", "release-asset")
PROSE = ("description", "example", "examples", "title")
REFERENCE = "#/components/schemas/"


def fetch(version: str) -> dict[str, Any]:
    """Download the package by npm, and read the description of api.github.com."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{PACKAGE}@{version}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (file,) = Path(folder).glob("*.tgz")
        with tarfile.open(file) as archive:
            member = archive.extractfile(MEMBER)
            assert member is not None
            description: dict[str, Any] = json.load(member)
            return description


def used_part(description: dict[str, Any]) -> dict[str, Any]:
    """Cut out the schemas that we use and those they refer to, without prose."""
    schemas = description["components"]["schemas"]
    wanted, found = list(USED), {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = bare(schemas[name], is_properties=False)
            wanted += references(schemas[name])
    origin = {"package": PACKAGE, "version": description["info"]["version"], "licence": "MIT"}
    return {"origin": origin, "components": {"schemas": dict(sorted(found.items()))}}


def bare(node: Any, *, is_properties: bool) -> Any:
    """Leave out what only explains; under `properties` the names are GitHub's own, and all stay."""
    if isinstance(node, dict):
        return {
            key: bare(value, is_properties=key == "properties" and not is_properties)
            for key, value in node.items()
            if is_properties or key not in PROSE
        }
    return [bare(one, is_properties=False) for one in node] if isinstance(node, list) else node


def references(node: Any) -> list[str]:
    """List the schemas that a schema refers to."""
    if isinstance(node, dict):
        own = [str(node["$ref"]).removeprefix(REFERENCE)] if "$ref" in node else []
        return own + [name for value in node.values() for name in references(value)]
    return [name for one in node for name in references(one)] if isinstance(node, list) else []


def main() -> None:
    """Compare, or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default="latest")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    new = used_part(fetch(options.version))
    text = json.dumps(new, indent=1, sort_keys=True) + "\n"
    if options.write:
        VENDORED.parent.mkdir(parents=True, exist_ok=True)
        VENDORED.write_text(text, encoding="utf-8")
        return
    old = json.loads(VENDORED.read_text("utf-8"))
    before, after = old["origin"]["version"], new["origin"]["version"]
    if old["components"] == new["components"]:
        print(f"GitHub's schemas of {PACKAGE} {after} are those of {before}.")
        return
    lines = difflib.unified_diff(
        VENDORED.read_text("utf-8").splitlines(), text.splitlines(), before, after, lineterm=""
    )
    print("\n".join(lines))
    sys.exit(
        f"GitHub's description changed between {before} and {after}: read the difference above"
    )


if __name__ == "__main__":
    main()
