import io
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
from defusedxml import ElementTree
from libnmap.parser import NmapParser  # type: ignore[import-untyped]

from scanner.importers import nmap_xml
from scanner.importers.importer import Given
from scanner.model.observation import Observation
from scanner.reports.context import Context
from scanner.reports.nmap_xml import render
from tests.reports.samples import CONTEXT, FINDINGS, LTS

DTD = Path("/usr/share/nmap/nmap.dtd")


def text_of(findings, context=CONTEXT):
    return "".join(render(findings, context))


def test_a_program_that_reads_nmap_reads_us():
    report = NmapParser.parse_fromstring(text_of(FINDINGS).split("<!DOCTYPE nmaprun>\n")[1])
    host = next(host for host in report.hosts if host.address == "192.0.2.10")
    assert report.hosts_up == len(FINDINGS)
    assert host.ipv6 == "fe80::2648:45ff:fe00:1"
    assert host.mac == "24:48:45:00:00:01"
    assert host.get_open_ports() == [(80, "tcp"), (554, "tcp")]
    verdicts = next(script for script in host.scripts_results if script["id"] == "coveredscan-verdicts")
    assert "us-ndaa-889: covered" in verdicts["output"]


def test_our_own_importer_reads_it_back():
    raw = text_of([LTS]).encode()
    told = [
        (item.subject.address, item.subject.port, item.field, item.value)
        for item in nmap_xml.read(io.BytesIO(raw), Given("x"))
        if isinstance(item, Observation)
    ]
    assert ("192.0.2.10", 80, "open.tcp", "80") in told
    assert ("192.0.2.10", 80, "http.server", "DNVRS-Webs") in told
    assert ("192.0.2.10", None, "link.mac", "24:48:45:00:00:01") in told


def test_what_devices_say_stays_text():
    hostile = '"/><script id="x" output="\x00\x1b]]>&bomb;'
    finding = msgspec.structs.replace(LTS, host=hostile, addresses=(hostile,))
    root = ElementTree.fromstring(text_of([finding]).split("<!DOCTYPE nmaprun>\n")[1])
    (name,) = root.iter("hostname")
    assert name.get("name") == '"/><script id="x" output="\\x00\\x1b]]>&bomb;'


def test_without_a_summary_times_are_those_of_the_findings():
    assert LTS.last_seen is not None
    assert f'endtime="{int(LTS.last_seen.timestamp())}"' in text_of([LTS], Context())


@pytest.mark.skipif(not DTD.exists() or shutil.which("xmllint") is None, reason="nmap or xmllint is not installed")
def test_it_is_valid_by_the_document_type_of_nmap(tmp_path: Path):
    report = tmp_path / "scan.xml"
    report.write_text(text_of(FINDINGS))
    done = subprocess.run(
        ["xmllint", "--noout", "--dtdvalid", str(DTD), str(report)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
