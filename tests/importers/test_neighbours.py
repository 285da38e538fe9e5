import pytest
from hypothesis import given, settings

from scanner.importers.importer import Unreadable
from scanner.importers.neighbours import IMPORTER
from tests import strategies
from tests.importers.readings import NAME, items, read, recognised, survives

TABLES = {
    "ip neigh": "10.0.0.5 dev eth0 lladdr 58:50:ed:1f:e3:85 REACHABLE\n10.0.0.9 dev eth0  FAILED\nfe80::1 dev eth0 lladdr 02:00:00:00:00:01 router STALE\n",
    "arp -a, Linux": "? (10.0.0.5) at 58:50:ed:1f:e3:85 [ether] on eth0\n? (10.0.0.9) at <incomplete> on eth0\n",
    "arp -a, macOS": "? (10.0.0.5) at 58:50:ed:1f:e3:85 on en0 ifscope [ethernet]\n? (10.0.0.9) at (incomplete) on en0\n? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n",
    "arp -a, Windows": "\nInterface: 10.0.0.1 --- 0x3\n  Internet Address      Physical Address      Type\n  10.0.0.5              58-50-ed-1f-e3-85     dynamic\n  224.0.0.22            01-00-5e-00-00-16     static\n",
    "arp -n": "Address                  HWtype  HWaddress           Flags Mask            Iface\n10.0.0.5                 ether   58:50:ed:1f:e3:85   C                     eth0\n",
    "/proc/net/arp": "IP address       HW type     Flags       HW address            Mask     Device\n10.0.0.5         0x1         0x2         58:50:ed:1f:e3:85     *        eth0\n10.0.0.9         0x1         0x0         00:00:00:00:00:00     *        eth0\n",
    "Cisco IOS": "core1#show ip arp\nProtocol  Address          Age (min)  Hardware Addr   Type   Interface\nInternet  10.0.0.5               12   5850.ed1f.e385  ARPA   Vlan10\nInternet  10.0.0.9                0   Incomplete      ARPA\ncore1#\n",
    "Juniper": "MAC Address       Address         Name                      Interface           Flags\n58:50:ed:1f:e3:85 10.0.0.5        10.0.0.5                  ge-0/0/0.0          none\nTotal entries: 1\n",
    "MikroTik": "[admin@edge] > /ip arp print\nFlags: X - disabled, I - invalid, H - DHCP, D - dynamic, P - published, C - complete\n #    ADDRESS         MAC-ADDRESS       INTERFACE\n 0 DC 10.0.0.5        58:50:ED:1F:E3:85 bridge\n",
}  # fmt: skip
REPORTERS = {"arp -a, Windows": "10.0.0.1", "Cisco IOS": "core1", "MikroTik": "edge"}
PORTS = b"""sw2#show mac address-table
          Mac Address Table
-------------------------------------------
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  10    5850.ed1f.e385    DYNAMIC     Gi1/0/7
Total Mac Addresses for this criterion: 2
"""


@pytest.mark.parametrize("kind", TABLES)
def test_a_table(kind):
    raw = TABLES[kind].encode()
    assert recognised(raw) == "neighbours"
    found = read(IMPORTER, raw)
    assert ("10.0.0.5", None, "link.mac", "58:50:ed:1f:e3:85") in found
    assert [row for row in found if row[0] != "10.0.0.5"] in (
        [], [("fe80::1", None, "link.mac", "02:00:00:00:00:01")]
    )  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_who_printed_it_is_the_reporter(kind):
    for item in items(IMPORTER, TABLES[kind].encode()):
        assert item.provenance.reporter == REPORTERS.get(kind, NAME)  # type: ignore[union-attr]


def test_a_switchs_ports_have_hosts_without_addresses():
    assert recognised(PORTS) == "neighbours"
    assert read(IMPORTER, PORTS) == [("58:50:ed:1f:e3:85", None, "link.mac", "58:50:ed:1f:e3:85")]
    assert items(IMPORTER, PORTS)[0].provenance.reporter == "sw2"  # type: ignore[union-attr]


