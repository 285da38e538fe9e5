"""Discovery answers that real devices gave, as published; each with its public source. Seeds of tests and fuzzing."""

from __future__ import annotations

import json
import re
import struct

from tests.protocols.answers import lines

# SADP

# Public capture 28488762960, verbatim.
SADP_CAMERA = (
    b'<?xml version="1.0" encoding="UTF-8"?><ProbeMatch><Uuid>e8ecfe09-90e4-44c0-842b-703f46b58c81</Uuid>'
    b"<Types>inquiry</Types><DeviceType>141945</DeviceType><DeviceDescription>DS-2CD2385G1-I</DeviceDescription>"
    b"<DeviceSN>DS-2CD2385G1-I20200414AAWRE33842150</DeviceSN><CommandPort>8000</CommandPort><HttpPort>80</HttpPort>"
    b"<MAC>58-50-ed-1f-e3-85</MAC><IPv4Address>192.168.124.40</IPv4Address>"
    b"<IPv4SubnetMask>255.255.255.0</IPv4SubnetMask><IPv4Gateway>192.168.124.1</IPv4Gateway>"
    b"<IPv6Address>::</IPv6Address><IPv6Gateway>::</IPv6Gateway><IPv6MaskLen>64</IPv6MaskLen><DHCP>true</DHCP>"
    b"<AnalogChannelNum>0</AnalogChannelNum><DigitalChannelNum>1</DigitalChannelNum>"
    b"<SoftwareVersion>V5.6.2build 190701</SoftwareVersion><DSPVersion>V7.3 build 190626</DSPVersion>"
    b"<BootTime>1970-01-15 02:44:11</BootTime><Encrypt>true</Encrypt><ResetAbility>false</ResetAbility>"
    b"<DiskNumber>0</DiskNumber><Activated>true</Activated><PasswordResetAbility>true</PasswordResetAbility>"
    b"<PasswordResetModeSecond>true</PasswordResetModeSecond><DetailOEMCode>1</DetailOEMCode>"
    b"<SupportSecurityQuestion>true</SupportSecurityQuestion><SupportHCPlatform>true</SupportHCPlatform>"
    b"<HCPlatformEnable>flase</HCPlatformEnable><IsModifyVerificationCode>true</IsModifyVerificationCode>"
    b"<Salt>d8eebc414effc857bed4c3cc203c8b4413f60b00a9f4acc410084358d5fd3f91</Salt><DeviceLock>flase</DeviceLock>"
    b"<SDKOverTLSPort>8443</SDKOverTLSPort><SDKServerStatus>true</SDKServerStatus>"
    b"<SDKOverTLSServerStatus>true</SDKOverTLSServerStatus><SupportMailBox>true</SupportMailBox></ProbeMatch>"
)
# julienblitte/UniversalScanner UniversalScanner/Hikvision.selftest: a real answer with its values replaced.
SADP_LINES = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n<ProbeMatch><Uuid>11223344-5566-7788-9900-112233445566</Uuid>\r\n'
    b"<Types>inquiry</Types>\r\n<DeviceType>123456</DeviceType>\r\n"
    b"<DeviceDescription>Virtual</DeviceDescription>\r\n<DeviceSN>Virtual-123456789</DeviceSN>\r\n"
    b"<CommandPort>8000</CommandPort>\r\n<HttpPort>80</HttpPort>\r\n<MAC>00-11-22-33-44-55</MAC>\r\n"
    b"<IPv4Address>240.0.5.0</IPv4Address>\r\n<IPv4SubnetMask>255.0.0.0</IPv4SubnetMask>\r\n"
    b"<IPv4Gateway>240.0.0.1</IPv4Gateway>\r\n<IPv6Address>::</IPv6Address>\r\n<IPv6Gateway>::</IPv6Gateway>\r\n"
    b"<IPv6MaskLen>64</IPv6MaskLen>\r\n<DHCP>false</DHCP>\r\n<AnalogChannelNum>0</AnalogChannelNum>\r\n"
    b"<DigitalChannelNum>1</DigitalChannelNum>\r\n<SoftwareVersion>V1.0build 200101</SoftwareVersion>\r\n"
    b"<DSPVersion>V1.0build 200101</DSPVersion>\r\n<BootTime>1970-01-01 00:00:00</BootTime>\r\n"
    b"<ResetAbility>false</ResetAbility>\r\n<DiskNumber>0</DiskNumber>\r\n<Activated>true</Activated>\r\n"
    b"<PasswordResetAbility>true</PasswordResetAbility>\r\n"
    b"<PasswordResetModeSecond>true</PasswordResetModeSecond>\r\n<SupportHCPlatform>true</SupportHCPlatform>\r\n"
    b"<HCPlatformEnable>flase</HCPlatformEnable>\r\n<IsModifyVerificationCode>true</IsModifyVerificationCode>\r\n"
    b"</ProbeMatch>\r\n"
)


