"""Importing: nmap XML of 65,536 hosts beside python-libnmap, a capture beside tshark with the same fields.

Inputs are generated. Each program runs as a process of its own; memory is the peak of the process. Each runs once, so
the ratio is that of processor time, which other work on the machine changes least.
COVEREDSCAN_BENCH_MB sets the size of the capture in MB (default 256).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.contest import Row
from tests.importers import packets

HOSTS = 65_536
MEGABYTES = int(os.environ.get("COVEREDSCAN_BENCH_MB", "256"))
OURS = (
    "import sys\n"
    "from scanner.importers.importer import Given\n"
    "from scanner.importers.kinds import read\n"
    "count = sum(1 for _ in read(open(sys.argv[1], 'rb'), Given('x')))\n"
    "print(count)\n"
)
IMPORT = [sys.executable, "-m", "scanner.cli.main", "import", "--no-store", "-f", "jsonl"]
"""The whole command: read, joined into devices (but for --sorted), judged and printed."""
LIBNMAP = (
    "import sys\n"
    "from libnmap.parser import NmapParser\n"
    "report = NmapParser.parse_fromfile(sys.argv[1])\n"
    "print(sum(len(host.services) for host in report.hosts))\n"
)
FIELDS = (
    "ip.src", "eth.src", "arp.src.proto_ipv4", "arp.src.hw_mac", "dhcp.option.hostname", "dns.ptr.domain_name",
    "dns.srv.name", "dns.txt", "http.server", "http.www_authenticate", "http.response.code",
)  # fmt: skip
SHOWN = "arp || dhcp || mdns || http.response || rtsp.response"


def run() -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "scan.xml"
        write_scan(scan)
        compare(
            rows,
            f"import nmap XML, {HOSTS:,} hosts, {scan.stat().st_size >> 20} MB",
            ("importer", [sys.executable, "-c", OURS, str(scan)]),
            ("import --sorted", [*IMPORT, "--sorted", str(scan)]),
            ("import", [*IMPORT, str(scan)]),
            ("libnmap", [sys.executable, "-c", LIBNMAP, str(scan)]),
        )
        for name, bulk in (("a scan of devices, all of it answers", 0), ("the same amid bulk data", 60)):
            capture = Path(folder) / "capture.pcap"
            write_capture(capture, MEGABYTES << 20, bulk)
            task = f"import a capture of {name}, {capture.stat().st_size >> 20} MB"
            ours = ("importer", [sys.executable, "-c", OURS, str(capture)])
            if shutil.which("tshark") is None:
                compare(rows, task, ours)
                continue
            words = ["tshark", "-n", "-r", str(capture), "-Y", SHOWN, "-T", "fields"]
            compare(rows, task, ours, ("tshark", words + [word for field in FIELDS for word in ("-e", field)]))
    return rows


def compare(rows: list[Row], task: str, *programs: tuple[str, list[str]]) -> None:
    print(task)
    first = 0.0
    for name, words in programs:
        seconds, busy, peak = measure(words)
        first = first or busy
        rows.append(Row(task, name, [seconds], megabytes=peak, detail=f"{busy:.2f} s of processor time"))
        print(
            f"  {name:15} {seconds:7.2f} s  {busy:7.2f} s of processor time  {peak:6.0f} MB"
            f"  {busy / first:5.1f} x the importer's processor time"
        )


def measure(words: list[str]) -> tuple[float, float, float]:
    """Return seconds on the wall and of the processor, and the peak of memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"{words[0]} failed: {status}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def write_scan(path: Path) -> None:
    port = (
        '<port protocol="tcp" portid="{port}"><state state="open" reason="syn-ack" reason_ttl="64"/>'
        '<service name="http" product="nginx" method="probed" conf="10"/>'
        '<script id="http-server-header" output="nginx"><elem>nginx/1.{minor}</elem></script>'
        '<script id="http-title" output="Welcome {host}"><elem key="title">Welcome {host}</elem></script></port>'
    )
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap" args="nmap" start="1700000000"'
            ' version="7.93" xmloutputversion="1.05">\n'
        )
        for host in range(HOSTS):
            ports = "".join(port.format(port=number, minor=host % 30, host=host) for number in (80, 8080))
            out.write(
                '<host starttime="1700000000" endtime="1700000100">'
                '<status state="up" reason="echo-reply" reason_ttl="64"/>'
                f'<address addr="10.{host >> 16}.{host >> 8 & 255}.{host & 255}" addrtype="ipv4"/>'
                f'<address addr="02:00:00:{host >> 16:02X}:{host >> 8 & 255:02X}:{host & 255:02X}" addrtype="mac"/>'
                f"<hostnames></hostnames><ports>{ports}"
                '<port protocol="tcp" portid="554"><state state="closed" reason="reset" reason_ttl="64"/></port>'
                "</ports></host>\n"
            )
        out.write(
            '<runstats><finished time="1700000200" timestr="x" elapsed="200"/>'
            f'<hosts up="{HOSTS}" down="0" total="{HOSTS}"/></runstats></nmaprun>\n'
        )


def write_capture(path: Path, size: int, bulk: int) -> None:
    """Tile devices that answer, each with addresses of its own, and ``bulk`` large segments of another connection."""
    body = b"<html><head><title>index</title></head><body>" + b"<p>text</p>" * 600 + b"</body></html>"
    refused = b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="IP Camera(C2183)"\r\n\r\n'
    with path.open("wb") as out:
        out.write(packets.pcap(()))
        written, number = 24, 0
        while written < size:
            host, near = f"10.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}", "10.0.0.1"
            mac = b"\x58\x50\xed" + number.to_bytes(3, "big")
            # Half of the devices know the time of day, so that no two of their answers are the same.
            page = packets.http(body, "Server: App-webs/", *((f"Date: day {number}",) if number % 2 else ()))
            told = [packets.arp(host, mac)]
            request = packets.dhcp(
                mac=mac, options=((50, bytes(map(int, host.split(".")))), (12, f"cam{number}".encode()))
            )
            told.append(packets.udp("0.0.0.0", 68, "255.255.255.255", 67, request))
            told += packets.conversation(
                near,
                host,
                80,
                [(packets.get(), page), (packets.get("/favicon.ico"), packets.http(b"x", status="404 Not Found"))],
            )
            told += packets.conversation(near, host, 554, [(b"OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\n\r\n", refused)])
            told += [packets.tcp(host, 49152, near, 5001, 7000 + 1448 * n, b"\x80" * 1448) for n in range(bulk)]
            records = packets.pcap(told)[24:]
            out.write(records)
            written += len(records)
            number += 1
