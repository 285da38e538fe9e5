import asyncio
import threading
import time

import pytest

from scanner.dashboard import job as job_module
from scanner.dashboard import runner as runner_module
from scanner.dashboard.runner import Busy
from scanner.engine.speeds import SPEEDS
from tests import camera as camera_server
from tests.dashboard.site import raised

pytestmark = pytest.mark.loopback
CAMERA = "127.66.9.3"


@pytest.fixture(scope="module")
def camera():
    """On one of the ports every scan tries."""
    with camera_server.raised(CAMERA, 8080):
        yield CAMERA


def wait(runner, seconds=30.0):
    end = time.monotonic() + seconds
    while runner.state.is_running and time.monotonic() < end:
        time.sleep(0.05)
    return runner.state


@pytest.mark.slow
def test_a_scan_runs_to_its_end_and_is_stored(tmp_path, camera):
    with raised(tmp_path, findings=None) as up:
        up.runner.start((camera,))
        assert up.runner.state.stage == "running"
        with pytest.raises(Busy, match=f"a scan of {camera} is running"):
            up.runner.start(("127.66.9.9",))
        state = wait(up.runner)
        assert (state.stage, state.devices, state.trouble) == ("ended", 1, "")
        assert state.share == 100
        listing = up.listing(state.scan)
        assert [entry.row.maker for entry in listing.entries] == ["Hikvision"]
        assert [scan.targets for scan, _ in up.bench.scans()] == [(camera,)]
        assert up.bench.observations(state.scan, listing.entries[0].row.finding)


def test_ports_and_speed_are_the_scans(tmp_path):
    with raised(tmp_path, findings=None) as up:
        up.runner.start((CAMERA,), (1, 2), "normal")
        assert wait(up.runner).stage == "ended"
        ((scan, _),) = up.bench.scans()
        asked = scan.parameters["request"]
        assert asked["ports"] == [1, 2]
        assert (asked["rate"], asked["host_rate"]) == (SPEEDS["normal"].rate, SPEEDS["normal"].per_host)


def test_a_stopped_scan_keeps_what_it_saw(tmp_path):
    with raised(tmp_path, findings=None) as up:
        up.runner.start(("127.66.12.0/22",))
        end = time.monotonic() + 10
        while not up.runner.state.scan and time.monotonic() < end:
            time.sleep(0.01)
        up.runner.stop()
        state = wait(up.runner)
        assert (state.stage, state.trouble) == ("stopped", "")
        assert [scan.interrupted for scan, _ in up.bench.scans()] == [True]


def test_a_scan_stopped_before_it_began_is_stopped(tmp_path):
    with raised(tmp_path, findings=None) as up:
        up.runner.start(("127.66.12.0/22",))
        up.runner.stop()
        assert wait(up.runner).stage == "stopped"


def test_a_scan_stopped_while_names_are_looked_up_is_stopped(tmp_path, monkeypatch):
    waiting = threading.Event()

    async def slow(_):
        waiting.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(runner_module, "open_scope", slow)
    with raised(tmp_path, findings=None) as up:
        up.runner.start(("127.66.9.9",))
        assert waiting.wait(10)
        up.runner.stop()
        assert wait(up.runner).stage == "stopped"
        assert "Show them" not in up.get("/progress").text
        up.runner.start(("127.66.9.9",))
        up.runner.stop()
        assert wait(up.runner).stage == "stopped"


def test_closing_waits_for_the_scan(tmp_path):
    with raised(tmp_path, findings=None) as up:
        up.runner.start(("127.66.12.0/22",))
        up.runner.close()
        assert up.runner.state.stage == "stopped"
        up.runner.close()
        up.runner.stop()


@pytest.mark.parametrize(
    ("targets", "trouble"),
    [(("no.such.name.invalid",), "neither an interface"), (("8.8.8.8",), "public address space")],
)
def test_what_cannot_be_scanned_is_told(tmp_path, targets, trouble):
    with raised(tmp_path, findings=None) as up:
        up.runner.start(targets)
        state = wait(up.runner)
        assert state.stage == "failed"
        assert trouble in state.trouble
        assert up.bench.scans() == []
        up.runner.start(targets)  # the next one is not held up
        assert wait(up.runner).stage == "failed"


def test_a_fault_of_ours_ends_the_scan_alone(tmp_path, monkeypatch, caplog):
    def broken(*_, **__):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(job_module, "Scan", broken)
    with raised(tmp_path, findings=None) as up:
        up.runner.start(("127.66.9.9",))
        state = wait(up.runner)
    assert (state.stage, state.trouble) == ("failed", "internal error: ZeroDivisionError: oops")
    assert "the scan broke off" in caplog.text