def changed(**values: str) -> bytes:
    """The camera's answer with other values in its elements; an empty one takes the element away."""
    answer = SADP_CAMERA.decode()
    for name, value in values.items():
        element = f"<{name}>{value}</{name}>" if value else ""
        answer, count = re.subn(rf"<{name}>[^<]*</{name}>", element, answer)
        if not count:
            answer = answer.replace("</ProbeMatch>", f"{element}</ProbeMatch>")
    return answer.encode()


# Published as values alone: the other elements are the camera's.
SADP_OTHERS = (
    # Public capture 19375522317.
    changed(
        DeviceType="142378", DeviceDescription="DS-2CD2320D-I", DeviceSN="DS-2CD2320D-I20180919AACHC52932642",
        MAC="44-47-cc-37-ce-81", SoftwareVersion="V5.5.6build 180326", DSPVersion="V7.3 build 180326",
        BootTime="2024-09-18 09:21:28", DeviceLock="true",
        Salt="fc5237457341362c0d8810a4bfba0b85ed13421d1d553c62544a7df15948947a",
    ),
    # mhzhuji.com/zhuji_info_958, a recorder: Encrypt and Salt come right after Types.
    changed(
        Types="inquiry</Types><Encrypt>true</Encrypt><Salt>00</Salt><Types>inquiry",
        DeviceType="44322", DeviceDescription="DS-7804HQH-K1", DeviceSN="DS-7804HQH-K10420190822CCCHD53257168WCVU",
        MAC="68-6d-bc-ee-f8-f0", SoftwareVersion="V3.5.38build 191215", DSPVersion="V5.0, build 191213",
        AnalogChannelNum="4", DigitalChannelNum="5", OEMInfo="N/A", IPv6Address="fe80::6a6d:bcff:feee:f8f0",
        DeviceLock="true", SyncIPCPassword="true", SupportGUID="true", DetailOEMCode="",
    ),
    # Public capture 54607369698, an indoor station; its hardware address is not published.
    changed(
        DeviceType="57397", DeviceDescription="DS-KH6210-L", DeviceSN="DS-KH6210-serial_number", MAC="",
        SoftwareVersion="V1.5.0build 181114", DSPVersion="V1.0, build 180613", AnalogChannelNum="1",
        DigitalChannelNum="0", OEMInfo="N/A", DetailOEMCode="",
    ),
    # Public capture 69112239485.
    changed(
        DeviceType="155650", DeviceDescription="DS-2CD2T47G1-L", DeviceSN="DS-2CD2T47G1-L20190522AAWRD22374804",
        MAC="68-6d-bc-3b-52-dd", SoftwareVersion="V5.6.5build 200316",
    ),
    # Public capture 68186687078, number plates; HttpPort 88, a blank in the serial number.
    changed(
        DeviceType="", DeviceDescription="DS-TCG406-E", DeviceSN="DS-TCG406-E 20250322AIFX8693470",
        MAC="e8-a0-ed-30-57-1b", SoftwareVersion="V5.4.5build 260429", HttpPort="88",
    ),
    # Public capture 70691449606, EZVIZ.
    changed(
        DeviceType="", DeviceDescription="CS-C6TC-32WFR", DeviceSN="CS-C6TC-32WFR0120170327CCCH738231995",
        MAC="54-c4-15-9a-38-74", SoftwareVersion="V5.2.3build 180804",
    ),
)  # fmt: skip
SADP_HELLO = SADP_CAMERA.replace(b"<Types>inquiry", b"<Types>hello").replace(b"ProbeMatch>", b"Hello>")
SADP = (SADP_CAMERA, SADP_LINES, SADP_HELLO, *SADP_OTHERS)


