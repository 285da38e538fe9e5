import shutil
import subprocess
import sys

import pytest

from scanner.outbox.jobs import JobError, cron_line, parse, service, timer

ROW = {"targets": ["10.0.0.0/24"], "every": "Mon 03:00", "tz": "Europe/Berlin"}


def test_a_job_is_read():
    job = parse({"north": {**ROW, "blackout": ["Mon-Fri 08:00-18:00"], "options": ["--site", "north"]}})["north"]
    assert job.times.cron() == "0 3 * * 1"
    assert str(job.zone) == "Europe/Berlin"
    assert len(job.blackouts) == 1


@pytest.mark.parametrize(
    ("name", "row", "says"),
    [
        ("North Gate", ROW, "a job's name"),
        ("../x", ROW, "a job's name"),
        ("n", {**ROW, "tz": "Mars/Olympus"}, "no time zone 'Mars/Olympus'"),
        ("n", {**ROW, "tz": "../etc/passwd"}, "no time zone"),
        ("n", {**ROW, "every": "soon"}, "write it as"),
        ("n", {**ROW, "blackout": ["lunch"]}, "write a blackout"),
        ("n", {**ROW, "targets": []}, "no targets"),
        ("n", {**ROW, "surprise": 1}, "surprise"),
        ("n", {"every": "Mon 03:00"}, "targets"),
    ],
)
def test_what_cannot_run_is_refused(name, row, says):
    with pytest.raises(JobError, match=says):
        parse({name: row})


def test_a_cron_line():
    line = cron_line("north", parse({"north": ROW})["north"], "/opt/with space/coveredscan")
    assert line == "CRON_TZ=Europe/Berlin\n0 3 * * 1 '/opt/with space/coveredscan' run --scheduled north\n"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("every", ["Mon 03:00", "Mon-Fri,Sun 03:05", "hourly:15", "daily 03:00"])
def test_systemd_finds_no_fault_in_the_units(tmp_path, every):
    job = parse({"north": {**ROW, "every": every}})["north"]
    (tmp_path / "coveredscan-north.timer").write_text(timer("north", job))
    (tmp_path / "coveredscan-north.service").write_text(
        service("north", sys.executable, user="root", writable=(str(tmp_path),))
    )
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / "coveredscan-north.timer"),
         str(tmp_path / "coveredscan-north.service")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    calendar = subprocess.run(
        ["systemd-analyze", "calendar", job.times.calendar(job.tz)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert calendar.returncode == 0
