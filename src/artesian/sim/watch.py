"""The invariants, looked at while a scenario runs and after it. The numbers are those of the catalogue of faults.

I1 usable answers · I3 no process ends · I4 credentials arrive, and only where they belong · I5 nothing while limited ·
I6 generations only grow · I7 nothing is lost unseen · I8 alerts · I9 fresh again, without a herd · I10 bounded.
"""

import asyncio
import os
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from itertools import pairwise

import msgspec

from artesian.errors import ArtesianError
from artesian.index import Index
from artesian.model.health import WriterHealth
from artesian.model.names import PackageName
from artesian.model.version import Channel
from artesian.refresh.admit import GONE_SHARE
from artesian.refresh.budget import RESERVE_SHARE
from artesian.refresh.pipeline import STEP
from artesian.refresh.report import FILE as REPORT
from artesian.refresh.schedule import batch
from artesian.sim.edits import newest_tag
from artesian.sim.hosts import Seen
from artesian.sim.plan import Credentials, Do
from artesian.sim.scene import LONG_TOKEN, NEW_TOKEN, TOKEN, UNKNOWN_TOKEN
from artesian.sim.stage import Stage
from artesian.sim.tally import Answered
from artesian.sim.trouble import Kind
from artesian.sources.github import HOST

__all__ = ["LOOK_S", "Watch"]

LOOK_S = 15.0
MOST_TASKS = 40
MOST_FILES = 30  # more than at the start
# As fresh as 60 requests an hour allow.
FRESH_ANONYMOUS_S = 7200.0 + 600
# Retries and checksum files on top of twice the steady pace.
HERD_FACTOR = 2.0

_REPORT = msgspec.json.Decoder(WriterHealth)


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count, of a folder that isn't one