def frame(kind: int, body: bytes = b"", order: str = ">") -> bytes:
    """A frame's payload of the link-layer form. Layout: MatrixEditor/hiktools hiktools/csadp/model.py."""
    mac, everybody = bytes.fromhex("5850ed1fe385"), b"\xff" * 6
    head = bytes((0x21, 0x02, 0x01, (38 + len(body)) & 0xFF)) + struct.pack("!I", 7) + bytes((6, 4, kind, 0, 0, 0))
    return head + mac + bytes((192, 168, 124, 40)) + everybody + bytes(4) + bytes((255, 255, 255, 0)) + body


def frame_body(order: str) -> bytes:
    """Body of an answer of the link-layer form: public captures 15462199339 and 15065988351."""
    return struct.pack(
        f"{order}48s4I48s48s48s", b"DS-2CD2385G1-I20200414AAWRE33842150", 141945, 8000, 1, 0,
        b"V5.6.2build 190701", b"V7.3 build 190626", b"1970-01-15 02:44:11",
    )  # fmt: skip


# DHIP


def framed(message: bytes) -> bytes:
    """A DHIP message. Header: mcw0/DahuaConsole net.py."""
    length = struct.pack("<II", len(message), 0)
    return bytes.fromhex("20000000") + b"DHIP" + bytes(8) + length + length + message


