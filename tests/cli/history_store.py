"""A store with a few scans of one small site, without a network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scanner.model.finding import Coverage, Summary
from scanner.store import Done, Ending, open_store
from tests.matching.test_changes import SERIAL, sight

START = datetime(2026, 11, 1, 3, tzinfo=UTC)
OTHER = ("serial", "OTHER12345")


def write(path, *days, site="north", targets=("10.0.0.0/24",), reached=("10.0.0.1", "10.0.0.2", "10.0.0.3")):
    """Each day is a list of sightings; returns the ids."""
    scans = []
    with open_store(str(path)) as store:
        for day, sightings in enumerate(days):
            at = START + timedelta(days=day)
            scan = store.begin(targets, {}, at, site=site, program="1", database="2")
            store.add(done=Done(silent=reached))
            findings = [each.finding for each in sightings]
            known = {each.finding.host: each.identities for each in sightings}
            verdicts = {"covered": len(findings)} if findings else {}
            summary = Summary(
                scan=scan, started_at=at, ended_at=at + timedelta(minutes=5), complete=True, interrupted=False,
                hosts=len(findings), verdicts=verdicts, coverage=Coverage(addresses=254), site=site,
            )  # fmt: skip
            store.finish(summary, findings, Ending(known))
            scans.append(scan)
    return scans


ONE = sight("10.0.0.1", SERIAL)
TWO = sight("10.0.0.2", OTHER)
TWO_MOVED = sight("10.0.0.3", OTHER, firmware="2.0")
