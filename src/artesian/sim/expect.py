"""What a scenario demands beyond the invariants: alerts with their texts and times, requests, versions, quarantine."""

from artesian.sim.watch import Watch

__all__ = ["judge_expected"]


def judge_expected(watch: Watch) -> None:
    """Compare the end of a run with what its plan expects."""
    _alerts(watch)
    stage, expect = watch.stage, watch.stage.plan.expect
    for name, version in expect.served.items():
        answered, served = stage.client.ask(name)
        if served != version:
            stage.blame("I1", f"{name} serves {served or answered}, not {version}")
    for asked in expect.requests:
        times = [seen.at_s for seen in stage.hosts.seen if seen.host == asked.host]
        count = sum(asked.from_s <= at_s < asked.to_s for at_s in times)
        if not asked.least <= count <= asked.most:
            between = f"{asked.from_s:.0f} and {asked.to_s:.0f} s"
            stage.blame("I5", f"{count} requests to {asked.host} between {between}")
    for name in expect.quarantined:
        if not (stage.directory / "quarantine" / f"{name}.json").exists():
            stage.blame("I7", f"{name} is not in quarantine")


def _alerts(watch: Watch) -> None:
    stage, expect = watch.stage, watch.stage.plan.expect
    for key in expect.alerts:
        _alert(watch, key)
    if expect.is_cleared:
        for key in sorted(watch.standing - set(expect.left)):
            stage.blame("I8", f"the alert {key} is not cleared")
    for key in sorted(set(expect.left) - watch.standing):
        stage.blame("I8", f"the alert {key} is gone, and shouldn't be")


def _alert(watch: Watch, key: str) -> None:
    stage, expect = watch.stage, watch.stage.plan.expect
    if key not in watch.stage.told:
        stage.blame("I8", f"no alert {key}")
        return
    at_s, text = watch.stage.told[key]
    since_s = expect.alert_from_s
    if since_s is not None and at_s > since_s + expect.alert_within_s:
        stage.blame("I8", f"the alert {key} came after {at_s - since_s:.0f} s")
    if expect.alert_text and expect.alert_text not in text:
        stage.blame("I8", f"the alert {key} says: {text}")