# A real client's question, 105 bytes: public capture 139996060.
DHIP_QUESTION = (
    bytes.fromhex("2000000044484950000000000000000049000000000000004900000000000000")
    + b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n'
)
# Phenomite/AMP-Research Port 37810 - Dahua DVR IP Camera (refined payload)/README.md, verbatim.
DHIP_2015 = framed(
    b'{ "mac" : "4c:11:bf:c2:0b:9d", "method" : "client.notifyDevInfo", "params" : { "deviceInfo" : { '
    b'"AlarmInputChannels" : 0, "AlarmOutputChannels" : 0, "DeviceClass" : "IPC", "DeviceType" : "IPC-HDW5421S", '
    b'"HttpPort" : 80, "IPv4Address" : { "DefaultGateway" : "x.x.x.1", "DhcpEnable" : false, "IPAddress" : "x.x.x.140",'
    b' "SubnetMask" : "255.255.255.0" }, "IPv6Address" : { "DefaultGateway" : "2001:250:3000:1::1:1", '
    b'"DhcpEnable" : false, "IPAddress" : "2001:250:3000:1::1:2\\/112", '
    b'"LinkLocalAddress" : "fe80::4e11:bfff:fec2:0b9d\\/64" }, "MachineName" : "1F006E4PAX00075", '
    b'"Manufacturer" : "Private", "Port" : 37777, "RemoteVideoInputChannels" : 0, "SerialNo" : "1F006E4PAX00075", '
    b'"Vendor" : "Dahua", "Version" : "2.400.0.8", "VideoInputChannels" : 1, "VideoOutputChannels" : 16 } } }\n'
)
# Public capture 28488762960, verbatim.
DHIP_PRIVATE = framed(
    b'{"mac":"08:ed:ed:87:42:7a","method":"client.notifyDevInfo","params":{"deviceInfo":{"AlarmInputChannels":0,'
    b'"AlarmOutputChannels":0,"DeviceClass":"IPC","DeviceID":"","DeviceType":"IPC-HDW1431T1-S4","Find":"BC",'
    b'"FindVersion":1,"HttpPort":80,"IPv4Address":{"DefaultGateway":"192.168.124.1","DhcpEnable":true,'
    b'"IPAddress":"192.168.124.17","SubnetMask":"255.255.255.0"},"IPv6Address":{"DefaultGateway":null,'
    b'"DhcpEnable":false,"IPAddress":"\\/0","LinkLocalAddress":"fe80::0aed:edff:fe87:427a\\/64"},"Init":2714,'
    b'"MachineName":"6C01E93PAG69A7D","Manufacturer":"Private","Port":37777,"RemoteVideoInputChannels":0,'
    b'"SerialNo":"6C01E93PAG69A7D","UnLoginFuncMask":1,"Vendor":"Private","Version":"2.800.0000000.13.R",'
    b'"VideoInputChannels":1,"VideoOutputChannels":0}}}'
)
# S. Fewer, Rapid7, LOREX_DISCOVER.rb of 2024-09-06 (public capture 69222311444); printed there as a Ruby hash.
DHIP_LOREX = framed(
    b'{"mac":"00:1f:54:a9:2e:58", "method":"client.notifyDevInfo", "params": {"deviceInfo":\n {"AlarmInputChannels":0, '
    b'"AlarmOutputChannels":0, "DeviceClass":"IPC", "DeviceType":"W461ASC", "HttpPort":80, "Port3":80, "Port":35000, '
    b'"UnLoginFuncMask":1,\n  "IPv4Address":{"DefaultGateway":"192.168.86.1", "DhcpEnable":true, '
    b'"IPAddress":"192.168.86.81", "SubnetMask":"255.255.255.0"},\n  "MachineName":"**************", '
    b'"Manufacturer":"Private", "RemoteVideoInputChannels":0, "SerialNo":"**************", '
    b'"DeviceID":"***************",\n  "Vendor":"Lorex", "Version":"2.800.030000000.3.R", "VideoInputChannels":1, '
    b'"VideoOutputChannels":0, "Init":1162, "Find":"BC", "FindVersion":1}}}'
)
# Public capture 68961566355, verbatim.
DHIP_INTELBRAS = framed(
    b'{"mac":"b4:4c:3b:f4:e3:01","method":"client.notifyDevInfo","params":{"deviceInfo":{"AlarmInputChannels":1,'
    b'"AlarmOutputChannels":0,"DeviceClass":"BSC","DeviceID":"","DeviceType":"SS 3530 MF FACE W","Find":"BC",'
    b'"FindVersion":0,"HttpPort":80,"IPv4Address":{"DefaultGateway":"192.168.3.1","DhcpEnable":true,'
    b'"IPAddress":"192.168.3.175","SubnetMask":"255.255.255.0"},"IPv6Address":{"DefaultGateway":null,'
    b'"DhcpEnable":false,"IPAddress":"\\/0","LinkLocalAddress":"fe80::b64c:3bff:fef4:e301\\/64"},"Init":2198,'
    b'"MachineGroup":"","MachineName":"K3LJ3400209RH","Manufacturer":"Intelbras","Port":37777,'
    b'"RemoteVideoInputChannels":0,"SerialNo":"K3LJ3400209RH","UnLoginFuncMask":1,"Vendor":"Intelbras",'
    b'"Version":"2.000.00IB004.0.R","VideoInputChannels":1,"VideoOutputChannels":16}}}'
)


def notified(mac: str, **device: object) -> bytes:
    """A reply of which values alone are published."""
    return framed(json.dumps({"mac": mac, "method": "client.notifyDevInfo", "params": {"deviceInfo": device}}).encode())


