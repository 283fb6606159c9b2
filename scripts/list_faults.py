"""Write docs/reference/faults.md: every fault that we expect, what must come of it, and where that is shown."""

# ruff: noqa: E501 - a table

from pathlib import Path

from artesian.sim.plan import load_plans

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/faults.md"

# id → (fault, what must come of it, tests beside the scenarios)
FAULTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "U1": ("an upstream answers 5xx, or resets, for 36 minutes", "answers as ever with growing age; one probe per open period; fresh soon after", ()),
    "U2": ("a fifth of all calls fail", "retried within their budget; nobody is called", ()),
    "U3": ("an answer never begins", "cut by a deadline; only that package ages", ()),
    "U4": ("an answer comes a byte a second", "cut by the deadline of the whole", ("tests/contract/test_net.py",)),
    "U5": ("a connection is reset in the middle of a body", "nothing half is published", ()),
    "U6": ("a web page with status 200", "refused as no data; the last good list stays", ()),
    "U7": ("an empty or much shorter list, or one whose versions are all flagged unstable", "set aside and told; an empty one is never believed, another after three days", ()),
    "U8": ("truncated JSON", "refused", ()),
    "U9": ("a field is missing, null or of another type", "that release is skipped and counted, the package stays", ("tests/contract/test_sources.py",)),
    "U10": ("unknown new fields and words", "taken as they come", ("tests/contract/test_sources.py",)),
    "U11": ("304, and what it validates is lost", "asked for whole, once", ()),
    "U12": ("304 for ever, whatever changed", "found by the weekly audit", ()),
    "U13": ("a repository is renamed", "followed at the same host", ("tests/contract/test_github.py",)),
    "U14": ("a redirect to another host", "not followed, no token sent, told", ("tests/contract/test_github.py",)),
    "U15": ("a repository is deleted or private", "its last releases are served; told", ()),
    "U16": ("pages that lead in a circle", "a bounded number is read; told", ()),
    "U17": ("the version of an API is retired", "told as one thing, not as many", ()),
    "U18": ("a published file changes", "withheld for a day; for good if the release is immutable", ("tests/unit/refresh/test_admit.py",)),
    "U19": ("one forge breaks", "only its packages age", ()),
    "U20": ("a GraphQL answer with errors beside data", "what was answered counts", ("tests/contract/test_sweep.py", "tests/unit/refresh/test_sweep.py")),
    "R1": ("the credential's header is misspelt", "noticed in the first answer; nothing more is asked; told", ("tests/contract/test_net.py",)),
    "R2": ("the hour's requests are used up", "nothing is asked until it is over, restart or not", ()),
    "R3": ("429 with Retry-After", "obeyed to the second", ()),
    "R4": ("a secondary limit without a time", "a minute, then doubled", ()),
    "R5": ("a reset in the past, the far future, or no number", "bounded", ("tests/unit/refresh/test_judge.py",)),
    "R6": ("others use the same token", "slower; the reserve stays", ("tests/unit/refresh/test_budget.py",)),
    "R7": ("a storm of restarts", "as many requests as without", ()),
    "R8": ("an empty disk and many packages", "filled at a steady pace within the budget", ()),
    "R9": ("midnight, a new month", "nothing happens", ()),
    "A1": ("no token", "anonymous by configuration; no 403 is earned", ()),
    "A2": ("an unknown token", "one request an hour, told", ()),
    "A3": ("a token that ends", "told before; a new one is found without a restart", ()),
    "A4": ("a token's file with quotes, a newline, a byte order mark", "never sent broken; told in clear words", ("tests/unit/refresh/test_tokens.py",)),
    "A5": ("a token of 520 characters", "sent as it is, in no file of ours", ()),
    "A6": ("a token in an exception's text", "redacted wherever it could be read", ("tests/unit/model/test_credential.py",)),
    "A7": ("403 for a good token after many 401s", "a matter of the credential, not of a limit", ()),
    "A8": ("a proxy strips the header", "as R1", ("tests/contract/test_proxy.py",)),
    "N1": ("DNS knows no host", "served as ever; told", ()),
    "N2": ("packets vanish", "cut by a deadline; told", ()),
    "N3": ("a certificate that doesn't hold", "refused before a header goes out; told as such", ("tests/contract/test_proxy.py",)),
    "N4": ("slow and lossy", "slower; nobody is called", ()),
    "N5": ("a link that is up and down", "single probes; fresh again after", ()),
    "N6": ("nothing gets out at the start", "ready at once", ()),
    "N7": ("a portal answers everything with its page", "one alert, not one a package", ()),
    "S1": ("the disk is full", "the old generation stays; made good without a restart", ("tests/unit/store/test_faults.py",)),
    "S2": ("the file system is read-only", "served; told", ("tests/unit/store/test_faults.py",)),
    "S3": ("syncing fails", "taken for a failed write", ("tests/unit/store/test_faults.py",)),
    "S4": ("killed at any step of publishing", "the old or the new, never between", ("tests/e2e/test_publisher.py", "tests/unit/store/test_faults.py")),
    "S5": ("the power is cut", "the same", ("tests/unit/store/test_faults.py", "tests/property/test_store.py")),
    "S6": ("a bit of an object flips", "the version before is served", ("tests/unit/store/test_read.py",)),
    "S7": ("the pointer is gone", "the newest good generation is found", ("tests/unit/store/test_read.py",)),
    "S8": ("the memory is damaged, deleted, locked", "begun anew; costs requests, not data", ()),
    "S9": ("no more files can be opened", "connections wait, nothing ends", ("tests/e2e/test_publisher.py",)),
    "S11": ("two writers by mistake", "one works, the other says why not", ()),
    "S12": ("a list grows beyond reason", "refused by the gate, not by a crash", ()),
    "P1": ("what nobody expected is raised in a loop", "that loop pauses and goes on; told", ()),
    "P2": ("a loop dies or stalls without a word", "told by its silence", ()),
    "P3": ("a process hangs", "replaced", ("tests/e2e/test_supervise.py",)),
    "P7": ("a process is killed again and again", "as R7; what is in force is always whole", ("tests/e2e/test_supervise.py",)),
    "P8": ("stopped in the middle of a request or a probe", "held against nobody", ("tests/e2e/test_supervise.py",)),
    "P9": ("many clients at once ask a reader that has just started", "all get the same whole answer", ()),
    "C1": ("a hundred times the clients", "not one request more", ()),
    "C2": ("slow clients, idle connections, huge headers", "limits and deadlines", ("tests/unit/web/test_connections.py",)),
    "C3": ("a flood of unknown names", "no request, no flood of log lines", ()),
    "K1": ("the wall clock jumps", "no storm of requests, nothing is forgotten", ()),
}  # fmt: skip

HEAD = """# Faults, and where each is shown

Written by `scripts/list_faults.py`; don't edit it by hand. Scenarios run in virtual time (`artesian sim run NAME`) and
hold all invariants of [simulation](../simulation.md); tests beside them use real processes, disks or sockets.

| | fault | what must come of it | shown by |
|---|---|---|---|
"""


def page() -> str:
    """Write the table."""
    plans = load_plans(ROOT / "scenarios")
    rows = []
    for fault, (what, expected, tests) in FAULTS.items():
        scenarios = [f"`{plan.name}`" for plan in plans if fault in plan.covers]
        shown = ", ".join([*scenarios, *tests])
        rows.append(f"| {fault} | {what} | {expected} | {shown} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