# networktocode/ntc-templates tests/<platform>/<command>: rows of what real devices printed.
PUBLISHED = {
    "cisco_ios/show_mac-address-table (12)": (
        (
            "Unicast Entries\n vlan     mac address     type        protocols               port\n"
            "---------+---------------+--------+---------------------+-------------------------\n"
            "  10      0002.d180.67fb   dynamic ip,ipx,assigned,other Port-channel15              \n"
        ),
        ("00:02:d1:80:67:fb", "00:02:d1:80:67:fb"),
    ),
    "cisco_ios/show_mac-address-table": (
        (
            "Total MAC addresses:                   50\nNon-static Address Table:\n"
            "Destination Address  Address Type  VLAN  Destination Port\n-------------------  ------------  ----  ---------\n"
            "0010.0de0.e289       Dynamic          1  FastEthernet0/1\n"
        ),
        ("00:10:0d:e0:e2:89", "00:10:0d:e0:e2:89"),
    ),
    "cisco_nxos/show_mac_address-table": (
        (
            "     VLAN       MAC Address       Type     age    Secure  NTFY     Ports\n"
            "G    100      5087.89a1.de75     static     -        F      F    sup-eth1(R)\n"
            "*    145        000a.000a.000a   static     -        F      F    Drop\n"
            "*    145        000e.000e.000e   static     -        F      F    Po10\n"
        ),
        ("00:0e:00:0e:00:0e", "00:0e:00:0e:00:0e"),
    ),
    "juniper_junos/show_arp_no-resolve": (
        "MAC Address       Address         Interface     Flags\n00:00:00:00:00:04 10.1.100.130    vlan.20        none\n",
        ("10.1.100.130", "00:00:00:00:00:04"),
    ),
    "juniper_junos/show_ethernet-switching_table": (
        (
            "Ethernet switching table : 3 entries, 3 learned\nRouting instance : default-switch\n"
            "    Vlan                MAC                 MAC         Age    Logical                NH        RTR\n"
            "    name                address             flags              interface              Index     ID\n"
            "    Vlan2               bc:ac:0a:ca:ca:30   DR            -   ae3.0                  0         0\n"
        ),
        ("bc:ac:0a:ca:ca:30", "bc:ac:0a:ca:ca:30"),
    ),
    "mikrotik_routeros/ip_arp_print": (
        (
            "Flags: X - disabled, I - invalid, H - DHCP, D - dynamic, P - published, C - complete\n"
            " #    ADDRESS         MAC-ADDRESS       INTERFACE\n 0 DC 10.160.1.230    12:34:56:78:90:AA ether2\n"
            " 3    10.152.1.232                      ether4\n 4 DC 10.152.1.233\n"
        ),
        ("10.160.1.230", "12:34:56:78:90:aa"),
    ),
    "mikrotik_routeros/ip_arp_print_terse": (
        " 0 DC address=10.160.1.230 mac-address=12:34:56:78:90:AA interface=ether2_BOX published=no\n",
        ("10.160.1.230", "12:34:56:78:90:aa"),
    ),
    "hp_comware/display_arp": (
        (
            "  Type: S-Static   D-Dynamic   O-Openflow   R-Rule   M-Multiport  I-Invalid\n"
            "IP address      MAC address    VLAN     Interface                Aging Type\n"
            "10.20.10.1      001e-c1dc-fc01 N/A      M-GE0/0/0                16    D\n"
        ),
        ("10.20.10.1", "00:1e:c1:dc:fc:01"),
    ),
    "hp_procurve/show_arp": (
        (
            " IP ARP table\n\n  IP Address      MAC Address       Type    Port\n"
            "  --------------- ----------------- ------- ----\n  10.11.12.12     0c15b2-a45d78     dynamic 3   \n"
        ),
        ("10.11.12.12", "0c:15:b2:a4:5d:78"),
    ),
    "extreme_exos/show_iparp": (
        (
            "VR            Destination      Mac                Age  Static  VLAN          VID   Port\n"
            "VR-Default    10.128.32.4      00:d0:59:17:74:83   20      NO  bluered       4092  1:25\n"
        ),
        ("10.128.32.4", "00:d0:59:17:74:83"),
    ),
}
# Tables that people published of their Windows, in its languages and code pages.
WINDOWS = {
    # An exercise in networking, in French: its Interface line has a space before the colon.
    ("cp850", "10.33.48.99"): (
        (
            "\r\nInterface : 10.33.48.99 --- 0x8\r\n  Adresse Internet      Adresse physique      Type\r\n"
            "  10.33.48.14           e4-b3-18-48-36-68     dynamique\r\n"
            "  10.33.51.255          ff-ff-ff-ff-ff-ff     statique\r\n"
        ),
        ("10.33.48.14", "e4:b3:18:48:36:68"),
    ),
    # A report of a home network, in Spanish.
    ("cp1252", "192.168.1.170"): (
        (
            "Interfaz: 192.168.1.170 --- 0xa\r\n  Dirección de Internet          Dirección física      Tipo\r\n"
            "  192.168.1.1           fc-22-f4-5a-37-70     dinámico\r\n"
            "  224.0.0.2             01-00-5e-00-00-02     estático\r\n"
        ),
        ("192.168.1.1", "fc:22:f4:5a:37:70"),
    ),
    # Notes on commands, in German.
    ("utf-16", "172.17.67.120"): (
        (
            "Schnittstelle: 172.17.67.120 --- 0xc\r\n  Internetadresse       Physische Adresse     Typ\r\n"
            "  172.17.67.94          90-b1-1c-5d-d6-af     dynamisch \r\n"
        ),
        ("172.17.67.94", "90:b1:1c:5d:d6:af"),
    ),
    ("utf-16-le", "192.168.1.2"): (
        (
            "\r\n接口: 192.168.1.2 --- 0xb\r\n  Internet 地址         物理地址              类型\r\n"
            "  192.168.1.1           ec-f4-51-7c-7c-ce     动态\r\n"
        ),
        ("192.168.1.1", "ec:f4:51:7c:7c:ce"),
    ),
}