DHIP_VALUES = (
    # PyPI aiodahua tests/test_discovery.py: not yet set up, captured 2026-09-15.
    notified(
        "98:f9:cc:af:59:0d", AbroadInfo="Oversea", AlarmInputChannels=2, AlarmOutputChannels=1, DeviceClass="IPC",
        DeviceType="IPC-B54IR-Z4E-S3", Find="BC", HttpPort=80,
        IPv4Address={
            "IPAddress": "192.168.1.108", "SubnetMask": "255.255.255.0", "DefaultGateway": "192.168.1.1",
            "DhcpEnable": False,
        },
        IPv6Address={"IPAddress": "::", "LinkLocalAddress": "fe80::9af9:ccff:feaf:590d/64"}, Init=3733,
        MachineName="CC10BD8PAGCF779", SerialNo="CC10BD8PAGCF779", Port=37777, Version="3.142.0000000.8.R",
        VideoInputChannels=1,
    ),
    # rroller/dahua tests (public capture 71357628047).
    notified(
        "3c:ef:8c:41:6c:ce", DeviceClass="VTO", DeviceType="VTO2000A", Vendor="General", Manufacturer="General",
        SerialNo="3C06520PAN00001", Version="3.120.0000.0.R", Port=37777, Init=150, Find="BC",
    ),
    # IntelMQ, Shadowserver parser test scan_dvr_dhcpdiscover (public capture 8328431873).
    notified(
        "38:c4:e8:03:b3:e2", DeviceType="BCS-TIP3401IR-E-V", SerialNo="6J0E022PAG35073", Vendor="General",
        Version="2.800.106F004.0.R",
    ),
    notified(
        "3c:ef:8c:18:a5:07", DeviceType="HCVR", SerialNo="2K0488CPAGS0ND6", Vendor="Private", Version="3.210.1.4"
    ),
    notified(
        "38:c4:e8:02:74:da", DeviceType="BCS-XVR0401-IV", DeviceClass="HCVR", SerialNo="5L034FAPAZA0E30",
        Vendor="General", Version="4.000.0000002.11", MachineName="XVR",
    ),
)  # fmt: skip
# julienblitte/UniversalScanner UniversalScanner/Dahua2.selftest (shortened): a key behind params, a line end after all.
DHIP_RANDOM = framed(
    b'{ "mac" : "00:11:22:33:44:55", "method" : "client.notifyDevInfo", "params" : { "deviceInfo" : { '
    b'"DeviceClass" : "V", "DeviceType" : "Virtual (JSON)", "HttpPort" : 80, "IPv4Address" : { '
    b'"IPAddress" : "240.0.4.0" }, "Port" : 37777, "SerialNo" : "123456789", "Vendor" : "General", '
    b'"Version" : "1.0000, "}}, "random" : "00000001" }\n'
)
DHIP = (DHIP_2015, DHIP_PRIVATE, DHIP_LOREX, DHIP_INTELBRAS, *DHIP_VALUES, DHIP_RANDOM)

# Dahua, UDP 5050

# mcw0/DahuaConsole net.py.
LEGACY_QUESTION = bytes.fromhex("a3010001") + bytes(12) + bytes.fromhex("02000000") + bytes(12)
# julienblitte/UniversalScanner UniversalScanner/Dahua1.selftest: a real answer with its values replaced.
LEGACY_ANSWER = bytes.fromhex(
    "b300180058000000000000000000000002000000580000000000000000000000"
    "00000000000000005669727475616c00" "0000000000000000f0000300ff000000" "7f000001000000000a070809b8223200"
    "00000000000032000000000000005000" "bb0191930a00909392930000efff2a2a" "3a8f0000"
    "00000000"
) + (
    b"00:11:22:33:44:55VirtualName:Dahua\r\nDevice:Virtual\r\nIPv6Addr:fe80::1/64;gateway:fe80::\r\n\r\n"
    b"SerialNo:123456789\r\n\r\n"
)  # fmt: skip
LEGACY = (LEGACY_ANSWER, LEGACY_QUESTION, LEGACY_ANSWER[:152])

# DVRIP

