"""Peak memory of the whole `scan` command: a /16 and a /8 with the same 10,240 devices in them. Needs root.

`python -m benchmarks.memory 16 8`; a /8 takes a quarter of an hour or more, so `make bench` runs /16 and /12.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.contest import Row, peak
from benchmarks.lab import GATEWAY, SCANNER, WIDE, spaces
from benchmarks.lab import run as command

COMMAND = str(Path(sys.executable).with_name("coveredscan"))
ALIVE = ("10.90.0.0/19", "10.90.32.0/21")
COUNT = 10_240
_NGINX = """
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log /dev/null;
events {{ worker_connections 9000; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 80 backlog=65535;
        add_header WWW-Authenticate 'Digest realm="IP Camera(C2875)", nonce="4d6a63", qop="auth"' always;
        return 401 "<html><head><title>Document Error: Unauthorized</title></head></html>";
    }}
}}
"""


def run(widths: tuple[int, ...] = (16, 12)) -> list[Row]:
    if os.geteuid() != 0:
        print("  needs root (network namespaces): left out")
        return []
    rows = []
    with spaces("csmem") as (scanner, target), tempfile.TemporaryDirectory() as folder:
        near = [f"address add {SCANNER}/24 dev v0", "link set v0 up", f"route add {WIDE} via {GATEWAY} src {SCANNER}"]
        far = [f"address add {GATEWAY}/24 dev v1", "link set v1 up", f"route add blackhole {WIDE}"]
        far += [f"route add local {network} dev lo" for network in ALIVE]
        for side, lines in ((scanner, near), (target, far)):
            command("ip", "-n", side, "-batch", "-", text="\n".join(lines))
        conf = Path(folder) / "nginx.conf"
        conf.write_text(_NGINX.format(folder=folder))
        nginx = subprocess.Popen(["ip", "netns", "exec", target, "nginx", "-c", str(conf), "-g", "daemon off;"])
        try:
            rows += [_scan(scanner, width) for width in widths]
        finally:
            nginx.terminate()
            nginx.wait(10)
    for row in rows:
        print(
            f"  {row.task:24} {row.name:40} {row.median:8.1f} s  findings {row.found[0][0]:,}"
            f"  peak {row.megabytes:.0f} MB  {row.megabytes / rows[0].megabytes:.2f} x /{widths[0]}"
        )
    return rows


def _scan(scanner: str, width: int) -> Row:
    network = f"10.{90 if width >= 16 else 80 if width >= 12 else 0}.0.0/{width}"
    row = Row(f"scan {network}", "--engine raw --speed fast, one port", there=(COUNT, 0))
    words = (
        "scan", network, "--engine", "raw", "--speed", "fast", "--rate", "1000000", "-p", "80", "--discovery", "none",
        "--yes", "--no-store", "-q", "-f", "jsonl",
    )  # fmt: skip
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            ["ip", "netns", "exec", scanner, COMMAND, *words], stdout=out, stderr=subprocess.DEVNULL
        )
        kibibytes = peak(process.pid, float("inf"))
        process.returncode = 0
        row.seconds.append(time.perf_counter() - start)
        row.megabytes = (kibibytes or 0) / 1024
        out.seek(0)
        row.found.append((sum('"identification"' in line for line in out), 0))
    return row


if __name__ == "__main__":
    run(tuple(map(int, sys.argv[1:])))