@dataclass(slots=True)
class Watch:
    """What was seen so far of one run."""

    stage: Stage
    files: int = field(default_factory=_open_files)
    standing: frozenset[str] = frozenset()
    oldest_s: float = 0.0  # the highest age of any package's data, since all was to be fresh
    _seen: int = 0
    _until_s: dict[str, float] = field(default_factory=dict)
    _index: Index | None = None
    _tokens: tuple[str, ...] = (TOKEN, NEW_TOKEN, LONG_TOKEN)

    async def run(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            await self.stage.clock.sleep(LOOK_S)

    def look(self) -> None:
        """Check what can be checked at any time."""
        stage = self.stage
        stage.client.look()
        requests = len(stage.hosts.seen)
        self._answers()
        if len(stage.hosts.seen) != requests:
            stage.blame("I2", "an answer to a client caused a request")
        self._generation()
        for seen in stage.hosts.seen[self._seen :]:
            self._request(seen)
        self._seen = len(stage.hosts.seen)
        self._alerts()
        self._freshness()
        if len(asyncio.all_tasks()) > MOST_TASKS:
            stage.blame("I10", f"more than {MOST_TASKS} tasks")

    def finish(self) -> None:
        """Check what shows at the end only."""
        self.look()
        self._herd()
        self._leaks()
        if _open_files() > self.files + MOST_FILES:
            self.stage.blame("I10", f"more than {MOST_FILES} files stay open")

    def _answers(self) -> None:
        stage = self.stage
        for name in stage.names:
            if not stage.versions.get(name):
                continue
            answered, version = stage.client.ask(name)
            if answered is not Answered.USABLE:
                if stage.plan.scene.is_filled or name in stage.served:
                    stage.blame("I1", f"{name} is answered: {answered}")
            elif version not in stage.versions[name]:
                stage.blame("I1", f"{name} is answered with {version}, which never was")
            else:
                stage.served.add(name)

    def _generation(self) -> None:
        """Compare a new generation with the one before."""
        before, now = self._index, self.stage.client.index
        if now is None or now is before:
            return
        self._index = now
        if before is None:
            return
        if now.generation.number < before.generation.number:
            self.stage.blame("I6", "generations go back")
        for name, entry in now.generation.packages.items():
            old = before.generation.packages.get(name)
            if old is not None and old.object is not None and old.object != entry.object:
                self._loss(before, now, name)

    def _loss(self, before: Index, now: Index, name: PackageName) -> None:
        had = _stable(before, name)
        gone = had - _stable(now, name)
        if len(gone) > GONE_SHARE * len(had) and name not in self.stage.plan.expect.ages:
            self.stage.blame("I7", f"{name} lost {len(gone)} of {len(had)} versions")

    def _request(self, seen: Seen) -> None:
        stage, scene = self.stage, self.stage.plan.scene
        while stage.forgot_at_s and stage.forgot_at_s[0] <= seen.at_s:
            stage.forgot_at_s.pop(0)
            self._until_s.clear()
        if seen.host == HOST:
            tampered = {Kind.RENAME_HEADER, Kind.STRIP_HEADER}
            is_tampered = any(one.kind in tampered for one in stage.hosts.troubles)
            has_token = scene.credentials is not Credentials.NONE
            sent = (seen.authorization or "").removeprefix("Bearer ")
            if sent and sent not in self._known_tokens:
                stage.blame("I4", "a token went out that isn't one of ours, or broken")
            if has_token and seen.authorization is None and not is_tampered:
                stage.blame("I4", "a request went out without its credential")
            if self._is_own_budget and seen.remaining is not None and not is_tampered:
                reserve = max(1, int(scene_limit(stage) * RESERVE_SHARE))
                if seen.path != "/rate_limit" and seen.remaining < reserve - 1:
                    stage.blame("I5", "the operator's reserve is spent")
        elif seen.authorization is not None:
            stage.blame("I4", f"a credential went to {seen.host}")
        # Who has lost his memory asks first what his credential is worth, and still has points for queries: an hour of
        # requests that is spent forbids neither.
        is_allowed = seen.path in {"/rate_limit", "/graphql"} and not self._is_own_budget
        if seen.at_s < self._until_s.get(seen.host, 0.0) - 1 and not is_allowed:
            stage.blame("I5", f"{seen.host} was asked while it forbade that")
        if seen.until_s is not None:
            self._until_s[seen.host] = max(self._until_s.get(seen.host, 0.0), seen.until_s)

    @property
    def _known_tokens(self) -> frozenset[str]:
        return frozenset((*self.stage.hosts.world.tokens, UNKNOWN_TOKEN))

    @property
    def _is_own_budget(self) -> bool:
        """Tell whether all that GitHub counts is ours."""
        plan = self.stage.plan
        foreign = {Do.CONSUME, Do.LOSE_MEMORY, Do.DAMAGE_MEMORY, Do.SECOND_WRITER, Do.CLOCK}
        is_told_truth = not any(one.kind is Kind.CHANGE_HEADER for one in plan.faults)
        return is_told_truth and not any(event.do in foreign for event in plan.events)

    def _alerts(self) -> None:
        stage = self.stage
        try:
            report = _REPORT.decode((stage.directory / REPORT).read_bytes())
        except (OSError, msgspec.MsgspecError):
            return
        self.standing = frozenset(alert.key for alert in report.alerts)
        expect = stage.plan.expect
        for key, (_, text) in stage.told.items():
            foreseen = (*expect.alerts, *expect.may_alert, *expect.left)
            if not any(fnmatchcase(key, one) for one in foreseen):
                stage.blame("I8", f"an alert that nobody expected: {key}: {text}")

    def _freshness(self) -> None:
        """From the stated time on, what upstreams published a while ago is served, and was checked lately."""
        stage, from_s = self.stage, self.stage.plan.expect.fresh_after_s
        if from_s is None or stage.clock.monotonic_s() < from_s or stage.client.index is None:
            return
        scene = stage.plan.scene
        # Twice that leaves room for one failure; and a change is published a minute later at the most.
        age_s = 2 * scene.interval_s + 300.0
        if scene.credentials is Credentials.NONE:
            age_s = max(age_s, FRESH_ANONYMOUS_S)
        oldest = stage.clock.now() - timedelta(seconds=age_s)
        for name in stage.names:
            if name in stage.plan.expect.ages:
                continue
            entry = stage.client.index.generation.packages.get(PackageName(name))
            if entry is None or entry.checked_at is None or entry.checked_at < oldest:
                stage.blame("I9", f"{name} is not fresh")
            elif (age := stage.clock.now() - entry.checked_at).total_seconds() > self.oldest_s:
                self.oldest_s = age.total_seconds()
            newest = stage.settled_tag(name, newest_tag(stage.hosts.world, name), age_s)
            if newest and stage.client.ask(name)[1] != newest.removeprefix("v"):
                stage.blame("I9", f"{name} serves {stage.client.ask(name)[1]}, {newest} is out")

    def _herd(self) -> None:
        """No minute has many more requests to a host than the steady pace of a backlog."""
        stage = self.stage
        pace = batch(len(stage.names), step=STEP) * 60 / STEP.total_seconds()
        for host in {seen.host for seen in stage.hosts.seen}:
            # Steps of a redirect are none of ours: three at the most, and the host asked for them.
            own = (
                one for one in stage.hosts.seen if one.host == host and not 300 < one.status < 304
            )
            times = [seen.at_s for seen in own]
            most = int(pace * HERD_FACTOR) + 10
            if any(later - first < 60 for first, later in zip(times, times[most:], strict=False)):
                stage.blame("I9", f"more than {most} requests to {host} within a minute")
            if any(later < first for first, later in pairwise(times)):
                stage.blame("I10", "time went back")

    def _leaks(self) -> None:
        """Search every file that we wrote for a token."""
        for file in self.stage.directory.rglob("*"):
            if file.is_file():
                data = file.read_bytes()
                if any(token.encode() in data for token in self._tokens):
                    self.stage.blame("I4", f"a token lies in {file.name}")


def scene_limit(stage: Stage) -> int:
    """Tell the hourly limit that GitHub grants the writer."""
    return 60 if stage.plan.scene.credentials is Credentials.NONE else stage.plan.scene.limit


def _stable(index: Index, name: PackageName) -> set[str]:
    """Name the stable versions of a package; none, where its object is damaged and nothing stands in for it."""
    try:
        releases = index.snapshot(name).releases
    except ArtesianError:
        return set()
    return {one.version for one in releases if one.channel is Channel.STABLE}