DVRIP_QUESTION = bytes.fromhex("a0010000" + "00" * 20 + "050201010000a1aa")


def challenge(text: bytes, head: str = "b0010078") -> bytes:
    """A DVRIP answer. Header: public captures 53893994017 and 62746040115."""
    return bytes.fromhex(head) + struct.pack("<HH", len(text), 0) + bytes(24) + text


# Public capture 54841098109; header of public capture 62746040115.
DVRIP_16 = challenge(b"Realm:Login to 18038F6DBFE666A3\r\nRandom:166042717d\r\n\r\n", "b0000078")
# Public capture 53893994017.
DVRIP_32 = challenge(b"Realm:Login to 9599eea9d61d3245fb3ad2dce79fa2da\r\nRandom:1891286319\r\n\r\n")
DVRIP = (DVRIP_16, DVRIP_32)

# Hikvision SDK: nmap/nmap nmap-service-probes.

SDK_NO_USER = bytes.fromhex("000000100000001e0000001e00000000")
SDK_NO_SUPPORT = bytes.fromhex("000000100000000d0000000d00000000")
SDK = (SDK_NO_USER, SDK_NO_SUPPORT)

# SSDP

# npm axis-discovery tests (public capture 12090289942), verbatim.
SSDP_AXIS = lines(
    "HTTP/1.1 200 OK",
    "CACHE-CONTROL: max-age=1800",
    "DATE: Sun, 02 Oct 2016 21:11:25 GMT",
    "EXT:",
    "LOCATION: http://192.168.1.110:45895/rootdesc1.xml",
    'OPT: "http://schemas.upnp.org/upnp/1/0/"; ns=01',
    "01-NLS: 8fb2638a-1dd2-11b2-a915-c89968cce2ca",
    "SERVER: Linux/2.6.35, UPnP/1.0, Portable SDK for UPnP devices/1.6.18",
    "X-User-Agent: redsonic",
    "ST: urn:axis-com:service:BasicService:1",
    "USN: uuid:Upnp-BasicDevice-1_0-ACCC8E270AD8::urn:axis-com:service:BasicService:1",
)
# UPnP Device Architecture 1.1 section 1.2.2; SERVER: public capture 39435808145.
SSDP_NOTIFY = lines(
    "NOTIFY * HTTP/1.1",
    "Host:239.255.255.250:1900",
    "Cache-Control:max-age=1800",
    "Location:http://192.168.178.1:49000/igddesc.xml",
    "NTS:ssdp:alive",
    "Server:FRITZ!Box 7590 UPnP/1.0 AVM FRITZ!Box 7590 154.07.19",
    "NT:upnp:rootdevice",
    "USN:uuid:75802409-bccb-40e7-8e6c-989BCB2B93B0::upnp:rootdevice",
)
SSDP = (SSDP_AXIS, SSDP_NOTIFY)

# UPnP


