from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.importers.kinds import ALL
from scanner.lab.device import load_devices
from tests.cli.command import CAMERA, ROOT, one_line
from tests.e2e.namespaces import lan, wait_for
from tests.importers import packets
from tests.importers.test_nmap_xml import BOMB, SCAN

CAM = "10.0.0.5"
MAC = bytes.fromhex("5850ed1fe385")
REALM = b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="IP Camera(C2183)"\r\n\r\n'
CAPTURE = packets.pcap(
    [
        packets.arp(CAM, MAC),
        *packets.conversation("10.0.0.1", CAM, 80, [(packets.get(), packets.http(b"", "Server: App-webs/"))]),
        *packets.conversation("10.0.0.1", CAM, 554, [(b"OPTIONS", REALM)]),
    ]
)


def findings(stdout: bytes) -> list[dict[str, Any]]:
    return [each for line in stdout.splitlines() if (each := json.loads(line))["schema"] == "coveredscan.finding/1"]


@pytest.mark.process
def test_files_of_several_kinds_merge_into_hosts(command, tmp_path: Path):
    (tmp_path / "a.bin").write_bytes(gzip.compress(CAPTURE))
    (tmp_path / "b.bin").write_bytes(SCAN)
    (tmp_path / "c.bin").write_bytes(b"10.0.0.5 dev eth0 lladdr 58:50:ed:1f:e3:85 REACHABLE\n")
    done = command(
        "import", *(str(tmp_path / f"{name}.bin") for name in "abc"), "-f", "jsonl", "-o", str(tmp_path / "x.csv")
    )
    assert done.returncode == 0, done.stderr
    (finding,) = findings(done.stdout)
    assert finding["host"] == CAM
    assert finding["mac"] == "58:50:ed:1f:e3:85"
    assert set(finding["found_by"]) >= {"arp", "http", "rtsp", "nmap-xml", "neighbours"}
    assert finding["identification"]["manufacturer"]["value"] == "hikvision"
    assert finding["verdicts"][0]["verdict"] == "covered"
    assert (tmp_path / "x.csv").read_text().count("\n") == 2


@pytest.mark.process
def test_what_is_imported_is_stored_like_a_scan(command, tmp_path: Path):
    (tmp_path / "a.pcap").write_bytes(CAPTURE)
    (tmp_path / "b.txt").write_bytes(b"10.0.0.6 dev eth0 lladdr 58:50:ed:1f:e3:85 REACHABLE\n")
    for name in ("a.pcap", "b.txt", "b.txt", "b.txt"):
        assert command("import", str(tmp_path / name), "--site", "hq").returncode == 0
    assert command("import", str(tmp_path / "a.pcap"), "--no-store").returncode == 0
    scans = [json.loads(line) for line in command("history", "--json", "--site", "hq").stdout.splitlines()]
    assert [Path(scan["targets"][0]).name for scan in scans] == ["b.txt", "b.txt", "b.txt", "a.pcap"]
    assert scans[3]["parameters"]["import"]["files"] == [str(tmp_path / "a.pcap")]
    assert {scan["state"] for scan in scans} == {"complete"}
    # Its observations are there to be judged again, its findings and what it read to be reported.
    again = command("judge", scans[3]["id"], "-f", "jsonl", "--date", "2027-01-01")
    assert findings(again.stdout)[0]["identification"]["manufacturer"]["value"] == "hikvision"
    files = (tmp_path / "x.jsonl", tmp_path / "x.html")
    assert command("report", scans[3]["id"], "-o", str(files[0]), "-o", str(files[1])).returncode == 0
    assert json.loads(files[0].read_text().splitlines()[-1])["coverage"]["read"] == ["a.pcap"]
    assert "Read from a.pcap. Nothing was asked" in files[1].read_text()
    # The table knows less of the camera than the capture did, and was not asked for those that it does not hold.
    changes = [
        json.loads(line) for line in command("diff", scans[3]["id"], scans[0]["id"], "--json").stdout.splitlines()
    ]
    assert [(change["kind"], change["after"]) for change in changes] == [("moved", "10.0.0.6")]
    shown = json.loads(command("show", "10.0.0.6", "--json").stdout)
    assert shown["device"]["verdicts"]["us-ndaa-889"] == "covered"
    assert [change["kind"] for change in shown["changes"]] == ["appeared", "moved"]


@pytest.mark.process
def test_nothing_is_stored_of_what_cannot_be_read(command, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"hello")
    assert command("import", str(tmp_path / "x")).returncode == 2
    assert command("history").stdout == b""


