import msgspec
import pytest

from scanner.dashboard import bench as bench_module
from scanner.dashboard.bench import ALL, Bench
from scanner.engine import clock
from scanner.model.finding import Named
from scanner.store import StoreError, open_store
from tests.dashboard.site import fill, raised
from tests.reports.samples import AXIS, FINDINGS, LTS


def test_the_last_scan_is_shown_unless_another_is_asked_for(tmp_path):
    with raised(tmp_path) as up:
        later = fill(up.url, (LTS,), days=1)
        assert [entry.row.address for entry in up.listing("").entries] == ["192.0.2.10"]
        assert len(up.listing(up.scan).entries) == len(FINDINGS)
        assert [scan.id for scan, _ in up.bench.scans()] == [later, up.scan]


def test_a_listing_is_read_once_and_the_oldest_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_module, "KEPT", 1)
    with raised(tmp_path) as up:
        first = up.listing("")
        assert up.listing(up.scan) is first
        later = fill(up.url, (LTS,), days=1)
        up.listing(later)
        again = up.listing(up.scan)
        assert again is not first
        assert again.entries == first.entries


def test_every_device_as_it_was_last_seen(tmp_path):
    with raised(tmp_path) as up:
        newer = msgspec.structs.replace(LTS, open_ports=("81/tcp",))
        later = fill(up.url, (newer,), days=1)
        listing = up.listing(ALL)
        assert (listing.scan, len(listing.entries)) == (None, len(FINDINGS))
        by_host = {entry.row.address: entry for entry in listing.entries}
        assert by_host[LTS.host].row.finding.open_ports == ("81/tcp",)
        assert by_host[LTS.host].scan == later
        assert by_host[AXIS.host].scan == up.scan
        assert up.listing(ALL) is listing
        fill(up.url, (LTS,), days=2)
        assert up.listing(ALL) is not listing


def test_where_a_device_was_last_seen(tmp_path):
    with raised(tmp_path) as up:
        fill(up.url, (LTS,), days=1)
        assert up.bench.last_seen(AXIS.host) == up.scan
        assert up.bench.last_seen("10.9.9.9") is None


def test_an_unknown_scan_is_told(site):
    with pytest.raises(StoreError, match="has no scan"):
        site.bench.listing("nosuch")


def test_an_empty_store_has_nothing(empty):
    assert empty.bench.listing("") is None
    assert empty.bench.scans() == []
    assert empty.bench.changes("") == []
    assert empty.bench.device(LTS) == (None, [])


def test_what_was_seen_of_a_device_and_its_bytes(site):
    (seen,) = site.bench.observations(site.scan, LTS)
    assert (seen.field, seen.value) == ("http.server", "DNVRS-Webs")
    assert site.bench.observations(site.scan, AXIS) == []
    assert (site.bench.transcript("ab" * 32) or b"").startswith(b"HTTP/1.1 200 OK")
    assert site.bench.transcript("cd" * 32) is None


def test_observations_are_capped(site, monkeypatch):
    monkeypatch.setattr(bench_module, "MAX_OBSERVATIONS", 1)
    assert len(site.bench.observations(site.scan, LTS)) == 1


def test_a_device_is_remembered_and_what_became_of_it(tmp_path):
    with raised(tmp_path) as up:
        named = msgspec.structs.replace(LTS.identification, firmware=Named("V5", "V5", "possible"))
        later = fill(up.url, (msgspec.structs.replace(LTS, identification=named), *FINDINGS[:3]), days=1)
        device, changes = up.bench.device(LTS)
        assert device is not None
        assert device.last_scan == later
        assert [change.kind for change in changes] == ["re-flashed", "appeared"]
        assert [change.kind for change in up.bench.changes(later)] == ["re-flashed"]
        assert len(up.bench.changes("")) == 1 + len(FINDINGS)


def test_reports_are_told_the_law_and_the_sources(site):
    context = site.bench.context(None)
    assert "us-ndaa-889" in context.measures
    assert context.signatures
    assert context.sources
    assert context.database_version == site.bench.database.version


def test_the_operators_own_rule_is_law_too(site):
    own = msgspec.structs.replace(site.bench.law["us-ndaa-889"], id="own")
    with open_store(site.url) as store:
        bench = Bench(site.bench.database, (own,), "own.toml", (), store)
    assert bench.law["own"] is own
    assert set(bench.law) > set(site.bench.law)


def test_a_scan_is_judged_by_todays_law(site):
    assert site.bench.today == clock.now().astimezone().date()
    assert list(site.bench.judge().judge(())) == []