def described(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


# npm axis-discovery tests (public capture 12090289942), without its service list.
UPNP_AXIS = described(
    b'<?xml version="1.0"?>\n<root xmlns="urn:schemas-upnp-org:device-1-0">\n'
    b"<specVersion><major>1</major><minor>0</minor></specVersion>\n<device>\n"
    b"<deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType>\n"
    b"<friendlyName>AXIS M1014 - ACCC8E270AD8</friendlyName>\n<manufacturer>AXIS</manufacturer>\n"
    b"<manufacturerURL>http://www.axis.com/</manufacturerURL>\n"
    b"<modelDescription>AXIS M1014 Fixed Network Camera</modelDescription>\n<modelName>AXIS M1014</modelName>\n"
    b"<modelNumber>M1014</modelNumber>\n<modelURL>http://www.axis.com/</modelURL>\n"
    b"<serialNumber>ACCC8E270AD8</serialNumber>\n<UDN>uuid:Upnp-BasicDevice-1_0-ACCC8E270AD8</UDN>\n"
    b"<presentationURL>http://192.168.1.110:80/</presentationURL>\n</device>\n"
    b"<URLBase>http://192.168.1.110:45895/</URLBase>\n</root>\n"
)
# Public capture 52222251960 (values), a recorder on an address block of Hikvision's; form after the one above.
UPNP_SWANN = described(
    b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>'
    b"<deviceType>urn:schemas-upnp-org:device:EmbeddedNetDevice:1</deviceType>"
    b"<friendlyName>SWANN 192.168.4.20</friendlyName><manufacturer>SWANN</manufacturer>"
    b"<modelName>SWANN DVR8-1550</modelName>"
    b"<deviceList><device><manufacturer>somebody else</manufacturer></device></deviceList></device></root>"
)
UPNP = (UPNP_AXIS, UPNP_SWANN)

# SIP: RFC 3261 section 11.2 (form); user agent: public capture 38944321281.
SIP_ANSWER = lines(
    "SIP/2.0 200 OK",
    "Via: SIP/2.0/UDP coveredscan.invalid:5060;branch=z9hG4bK1;rport=40000;received=192.0.2.1",
    "To: <sip:coveredscan.invalid>;tag=93810874",
    "From: <sip:coveredscan.invalid>;tag=1",
    "Call-ID: 1",
    "CSeq: 1 OPTIONS",
    "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE",
    "User-Agent: Embedded Net DVR/NVR/DVS",
    "Content-Length: 0",
)
SIP = (SIP_ANSWER, SIP_ANSWER.replace(b"200 OK", b"404 Not Found").replace(b"User-Agent", b"Server"))

# NetBIOS: RFC 1002 section 4.2.18 (form).


def node_status(*names: tuple[bytes, int, int], owner: bytes = b"\x20CK" + b"A" * 30 + b"\0") -> bytes:
    entries = b"".join(struct.pack("!15sBH", name.ljust(15), service, state) for name, service, state in names)
    data = bytes((len(names),)) + entries + bytes.fromhex("0011325e4496") + bytes(40)
    return struct.pack("!HHHHHH", 1, 0x8400, 0, 1, 0, 0) + owner + struct.pack("!HHIH", 0x21, 1, 0, len(data)) + data


NETBIOS_ANSWER = node_status(
    (b"DISKSTATION", 0x00, 0x0400), (b"DISKSTATION", 0x20, 0x0400), (b"WORKGROUP", 0x00, 0x8400)
)
NETBIOS = (NETBIOS_ANSWER, node_status((b"NVR", 0x00, 0x0400), owner=b"\xc0\x0c"))

# Xiongmai


def wrapped(body: bytes, version: int = 0, message: int = 1531) -> bytes:
    """A message of Xiongmai's protocol. Header: NeiroNx/python-dvr DeviceManager.py."""
    return struct.pack("<BBHIIHHI", 255, version, 0, 0, 0, 0, message, len(body)) + body


# Public capture 56358386337: a real client's bytes.
XIONGMAI_QUESTION = bytes.fromhex("ff00000000000000000000000000fa0500000000")
# Public capture 10087480338, in the layout that the device sends.
XIONGMAI_2019 = wrapped(
    b'{ "NetWork.NetCommon" : { "ChannelNum" : 1, "DeviceType" : 1, "GateWay" : "0x010BA8C0", '
    b'"HostIP" : "0x6D0BA8C0", "HostName" : "LocalHost", "HttpPort" : 80, "MAC" : "00:12:31:08:bb:97", "MaxBps" : 0, '
    b'"MonMode" : "TCP", "NetConnectState" : 0, "OtherFunction" : "D=2019-02-28 17:30:58 V=92a9902100ec7c4", '
    b'"SN" : "41e6853ada5e9323", "SSLPort" : 8443, "Submask" : "0x00FFFFFF", "TCPMaxConn" : 10, "TCPPort" : 34567, '
    b'"TransferPlan" : "Quality", "UDPPort" : 34568, "UseHSDownLoad" : false }, "Ret" : 100, '
    b'"SessionID" : "0x00000000" }\n\0'
)
# Public capture 56358386337.
XIONGMAI_NEWER = wrapped(
    b'{"NetWork.NetCommon":{"HostIP":"0x6401A8C0","HostName":"camera_07c3","HttpPort":80,"MAC":"5c:4e:ee:72:07:c3",'
    b'"Pid":"A9A022913235C00M","SN":"a44d13007be81c4d","SSLPort":8443,"TCPPort":34567,"UDPPort":34568,'
    b'"Version":"V5.11.R02.000809V1.10010.346837.0000010"},"Ret":100,"SessionID":"0x00000000"}',
    message=1530,
)
XIONGMAI = (XIONGMAI_2019, XIONGMAI_NEWER, XIONGMAI_QUESTION)

# Hanwha: julienblitte/UniversalScanner UniversalScanner/Hanwha.selftest, a real answer with its values replaced.

HANWHA_QUESTION = b"\x01" + bytes(261)
HANWHA_ANSWER = (
    b"\x0b" + bytes(18) + b"00:11:22:33:44:55\0" + b"240.0.9.0".ljust(16, b"\0") + b"255.0.0.1".ljust(16, b"\0")
    + b"0.0.0.0".ljust(40, b"\0") + b"Virtual".ljust(24, b"\0") + b"http://127.0.0.1/index.htm".ljust(129, b"\0")
)  # fmt: skip
HANWHA = (HANWHA_ANSWER, HANWHA_QUESTION)

# Bosch: julienblitte/UniversalScanner UniversalScanner/Bosch.bin.selftest and Bosch.xml.selftest, real answers with
# their values replaced.

BOSCH_BINARY = bytes.fromhex("9939a4276008ad0a00112233445503fff0000700ff0000007f00000100030071")
BOSCH_XML = (
    b'<?xml version="1.0" encoding="UTF-8"?><root xmlns="OEMExt00:device-1-0"><device>'
    b"<deviceType>OEMExt00:device:deviceID0</deviceType><App>1</App><friendlyName>Virtual (XML)</friendlyName>"
    b"<unitName></unitName><deviceGUID>0123456789000000000000000000000000000000000000000000000000000000</deviceGUID>"
    b"<serialNumber>12345678:12345678</serialNumber><physAddress>00-11-22-33-44-55</physAddress>"
    b"<sessionKey>0000000000000001</sessionKey><unitIPAddress>240.0.7.1</unitIPAddress>"
    b"<unitSubnetMask>255.0.0.0</unitSubnetMask><unitGatewayIp></unitGatewayIp>"
    b"<unitIPv6Address>fe80::1</unitIPv6Address><activeConnections>1</activeConnections><RCPPort>1756</RCPPort>"
    b"<HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort><dhcp>0</dhcp><dhcpState>0</dhcpState>"
    b"<cameraFrontendID>4881</cameraFrontendID><Flags>00000000</Flags><Lines>1</Lines><BcJpeg>1</BcJpeg>"
    b"<unitStatelessIPv6Address>::</unitStatelessIPv6Address><scanID></scanID><privacyMode>0</privacyMode>"
    b"<ClusterID>0</ClusterID>"
    b"<deviceCapabilities>00000006000100010200050001010002000100000d00010500190001000024000100</deviceCapabilities>"
    b"<deviceTypeIDs>000000300000000000001311</deviceTypeIDs></device></root>"
)
BOSCH = (BOSCH_BINARY, BOSCH_XML)

# VIVOTEK: julienblitte/UniversalScanner UniversalScanner/Vivotek.selftest, a real answer with its values replaced.

VIVOTEK_ANSWER = bytes.fromhex(
    "024a5d8f1c01115669727475616c2d5669727475616c2d3102060011223344550304f0000a00041b060250000802656e"
    "09075669727475616c1004030082000a0100050400000000"
)
VIVOTEK = (VIVOTEK_ANSWER,)