@pytest.mark.process
def test_sorted_input_streams_through_and_is_stored_whole(command, tmp_path: Path):
    (tmp_path / "a.xml").write_bytes(SCAN)
    plain = findings(command("import", str(tmp_path / "a.xml"), "-f", "jsonl").stdout)
    done = command("import", "--sorted", str(tmp_path / "a.xml"), "-f", "jsonl", "-o", str(tmp_path / "x.csv"))
    assert done.returncode == 0, done.stderr
    assert findings(done.stdout) == plain
    assert json.loads(done.stdout.splitlines()[-1])["schema"] == "coveredscan.summary/1"
    assert (tmp_path / "x.csv").read_text().count("\n") == 2
    first, second = (json.loads(line) for line in command("history", "--json").stdout.splitlines())
    assert (first["hosts"], first["verdicts"]) == (second["hosts"], second["verdicts"])
    assert b"nothing changed" in command("diff").stdout


@pytest.mark.process
def test_an_import_that_is_interrupted_keeps_what_it_read(command, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    running = command.start("import", str(tmp_path / "pipe"), "-f", "jsonl")
    line = b'{"host":"10.0.0.%d","field":"http.server","value":"App-webs/","port":80}\n'
    with (tmp_path / "pipe").open("wb") as pipe:
        # Written when all but the last 64 KiB have been read.
        pipe.write(b"".join(line % number for number in range(200)) * 30)
        pipe.flush()
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert len(findings(out)) == 200
    assert b"interrupted" in command("history").stdout


@pytest.mark.process
def test_the_same_as_identify_gives_the_same_verdict(command, tmp_path: Path):
    (tmp_path / "a").write_bytes(CAMERA)
    imported = findings(command("import", str(tmp_path / "a"), "-f", "jsonl").stdout)
    identified = findings(command("identify", str(tmp_path / "a")).stdout)
    assert [each["verdicts"] for each in imported] == [each["verdicts"] for each in identified]


@pytest.mark.process
def test_standard_input_and_fail_on(command):
    done = command("import", "-", "--fail-on", "covered", stdin=CAPTURE)
    assert done.returncode == 10
    assert CAM in done.stdout.decode()


@pytest.mark.process
def test_part_of_a_file(command, tmp_path: Path):
    (tmp_path / "cut.pcap").write_bytes(CAPTURE[:-30])
    done = command("import", str(tmp_path / "cut.pcap"), "-f", "jsonl")
    assert done.returncode == 3
    assert "cut.pcap: packet " in one_line(done.stderr)
    assert findings(done.stdout)


@pytest.mark.process
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"hello\n", "no kind we know"),
        (BOMB, "it declares an entity"),
        (CAPTURE[:20], "no kind we know|cut within its first 24 bytes"),
        (gzip.compress(bytes(1 << 20)), "no kind we know"),
    ],
)
def test_a_file_of_which_nothing_can_be_read(command, tmp_path: Path, content, words):
    (tmp_path / "x").write_bytes(content)
    done = command("import", str(tmp_path / "x"))
    assert done.returncode == 2
    first, last = done.stderr.decode().splitlines()
    assert any(word in first for word in words.split("|"))
    assert last == "coveredscan: nothing could be read"
    assert done.stdout == b""


@pytest.mark.process
def test_one_file_missing_among_several(command, tmp_path: Path):
    (tmp_path / "a").write_bytes(CAPTURE)
    done = command("import", str(tmp_path / "a"), str(tmp_path / "none"))
    assert done.returncode == 3
    assert "none: cannot be read: No such file" in one_line(done.stderr)


@pytest.mark.process
def test_columns_and_kind_are_the_operators_word(command, tmp_path: Path):
    (tmp_path / "list.csv").write_text("Where,Banner\n10.0.0.5,App-webs/\n")
    done = command("import", str(tmp_path / "list.csv"), "--as", "inventory", "--map", "Where=host", "--map", "Banner=http.server", "-f", "jsonl")  # fmt: skip
    assert done.returncode == 0, done.stderr
    (finding,) = findings(done.stdout)
    assert finding["evidence"][0]["reporter"] == "list.csv"


