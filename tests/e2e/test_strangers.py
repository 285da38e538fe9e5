"""The scan against software that others wrote, on a switched network of the test's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from scanner.store import open_store
from tests.e2e.namespaces import COMMAND, Lan, Namespace, lan, wait_for

pytestmark = [
    pytest.mark.root,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

NEWCOMER = "10.83.0.2"
AVAHI, PUBLISHER, IPYCAM, NGINX, VSFTPD, SILENT = (f"10.83.0.{n}" for n in (10, 11, 12, 13, 14, 15))
DLNA, AGENT, ROUTER, NAMED, DNS = (f"10.83.0.{n}" for n in (16, 17, 18, 19, 20))


def start_avahi(host: Namespace, folder: Path) -> None:
    services = folder / "services"
    services.mkdir()
    (services / "camera.service").write_text(
        dedent("""\
        <?xml version="1.0" standalone='no'?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
        <service-group><name>AXIS M1014 - ACCC8E000001</name>
        <service><type>_axis-video._tcp</type><port>80</port><txt-record>macaddress=ACCC8E000001</txt-record></service>
        </service-group>
        """)
    )
    config = folder / "avahi.conf"
    config.write_text(
        "[server]\nhost-name=axis-accc8e000001\nenable-dbus=no\nuse-ipv6=no\n[publish]\npublish-workstation=no\n"
    )
    host.start(
        "unshare", "-m", "sh", "-c",
        f"mount --bind {services} /etc/avahi/services && mount -t tmpfs none /run"
        f" && exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f {config}",
        log=folder / "avahi.log",
    )  # fmt: skip


def start_publisher(host: Namespace, folder: Path) -> None:
    script = folder / "publisher.py"
    script.write_text(
        dedent(f"""\
        import time
        from wsdiscovery import QName, Scope
        from wsdiscovery.publishing import ThreadedWSPublishing as Publishing
        publishing = Publishing()
        publishing.start()
        publishing.publishService(
            types=[QName("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter")],
            scopes=[Scope("onvif://www.onvif.org/hardware/TEST-1"), Scope("onvif://www.onvif.org/name/Stranger")],
            xAddrs=["http://{PUBLISHER}/onvif/device_service"],
        )
        time.sleep(600)
        """)
    )
    host.start(sys.executable, str(script), log=folder / "publisher.log")


def start_ipycam(host: Namespace, folder: Path) -> None:
    home = folder / "ipycam"
    home.mkdir()
    host.start(sys.executable, "-m", "ipycam", "--source", "video", "--hw", "cpu", log=folder / "ipycam.log", cwd=home)


def start_nginx(host: Namespace, folder: Path) -> None:
    config = folder / "nginx.conf"
    config.write_text(
        dedent(f"""\
        load_module /usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so;
        daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.err; user root;
        events {{}}
        http {{
          access_log {folder}/nginx.access; client_body_temp_path {folder}; proxy_temp_path {folder};
          fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
          server {{ listen 80; more_set_headers "Server: DNVRS-Webs"; location / {{ return 200 "<title>index</title>"; }} }}
        }}
        """)
    )
    host.start("nginx", "-c", str(config), "-p", str(folder), log=folder / "nginx.log")


def start_vsftpd(host: Namespace, folder: Path) -> None:
    empty = folder / "empty"
    empty.mkdir()
    config = folder / "vsftpd.conf"
    config.write_text(
        f"listen=YES\nbackground=NO\nanonymous_enable=NO\nlocal_enable=NO\nftpd_banner=A stranger's FTP server\n"
        f"secure_chroot_dir={empty}\nrun_as_launching_user=YES\n"
    )
    config.chmod(0o600)
    host.start("vsftpd", str(config), log=folder / "vsftpd.log")


def start_minidlna(host: Namespace, folder: Path) -> None:
    (folder / "media").mkdir()
    config = folder / "minidlna.conf"
    config.write_text(
        f"port=8200\nmedia_dir={folder}/media\ndb_dir={folder}\nlog_dir={folder}\nfriendly_name=Living room\n"
        "inotify=no\nserial=28:57:be:00:00:01\nmodel_number=7\nnetwork_interface=eth0\n"
    )
    host.start("minidlnad", "-S", "-f", str(config), "-P", str(folder / "pid"), log=folder / "minidlna.log")


def start_snmpd(host: Namespace, folder: Path) -> None:
    config = folder / "snmpd.conf"
    config.write_text("agentAddress udp:161\nrocommunity notpublic\nsysDescr A stranger's agent\n")
    host.start(
        "env", "MIBS=", "snmpd", "-f", "-Lo", "-C", "-c", str(config), f"--persistentDir={folder}", "-I", "-smux",
        log=folder / "snmpd.log",
    )  # fmt: skip


def start_miniupnpd(host: Namespace, folder: Path) -> None:
    # It wants an uplink, with an address that the Internet could reach.
    host.run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1")
    host.run("ip", "address", "add", "203.0.113.9/24", "dev", "up0")
    for name in ("up0", "up1"):
        host.run("ip", "link", "set", name, "up")
    config = folder / "miniupnpd.conf"
    config.write_text(
        "ext_ifname=up0\nlistening_ip=eth0\nhttp_port=5431\nenable_natpmp=no\nmanufacturer_name=Example Networks\n"
        "model_name=Router 9\nuuid=9c2d1f6e-0000-4000-8000-000000000009\n"
    )
    host.start("miniupnpd", "-d", "-f", str(config), "-P", str(folder / "pid"), log=folder / "miniupnpd.log")


def start_llmnr(host: Namespace, folder: Path) -> None:
    """Scapy's responder, made to answer for its own address alone; it takes nothing that RFC 4795 has one ignore."""
    script = folder / "llmnr.py"
    script.write_text(
        dedent(f"""\
        from scapy.layers.inet import IP
        from scapy.layers.llmnr import LLMNR_am, LLMNRQuery
        class Responder(LLMNR_am):
            def is_request(self, req):
                return super().is_request(req) and req[LLMNRQuery].qd[0].qname == b"{NAMED.split(".")[3]}.0.83.10.in-addr.arpa."
        Responder(iface="eth0", jokerarpa="DOORSTATION", store=False)()
        """)
    )
    host.start(sys.executable, str(script), log=folder / "llmnr.log")


