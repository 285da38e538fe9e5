import time

import pytest
from hypothesis import given, settings

from scanner.importers.importer import BadPart
from scanner.importers.nmap_xml import IMPORTER, MAX_DEPTH, MAX_TOKEN
from tests import strategies
from tests.importers.readings import items, read, recognised, survives

SCAN = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nmaprun>
<?xml-stylesheet href="file:///usr/share/nmap/nmap.xsl" type="text/xsl"?>
<nmaprun scanner="nmap" args="nmap -sV -sC" start="1700000000" version="7.93" xmloutputversion="1.05">
<host starttime="1700000001" endtime="1700000009"><status state="up" reason="arp-response" reason_ttl="0"/>
<address addr="10.0.0.5" addrtype="ipv4"/>
<address addr="58:50:ED:1F:E3:85" addrtype="mac" vendor="Hangzhou Hikvision Digital Technology"/>
<hostnames><hostname name="cam5.example.com" type="PTR"/><hostname name="typed" type="user"/></hostnames>
<ports><port protocol="tcp" portid="80"><state state="open" reason="syn-ack" reason_ttl="64"/>
<service name="http" product="Hikvision IP camera httpd" servicefp="SF-Port80-TCP:V=7.93%I=7%r(GetRequest,4F,&quot;HTTP/1\\.1\\x20200\\x20OK\\r\\nServer:\\x20App-webs/\\r\\nETag:\\x20\\&quot;0-1\\&quot;\\r\\n\\r\\n&quot;)%r(FourOhFourRequest,20,&quot;HTTP/1\\.1\\x20404\\x20No\\r\\nServer:\\x20other\\r\\n\\r\\n&quot;);" method="probed" conf="10"/>
<script id="http-server-header" output="&#xa;  App-webs/&#xa;  two"><elem>App-webs/</elem><elem>two</elem></script>
<script id="http-title" output="index"><elem key="title">index</elem></script>
<script id="http-favicon" output="Unknown favicon MD5: 89B932FCC47CF4CA3FAADB0CFDEF89CF"/>
<script id="http-auth" output="&#xa;HTTP/1.1 401 Unauthorized&#xd;&#xa;  Digest qop=auth realm=IP Camera(C2183) nonce=00&#xa;"/>
<script id="http-headers" output="&#xa;  Date: now&#xa;  X-Powered-By: us&#xa;  &#xa;  (Request type: HEAD)&#xa;"/>
</port>
<port protocol="tcp" portid="23"><state state="closed" reason="reset" reason_ttl="64"/><script id="banner" output="no"/></port>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="64"/><script id="banner" output="SSH-2.0-dropbear\\x0D"/></port>
<port protocol="tcp" portid="554"><state state="open" reason="syn-ack" reason_ttl="64"/>
<service name="rtsp" servicefp="SF-Port554-TCP:%r(GetRequest,4F,&quot;RTSP/1\\.0\\x20401\\x20No\\r\\nWWW-Authenticate:\\x20Basic\\x20realm=\\&quot;/\\&quot;\\r\\n\\r\\n&quot;);"/>
<script id="rtsp-methods" output="OPTIONS, DESCRIBE"/><script id="rtsp-methods" output="ERROR: Script execution failed"/></port>
<port protocol="udp" portid="161"><state state="open" reason="udp-response" reason_ttl="64"/>
<script id="snmp-sysdescr" output="Embedded device&#xa;  System uptime: 1"/></port>
<port protocol="udp" portid="1900"><state state="open" reason="udp-response" reason_ttl="64"/>
<script id="upnp-info" output="&#xa;10.0.0.5&#xa;    Server: Linux UPnP&#xa;    Manufacturer: Hikvision&#xa;    Model Name: DS-2CD"/></port>
<port protocol="udp" portid="3702"><state state="open|filtered" reason="no-response" reason_ttl="0"/>
<script id="wsdd-discover" output="&#xa;  Devices&#xa;    Message id: 1&#xa;    Address: http://10.0.0.5/onvif/device_service&#xa;    Type: tdn:NetworkVideoTransmitter tds:Device"/></port>
</ports></host>
<runstats><finished time="1700000010"/><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>
"""


def test_what_scripts_and_probes_brought():
    assert recognised(SCAN) == "nmap-xml"
    assert read(IMPORTER, SCAN) == [
        ("10.0.0.5", None, "link.mac", "58:50:ed:1f:e3:85"),
        ("10.0.0.5", None, "name.dns", "cam5.example.com"),
        ("10.0.0.5", 80, "open.tcp", "80"),
        ("10.0.0.5", 80, "http.server", "App-webs/"),
        ("10.0.0.5", 80, "http.status", "200"),
        ("10.0.0.5", 80, "http.header_names", "Server,ETag"),
        ("10.0.0.5", 80, "http.server", "App-webs/"),
        ("10.0.0.5", 80, "http.etag", '"0-1"'),
        ("10.0.0.5", 80, "http.server", "App-webs/"),
        ("10.0.0.5", 80, "http.server", "two"),
        ("10.0.0.5", 80, "http.title", "index"),
        ("10.0.0.5", 80, "http.favicon.md5", "89b932fcc47cf4ca3faadb0cfdef89cf"),
        ("10.0.0.5", 80, "http.www_authenticate", 'Digest realm="IP Camera(C2183)"'),
        ("10.0.0.5", 80, "http.header_names", "Date,X-Powered-By"),
        ("10.0.0.5", 80, "http.x_powered_by", "us"),
        ("10.0.0.5", 22, "open.tcp", "22"),
        ("10.0.0.5", 22, "ssh.banner", "SSH-2.0-dropbear"),
        ("10.0.0.5", 554, "open.tcp", "554"),
        ("10.0.0.5", 554, "rtsp.www_authenticate", 'Basic realm="/"'),
        ("10.0.0.5", 554, "rtsp.public", "OPTIONS, DESCRIBE"),
        ("10.0.0.5", 161, "open.udp", "161"),
        ("10.0.0.5", 161, "snmp.sysdescr", "Embedded device"),
        ("10.0.0.5", 1900, "open.udp", "1900"),
        ("10.0.0.5", 1900, "ssdp.server", "Linux UPnP"),
        ("10.0.0.5", 1900, "upnp.manufacturer", "Hikvision"),
        ("10.0.0.5", 1900, "upnp.model_name", "DS-2CD"),
        ("10.0.0.5", 3702, "wsd.xaddr", "http://10.0.0.5/onvif/device_service"),
        ("10.0.0.5", 3702, "wsd.types", "NetworkVideoTransmitter Device"),
    ]


def on_port(port: int, carrier: bytes, inside: bytes) -> bytes:
    return SCAN.replace(
        b"<ports>",
        b'<ports><port protocol="%b" portid="%d"><state state="open"/>%b</port>' % (carrier, port, inside),
    )


@pytest.mark.parametrize(
    ("port", "carrier", "inside", "told"),
    [
        # As nmap 7.93 wrote them of devices of the lab.
        (8000, b"tcp", b'<service name="ipcam" product="Hikvision IPCam control port" method="probed" conf="10"/>', [("hik_sdk.code", "30")]),
        (8000, b"tcp", b'<service name="ipcam" product="Hikvision IPCam control port" method="table" conf="3"/>', []),
        (5554, b"tcp", b'<service name="rtsp" product="Hikvision 7513 POE IP camera rtspd" method="probed"/>', []),
        (5353, b"udp", b'<script id="dns-service-discovery" output="&#xa;  80/tcp psia&#xa;    Address=10.91.0.14&#xa;  443/tcp CGI&#xa;    mac=58:50:ed:1f:e3:85&#xa;"/>',
         [("mdns.service", "_psia._tcp.local."), ("mdns.service", "_cgi._tcp.local."), ("mdns.txt", "mac=58:50:ed:1f:e3:85")]),
        (1901, b"udp", b'<script id="upnp-info" output="&#xa;10.91.0.72&#xa;    Server: FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.07.19&#xa;    Location: http://10.91.0.72:49000/igddesc.xml&#xa;"/>',
         [("ssdp.server", "FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.07.19"), ("ssdp.location", "http://10.91.0.72:49000/igddesc.xml")]),
        (5060, b"tcp", b'<service name="sip" servicefp="SF-Port5060-TCP:%r(SIPOptions,2C,&quot;SIP/2\\.0\\x20200\\x20OK\\r\\nServer:\\x20Door\\x20Station\\r\\n\\r\\n&quot;);"/>', [("sip.server", "Door Station")]),
    ],
)  # fmt: skip
def test_what_one_port_showed(port, carrier, inside, told):
    found = [row[2:] for row in read(IMPORTER, on_port(port, carrier, inside)) if row[1] == port]
    assert found[1:] == told


def test_time_is_the_hosts_end():
    first = items(IMPORTER, SCAN)[0]
    assert not isinstance(first, BadPart)
    assert first.provenance.observed_at is not None
    assert first.provenance.observed_at.timestamp() == 1700000009


def test_masscans_xml_has_banners():
    raw = (
        b'<?xml version="1.0"?><!-- masscan --><nmaprun scanner="masscan" start="1700000000"><host endtime="1700000009">'
        b'<address addr="10.0.0.5" addrtype="ipv4"/><ports><port protocol="tcp" portid="80"><state state="open"/>'
        b'<service name="http" banner="HTTP/1.1 200 OK\\x0d\\x0aServer: App-webs/\\x0d\\x0a\\x0d"></service></port></ports></host></nmaprun>'
    )
    assert ("10.0.0.5", 80, "http.server", "App-webs/") in read(IMPORTER, raw)
    titled = raw.replace(b'name="http" banner="', b'name="title" banner="NAS\\x26nbsp;one" x="')
    assert ("10.0.0.5", 80, "http.title", "NAS one") in read(IMPORTER, titled)


def test_hints_of_hosts_to_come_are_not_hosts():
    # As nmap 7.93 writes them ahead of a group of hosts on the link.
    hint = (
        b'<hosthint><status state="up" reason="arp-response" reason_ttl="0"/><address addr="10.0.0.%d" addrtype="ipv4"/>'
        b'<address addr="58:50:ED:00:00:%02d" addrtype="mac"/><hostnames></hostnames></hosthint>'
    )
    raw = SCAN.replace(b"<host ", hint % (4, 4) + hint % (5, 5) + b"<host ")
    assert read(IMPORTER, raw) == read(IMPORTER, SCAN)


def test_a_hardware_address_that_is_not_told_is_none():
    raw = SCAN.replace(b'addr="58:50:ED:1F:E3:85" ', b"")
    assert len(raw) < len(SCAN)
    missing = set(read(IMPORTER, SCAN)) - set(read(IMPORTER, raw))
    assert {field for _, _, field, _ in missing} == {"link.mac"}
    assert all(value for _, _, _, value in read(IMPORTER, raw))


def test_a_truncated_file_gives_what_it_holds_and_says_where_it_ends():
    *found, bad = read(IMPORTER, SCAN[: SCAN.index(b"rtsp-methods")])
    assert ("10.0.0.5", 22, "ssh.banner", "SSH-2.0-dropbear") in found
    assert bad[0].startswith("line 21 (byte ")
    assert "the rest of the file was not read" in bad[3]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<nmaprun><host>&b;</host></nmaprun>"
)
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]><nmaprun>&x;</nmaprun>'


@pytest.mark.parametrize("raw", [BOMB, EXTERNAL])
def test_entities_are_refused(raw):
    with pytest.raises(Exception, match="it declares an entity"):
        read(IMPORTER, raw)


def test_depth_and_tags_are_capped():
    (deep,) = read(IMPORTER, b"<nmaprun>" + b"<a>" * 5000)
    assert f"more than {MAX_DEPTH} deep" in deep[3]
    start = time.perf_counter()
    (huge,) = read(IMPORTER, b'<nmaprun><host x="' + b"a" * (MAX_TOKEN * 3) + b'"/>')
    assert "a tag of more than" in huge[3]
    assert time.perf_counter() - start < 5


def test_other_xml_is_not_nmaps():
    with pytest.raises(Exception, match="root element is html"):
        read(IMPORTER, b"<html/>")
    assert recognised(b"<html/>") is None


@settings(max_examples=100, deadline=None)
@given(strategies.hostile([SCAN]))
def test_any_bytes(raw: bytes):
    survives(IMPORTER, raw)


def test_an_encoding_that_there_is_not():
    with pytest.raises(Exception, match="not nmap's XML: unknown encoding"):
        read(IMPORTER, b'<?xml version="1.0" encoding="x-none"?><nmaprun/>')