@pytest.mark.process
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--as", "nonsense"), ", ".join(importer.name for importer in ALL)),
        (("--map", "x"), "write it as COLUMN=FIELD"),
    ],
)
def test_wrong_options(command, words, told):
    done = command("import", "x", *words)
    assert done.returncode == 2
    assert told in one_line(done.stderr)


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.process
@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed: see debian-packages.txt")
def test_a_capture_of_a_whole_scan_says_what_the_scan_said(command, tmp_path: Path):
    """In a namespace of its own: the lab, tcpdump, and a scan; then the capture alone."""
    script = f"""
    set -e
    ip link set lo up
    cd {tmp_path}
    (sleep 60) | {sys.executable} -m scanner.cli.main lab up --json > lab.json &
    for n in $(seq 100); do [ -s lab.json ] && break; sleep 0.1; done
    tcpdump -B 65536 -i lo -s 0 -w scan.pcap 2> dump.log &
    dump=$!
    sleep 1
    {sys.executable} - <<'END' > words
import json
lab = json.load(open("lab.json"))
print("-p", ",".join(map(str, lab["ports"])), *lab["addresses"])
END
    {sys.executable} -m scanner.cli.main scan $(cat words) --no-store -q -f jsonl > live.jsonl || true
    sleep 1
    kill $dump
    wait $dump || true
    kill $(jobs -p) || true
    """
    subprocess.run(
        ["unshare", "-n", "bash", "-c", script],
        check=True,
        timeout=55,
        env={**command.environment, "PYTHONPATH": str(ROOT)},
    )
    assert "\n0 packets dropped by kernel" in (tmp_path / "dump.log").read_text()
    done = command("import", str(tmp_path / "scan.pcap"), "-f", "jsonl")
    assert done.returncode == 0, done.stderr

    def said(stdout: bytes) -> dict[str, tuple[object, object]]:
        told: dict[str, tuple[object, object]] = {}
        for each in findings(stdout):
            maker = each["identification"]["manufacturer"]
            for address in each["addresses"]:
                told[address] = (maker and maker["value"], [verdict["verdict"] for verdict in each["verdicts"]])
        return told

    live = said((tmp_path / "live.jsonl").read_bytes())
    assert len(live) > 20
    assert said(done.stdout) == live


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.process
@pytest.mark.skipif(
    shutil.which("nmap") is None or shutil.which("masscan") is None,
    reason="nmap or masscan is not installed: see debian-packages.txt",
)
def test_what_nmap_and_masscan_bring_of_the_lab_gives_the_right_verdicts(command, tmp_path: Path):
    """The lab in one namespace, the scanners in another; its loopback addresses are made to travel between them."""
    truth = {device.address: device.truth.manufacturer for device in load_devices()}
    chosen = ("127.66.0.11", "127.66.0.31", "127.66.0.51")
    assert [truth[address] for address in chosen] == ["hikvision", "dahua", "axis"]
    ours, theirs = "020000000001", "020000000002"
    with lan("n") as net:
        scanner = net.host("10.0.0.1/24", mac=bytes.fromhex(ours).hex(":"))
        lab = net.host("10.0.0.2/24", mac=bytes.fromhex(theirs).hex(":"))
        for name in ("all", "eth0"):
            lab.run("sysctl", "-q", "-w", f"net.ipv4.conf.{name}.route_localnet=1", f"net.ipv4.conf.{name}.rp_filter=0")
        lab.start("sh", "-c", f"sleep 55 | {sys.executable} -m scanner.cli.main lab up --json", cwd=ROOT)
        wait_for(lab, 554, chosen[0])
        masscan = (
            "masscan", "--adapter", "eth0", "--adapter-ip", "10.0.0.9", "--router-mac", bytes.fromhex(theirs).hex("-"),
            "-p80", "--banners", "--rate", "200", "--wait", "4", "-oJ", str(tmp_path / "masscan.json"), *chosen,
        )  # fmt: skip
        scanner.run(*masscan, timeout=30)
        lab.run(
            "nmap", "-Pn", "-n", "-sT", "--script", "http-title,http-server-header,http-headers,http-auth,rtsp-methods",
            "-p80,554", "-oX", str(tmp_path / "nmap.xml"), *chosen, timeout=50,
        )  # fmt: skip
    for name in ("nmap.xml", "masscan.json"):
        done = command("import", str(tmp_path / name), "-f", "jsonl")
        assert done.returncode == 0, done.stderr
        told = {finding["host"]: finding for finding in findings(done.stdout)}
        assert sorted(told) == sorted(chosen)
        for address in chosen:
            maker = told[address]["identification"]["manufacturer"]
            assert maker is None or maker["value"] == truth[address]
            level = told[address]["verdicts"][0]["verdict"]
            assert level in (
                {"not-covered", "undetermined"} if truth[address] == "axis" else {"review", "likely", "covered"}
            )