def start_dnsmasq(host: Namespace, folder: Path) -> None:
    host.start(
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--bogus-priv", "--user=root",
        f"--pid-file={folder}/pid", f"--listen-address={DNS}", "--bind-interfaces",
        f"--host-record=gate.site.example,{SILENT}", log=folder / "dnsmasq.log",
    )  # fmt: skip


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> Iterator[tuple[Lan, Namespace]]:
    for program in (
        "avahi-daemon", "dnsmasq", "minidlnad", "miniupnpd", "nginx", "snmpd", "vsftpd", "tcpdump", "nmap",
    ):  # fmt: skip
        assert shutil.which(program) or Path("/usr/sbin", program).exists(), (
            f"{program} is missing: see debian-packages.txt"
        )
    folder = tmp_path_factory.mktemp("strangers")
    with lan("s") as net:
        scanner = net.host("10.83.0.1/24")
        starters = {
            AVAHI: start_avahi, PUBLISHER: start_publisher, IPYCAM: start_ipycam, NGINX: start_nginx, VSFTPD: start_vsftpd,
            DLNA: start_minidlna, AGENT: start_snmpd, ROUTER: start_miniupnpd, NAMED: start_llmnr, DNS: start_dnsmasq,
        }  # fmt: skip
        for address, start in starters.items():
            own = folder / address
            own.mkdir()
            start(net.host(f"{address}/24"), own)
        net.host(f"{SILENT}/24")
        wait_for(scanner, 80, NGINX)
        wait_for(scanner, 21, VSFTPD)
        wait_for(scanner, 8200, DLNA)
        wait_for(scanner, 5431, ROUTER)
        wait_for(scanner, 53, DNS)
        wait_for(scanner, 8080, IPYCAM, 40)
        yield net, scanner


