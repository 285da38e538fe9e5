import io
import shutil
import subprocess

import pytest

from scanner.importers.frames import read_frames
from scanner.importers.pcapng import Writer
from tests.importers import packets

FRAMES = [(packets.START + n + 0.25, 1, packets.arp(f"10.0.0.{n + 1}", b"\x58\x50\xed\0\0\1")) for n in range(3)]


def written() -> bytes:
    out = io.BytesIO()
    writer = Writer(out, "eth0", 1, "coveredscan 1")
    for frame in FRAMES:
        writer.write(frame)
    return out.getvalue()


def test_what_is_written_is_read_back():
    found = list(read_frames(io.BytesIO(written())))
    assert [frame[1:] for frame in found if isinstance(frame, tuple)] == [frame[1:] for frame in FRAMES]
    assert [frame[0] for frame in found if isinstance(frame, tuple)] == pytest.approx([frame[0] for frame in FRAMES])


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.slow
def test_wireshark_reads_it(tmp_path):
    path = tmp_path / "x.pcapng"
    path.write_bytes(written())
    done = subprocess.run(
        ["tshark", "-n", "-r", str(path), "-T", "fields", "-e", "frame.time_epoch", "-e", "arp.src.proto_ipv4"],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert [line.split("\t")[1] for line in done.stdout.splitlines()] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert float(done.stdout.split()[0]) == pytest.approx(FRAMES[0][0], abs=1e-5)