@pytest.mark.parametrize("source", PUBLISHED)
def test_published_tables(source):
    text, (address, mac) = PUBLISHED[source]
    assert recognised(text.encode()) == "neighbours"
    assert read(IMPORTER, text.encode()) == [(address, None, "link.mac", mac)]


@pytest.mark.parametrize("kind", WINDOWS)
def test_windows_in_its_languages_and_encodings(kind):
    encoding, reporter = kind
    text, (address, mac) = WINDOWS[kind]
    raw = text.encode(encoding)
    assert recognised(raw) == "neighbours"
    assert read(IMPORTER, raw) == [(address, None, "link.mac", mac)]
    assert items(IMPORTER, raw)[0].provenance.reporter == reporter  # type: ignore[union-attr]


def test_a_row_that_is_cut_is_a_bad_part():
    raw = b"10.0.0.5 dev eth0 lladdr 58:50:ed:1f:e3:85 STALE\n\nwhat is this\n10.0.0.6 dev eth0 lladdr 58:50:ed:1f:e"
    assert read(IMPORTER, raw)[1:] == [("line 4", None, "bad", "a row of which the hardware address is damaged")]


def test_text_without_rows_is_no_table():
    with pytest.raises(Unreadable, match="no row"):
        read(IMPORTER, b"what is this\nand that\n")
    # What `ip address` and `ifconfig` print is of one's own.
    own = b"eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n        inet 10.0.0.5  netmask 255.255.255.0\n"
    own += b"        ether 58:50:ed:1f:e3:85  txqueuelen 1000  (Ethernet)\n" + b"        RX packets 10  bytes 5\n" * 4
    assert recognised(own) is None


@settings(max_examples=100, deadline=None)
@given(strategies.hostile([text.encode() for text in TABLES.values()]))
def test_any_bytes(raw: bytes):
    survives(IMPORTER, raw)