def scan(scanner: Namespace, *words: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return read(scanner.run(str(COMMAND), "scan", "--no-store", "-f", "jsonl", *words, timeout=150, check=False))


def read(done: subprocess.CompletedProcess[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    assert done.returncode in {0, 3}, done.stderr
    *findings, summary = [json.loads(line) for line in done.stdout.splitlines()]
    return {finding["host"]: finding for finding in findings}, summary


@pytest.fixture(scope="module")
def credentials(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("credentials")
    (folder / "community").write_text("notpublic\n")
    file = folder / "credentials.toml"
    file.write_text(f'[[snmp]]\nfor = "{AGENT}"\nversion = "2c"\ncommunity_file = "community"\n')
    return str(file)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/scans.sqlite"


@pytest.fixture(scope="module")
def found(network, credentials, store, tmp_path_factory) -> tuple[dict[str, Any], dict[str, Any]]:
    _, scanner = network
    servers = tmp_path_factory.mktemp("resolver") / "resolv.conf"
    servers.write_text(f"nameserver {DNS}\n")
    words = ("scan", "-f", "jsonl", "10.83.0.0/24", "--credentials", credentials, "--dns", "--db", store)
    done = scanner.run(
        "unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', str(servers), str(COMMAND),
        *words, timeout=150, check=False,
    )  # fmt: skip
    return read(done)


@pytest.mark.parametrize(
    ("address", "protocol"),
    [
        (AVAHI, "mdns"),
        (PUBLISHER, "ws_discovery"),
        (IPYCAM, "ws_discovery"),
        (IPYCAM, "onvif"),
        (NGINX, "http"),
        (VSFTPD, "banner"),
        (DLNA, "ssdp"),
        (DLNA, "upnp"),
        (AGENT, "snmp"),
        (ROUTER, "ssdp"),
        (ROUTER, "upnp"),
        (NAMED, "llmnr"),
        (SILENT, "dns"),
    ],
)
def test_each_stranger_is_found_by_the_protocol_it_speaks(found, address, protocol):
    findings, _ = found
    assert address in findings
    assert protocol in findings[address]["found_by"]


def test_names_are_told_with_who_told_them(found, store):
    findings, summary = found
    assert [host for host in findings if "llmnr" in findings[host]["found_by"]] == [NAMED]
    assert [host for host in findings if "dns" in findings[host]["found_by"]] == [SILENT]
    # Those that have no name in DNS were asked about too, and the server said so.
    assert summary["coverage"]["outcomes"]["dns"] == {"answered": len(findings)}
    with open_store(store) as opened:
        seen = list(opened.observations(next(opened.scans()).id))
    assert {(one.subject.address, one.field, one.value, one.provenance.reporter) for one in seen} >= {
        (NAMED, "name.llmnr", "DOORSTATION", None),
        (SILENT, "name.dns", "gate.site.example", DNS),
    }


def test_a_silent_host_is_seen_on_the_link_and_stays_undetermined(found):
    findings, _ = found
    assert findings[SILENT]["mac"] is not None
    assert {verdict["verdict"] for verdict in findings[SILENT]["verdicts"]} == {"undetermined"}


def test_a_server_header_alone_is_likely_not_covered(found):
    findings, _ = found
    finding = findings[NGINX]
    assert finding["identification"]["manufacturer"]["value"] == "hikvision"
    assert finding["verdicts"][0]["verdict"] == "likely"


def test_the_camera_names_itself(found):
    findings, _ = found
    assert findings[IPYCAM]["identification"]["model"] is not None
    assert {"80/tcp"} <= set(findings[NGINX]["open_ports"])
    assert "8080/tcp" in findings[IPYCAM]["open_ports"]


def test_nmap_and_the_builtin_engine_find_the_same_hosts_and_ports(network, found, credentials):
    _, scanner = network
    by_nmap, _ = scan(scanner, "10.83.0.0/24", "--engine", "nmap", "--credentials", credentials)
    builtin, _ = found
    # The machine that another test adds may have come between the two scans.
    assert {host: f["open_ports"] for host, f in by_nmap.items() if host != NEWCOMER} == {
        host: f["open_ports"] for host, f in builtin.items() if host != NEWCOMER
    }


def test_exclusions_are_absolute_and_nothing_leaves_the_scope(network, tmp_path):
    # A machine that has never spoken to anybody here: what its kernel sends is this scan's doing.
    scanner = network[0].host(f"{NEWCOMER}/24")
    capture = tmp_path / "scan.pcap"
    tcpdump = scanner.start(
        "tcpdump", "-i", "eth0", "-U", "-Z", "root", "-w", str(capture), log=tmp_path / "tcpdump.log"
    )
    wait_until = tmp_path / "tcpdump.log"
    for _ in range(100):
        if b"listening" in wait_until.read_bytes():
            break
        scanner.run("sleep", "0.1")
    findings, _ = scan(scanner, "10.83.0.8/29", "--exclude", IPYCAM)
    scanner.run("sleep", "0.5")
    tcpdump.terminate()
    tcpdump.wait(10)

    sent = scanner.run("tcpdump", "-n", "-r", str(capture), "src host 10.83.0.2", check=True).stdout
    assert len(sent.splitlines()) > 100
    assert IPYCAM not in findings
    to_excluded = scanner.run(
        "tcpdump", "-n", "-r", str(capture), f"dst host {IPYCAM} or (arp and arp[24:4] = {_number(IPYCAM)})"
    ).stdout
    assert to_excluded == ""
    targets = " or ".join(f"dst host 10.83.0.{n}" for n in range(8, 16))
    groups = " or ".join(
        f"dst host {group}"
        for group in ("224.0.0.251", "224.0.0.252", "239.255.255.250", "239.255.255.251", "255.255.255.255")
    )
    elsewhere = scanner.run(
        "tcpdump", "-n", "-r", str(capture),
        f"src host 10.83.0.2 and not arp and not igmp and not ({targets} or {groups} or dst host 10.83.0.255)",
    ).stdout  # fmt: skip
    assert elsewhere == ""
    asked = scanner.run(
        "tcpdump", "-n", "-r", str(capture), "arp and arp[6:2] = 1 and arp[14:4] = " + str(_number("10.83.0.2"))
    ).stdout
    outside = [line for line in asked.splitlines() if not any(f"who-has 10.83.0.{n} " in line for n in range(8, 16))]
    assert outside == []


def _number(address: str) -> int:
    return int.from_bytes(bytes(map(int, address.split("."))), "big")
