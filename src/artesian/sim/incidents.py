"""The incidents that are replayed: what happened, when, and what the old design and its people did about it."""

from collections.abc import Mapping

import msgspec

from artesian.errors import NotFound
from artesian.sim.plan import Expected, Plan, Requests, Scene
from artesian.sim.trouble import Kind, Trouble
from artesian.sim.twin import Flaws

__all__ = ["INCIDENTS", "Incident", "NoSuchIncident", "find_incident"]

_GITHUB = "api.github.com"
_MINUTE = 60.0


class NoSuchIncident(NotFound):
    """No incident of this name is replayed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no incident {name} is known; there are {', '.join(INCIDENTS)}")


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. `plan` is what happens to upstreams; the rest is about the twin alone.

    deployed_s: from then on it has these flaws, until mended_s; mourned_s: how long it stays down before people start
    it again; popular: how many packages its clients ask for (0: all).
    """

    name: str
    what: str
    plan: Plan
    flaws: Flaws = Flaws()
    deployed_s: float | None = None
    mended_s: float | None = None
    mourned_s: float | None = None
    popular: int = 0


def _of_2024_06_05() -> Incident:
    # Times from webi #855: the change at 17:37, down from 18:39 to 18:56. It starts at 17:00.
    from_s, to_s = 37 * _MINUTE, 116 * _MINUTE
    header = Trouble(
        kind=Kind.RENAME_HEADER,
        name="Authorization",
        value="Authentication",
        starts_s=from_s,
        ends_s=to_s,
    )
    title = "Authorization is called Authentication: 60 requests an hour instead of 5,000"
    plan = Plan(
        name="2024-06-05",
        title=title,
        lasts_s=200 * _MINUTE,
        scene=Scene(packages=68, releases=2, start="2024-06-05T17:00:00", changes_per_hour=3),
        faults=(header,),
        expect=Expected(
            alerts=(f"auth_lost:{_GITHUB}",),
            alert_text="credentials are not reaching api.github.com: limit 60, expected at least 5000",
            alert_from_s=from_s,
            # One query in five minutes is enough for 68 packages; in the other minutes the canary asks.
            alert_within_s=1.5 * _MINUTE,
            fresh_after_s=190 * _MINUTE,
            requests=(Requests(from_s=from_s + 1.5 * _MINUTE, to_s=to_s, most=1),),
        ),
    )
    return Incident(
        name="2024-06-05",
        what="a misspelt header, then the rate limit, an exception, a restart loop, and a supervisor that gives up",
        plan=plan,
        flaws=Flaws(header="Authentication"),
        deployed_s=from_s,
        mended_s=to_s,
        mourned_s=17 * _MINUTE,
        popular=2,
    )


def _of_874() -> Incident:
    faults = tuple(
        Trouble(kind=kind, host=_GITHUB, starts_s=30 * _MINUTE, ends_s=66 * _MINUTE, share=share)
        for kind, share in ((Kind.RESET, 0.5), (Kind.STATUS, 1.0))
    )
    plan = Plan(
        name="874",
        title="GitHub answers 5xx and resets for 36 minutes",
        lasts_s=150 * _MINUTE,
        scene=Scene(packages=30, start="2024-08-14T22:32:00"),
        faults=faults,
        expect=Expected(
            alerts=(f"unreachable:{_GITHUB}",), may_alert=("broken:*",), fresh_after_s=100 * _MINUTE
        ),
    )
    return Incident(
        name="874",
        what="GitHub is down for 36 minutes; an unhandled error ends the process, again and again",
        plan=plan,
        mourned_s=60 * _MINUTE,
    )


def _of_1003() -> Incident:
    plan = Plan(
        name="1003",
        title="Two clients ask for the same package right after a start",
        lasts_s=90 * _MINUTE,
        scene=Scene(packages=12, start="2026-05-31T23:30:00"),
    )
    return Incident(
        name="1003",
        what="cold caches, and concurrent first requests that leave empty lists: 200, but nothing to install",
        plan=plan,
    )


def _of_850() -> Incident:
    fault = Trouble(kind=Kind.STATUS, status=500, host="gitea.example.com", starts_s=20 * _MINUTE)
    plan = Plan(
        name="850",
        title="The one Gitea breaks, and every install of the old design needs a package from there",
        lasts_s=120 * _MINUTE,
        scene=Scene(packages=12, gitea=1, start="2024-05-31T23:30:00"),
        faults=(fault,),
        expect=Expected(
            alerts=("broken:p11",),
            left=("broken:p11",),
            ages=("p11",),
            fresh_after_s=20 * _MINUTE,
        ),
    )
    return Incident(
        name="850",
        what="one forge breaks; the package that the bootstrap itself needs comes from there",
        plan=plan,
        flaws=Flaws(needs="p11", sends_token_everywhere=True),
        mourned_s=30 * _MINUTE,
    )


def _of_534() -> Incident:
    fault = Trouble(
        kind=Kind.HANG,
        path="/repos/acme/p03/releases",
        starts_s=20 * _MINUTE,
        ends_s=80 * _MINUTE,
    )
    plan = Plan(
        name="534",
        title="One upstream's answer never begins, at midnight of a new month",
        lasts_s=240 * _MINUTE,
        scene=Scene(packages=12, start="2022-10-31T23:30:00"),
        faults=(fault,),
        expect=Expected(may_alert=("broken:*",), ages=("p03",), fresh_after_s=20 * _MINUTE),
    )
    return Incident(
        name="534",
        what="no deadline: the refresh loop waits for ever, and so does everybody who asks for that package",
        plan=plan,
    )


def _of_month() -> Incident:
    fault = Trouble(
        kind=Kind.STATUS, status=502, host=_GITHUB, starts_s=29 * _MINUTE, ends_s=34 * _MINUTE
    )
    plan = Plan(
        name="month",
        title="GitHub is ill for five minutes around midnight of the first",
        lasts_s=120 * _MINUTE,
        scene=Scene(packages=30, start="2026-05-31T23:30:00"),
        faults=(fault,),
        expect=Expected(
            may_alert=(f"unreachable:{_GITHUB}", "broken:*"), fresh_after_s=60 * _MINUTE
        ),
    )
    return Incident(
        name="month",
        what="caches named by the month are all cold at once, in the worst minute",
        plan=plan,
        mourned_s=30 * _MINUTE,
    )


INCIDENTS: Mapping[str, Incident] = {
    one.name: one
    for one in (_of_2024_06_05(), _of_874(), _of_1003(), _of_850(), _of_534(), _of_month())
}


def find_incident(name: str) -> Incident:
    """Find an incident by its name; raise NoSuchIncident."""
    if name not in INCIDENTS:
        raise NoSuchIncident(name)
    return INCIDENTS[name]
