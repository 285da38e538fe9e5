"""Answers that real devices gave, as published; each with its public source. Seeds of property tests and fuzzing."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from zeroconf import ServiceInfo
from zeroconf import const as mdns_const
from zeroconf._dns import DNSAddress, DNSPointer, DNSService, DNSText
from zeroconf._protocol.outgoing import DNSOutgoing


def lines(*parts: str, body: bytes = b"") -> bytes:
    return "\r\n".join((*parts, "", "")).encode("latin-1") + body


# Body: evercam/evercam-server issue 10. Challenges: public capture 885310278.
ACCESS_ERROR = (
    b"<!DOCTYPE html>\r\n<html><head><title>Document Error: Unauthorized</title></head>\r\n"
    b"<body><h2>Access Error: 401 -- Unauthorized</h2>\r\n"
    b"<p>Authentication Error: Access Denied! Authorization required.</p>\r\n</body>\r\n</html>\r\n"
)
APPWEBS_401 = lines(
    "HTTP/1.1 401 Unauthorized",
    "Server: App-webs/",
    'WWW-Authenticate: Digest qop="auth", realm="IP Camera(76475)", nonce="4e5459794d6a", stale="FALSE"',
    'WWW-Authenticate: Basic realm="IP Camera(76475)"',
    "Content-Type: text/html",
    body=ACCESS_ERROR,
)
# Page: public capture 29272072405 (without its cache metas). Server: nmap/nmap nmap-service-probes l.9762.
APPWEBS_ROOT = lines(
    "HTTP/1.1 200 OK",
    "Server: App-webs/",
    "Content-Type: text/html",
    body=(
        b"<!doctype html><html><head><title></title>"
        b'<meta http-equiv="X-UA-Compatible" content="IE=edge" ></head><body></body>'
        b'<script>window.location.href = "./doc/page/login.asp?_" + (new Date()).getTime();</script></html>'
    ),
)
# nmap/nmap nmap-service-probes l.10645: the newest root page has no Server header.
BOM_ROOT = lines(
    "HTTP/1.1 200 OK",
    "Vary: Accept-Encoding",
    "X-Frame-Options: SAMEORIGIN",
    'ETag: "0-1a2b-480"',
    "X-XSS-Protection: 1; mode=block",
    "Content-Type: text/html",
    body=b"\xef\xbb\xbf<!doctype html>\r\n<html>\r\n<head>\r\n\t<title></title>\r\n</head></html>",
)
# D4-project/Plum-Island issue 204: headers and title of a current recorder. Script: Ostorlab's plugin for @WebVersion@.
UPPER_CASE_ROOT = lines(
    "HTTP/1.1 200 OK",
    "CONNECTION: keep-alive",
    "Date: Thu, 20 Aug 2026 19:53:42 GMT",
    "Last-Modified: Fri, 05 Jun 2026 09:23:27 GMT",
    'Etag: "1780651407:298f"',
    "CONTENT-LENGTH: 130",
    "CACHE-CONTROL: max-age=0",
    "P3P: CP=CAO PSA OUR",
    "X-XSS-Protection: 1;mode=block",
    "CONTENT-TYPE: text/html",
    body=(
        b"<!DOCTYPE html><html><head><title>WEB</title>"
        b'<script src="jsBase/lib/jquery.js?version=@WebVersion@"></script></head><body></body></html>'
    ).ljust(130),
)
# Public capture 11114712739.
CGI_401 = lines(
    "HTTP/1.1 401 Unauthorized",
    'WWW-Authenticate: Digest realm="Login to ND021811019863",qop="auth",nonce="211955164",'
    'opaque="9a206a55e922ee7900769ec61ae49bf0c1f30242"',
    "CONNECTION: close",
    "CONTENT-LENGTH: 0",
)
# Shape of public captures 24397865320 and 7560952279.
SESSION_CAPABILITIES = lines(
    "HTTP/1.1 200 OK",
    "Content-Type: application/xml",
    body=(
        b'<?xml version="1.0" encoding="UTF-8"?>\r\n'
        b'<SessionLoginCap version="2.0" xmlns="http://www.std-cgi.com/ver20/XMLSchema">\r\n'
        b"<challenge>f07835483178cb6031ddb0e711ec6660</challenge>\r\n<iterations>100</iterations>\r\n"
        b"<isIrreversible>true</isIrreversible>\r\n</SessionLoginCap>\r\n"
    ),
)
CHUNKED = lines(
    "HTTP/1.1 200 OK",
    "Transfer-Encoding: chunked",
    "Set-Cookie: DHLangCookie30=English; Path=/",
    "Set-Cookie: WebClientHttpSessionID=8f2b1c6d9e0a4b7c8d9e0f1a2b3c4d5e; HttpOnly",
    body=b"7\r\n<title>\r\n9;x=y\r\nA\r\n  &amp\r\n9\r\n; B</titl\r\n2\r\ne>\r\n0\r\n\r\n",
)
HTTP = (
    APPWEBS_401, APPWEBS_ROOT, BOM_ROOT, UPPER_CASE_ROOT, CGI_401, SESSION_CAPABILITIES, CHUNKED,
)  # fmt: skip

# scottlamb/retina issue 62.
RTSP_LOGIN_TO = lines(
    "RTSP/1.0 401 Unauthorized",
    "CSeq: 1",
    'WWW-Authenticate: Digest realm="Login to 4K01FD2PAJ6E3FF", nonce="203c8d27b595204504dfa65fd22586bd"',
)
# nmap/nmap nmap-service-probes l.12367.
RTSP_TWO_CHALLENGES = lines(
    "RTSP/1.0 401 Unauthorized",
    "CSeq: 2",
    'WWW-Authenticate: Digest realm="Hikvision", nonce="0a4f113b06b0b1b8bce08bdb7f4d5b3e", stale="FALSE"',
    'WWW-Authenticate: Basic realm="/"',
)
# Public capture 34128402832.
RTSP_OPTIONS = lines(
    "RTSP/1.0 200 OK",
    "CSeq: 1",
    "Public: OPTIONS, DESCRIBE, PLAY, PAUSE, SETUP, TEARDOWN, SET_PARAMETER, GET_PARAMETER",
    "Date:  Thu, May 14 2020 16:45:35 GMT",
)
# Head: public captures 9513428192 and 10192776484. Description lines: public captures 9513428192 and 25017281098.
_DESCRIPTION = (
    b"v=0\r\no=- 2251938202 2251938202 IN IP4 0.0.0.0\r\ns=Media Server\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\n"
    b"a=packetization-supported:DH\r\na=rtppayload-supported:DH\r\na=range:npt=now-\r\n"
    b"m=video 0 RTP/AVP 96\r\na=control:trackID=0\r\na=rtpmap:96 H264/90000\r\n"
    b"a=fmtp:96 packetization-mode=1;profile-level-id=64002A\r\na=recvonly\r\n"
)
RTSP_DESCRIPTION = lines(
    "RTSP/1.0 200 OK",
    "CSeq: 2",
    "Server: Rtsp Server/3.0",
    "Content-Type: application/sdp",
    f"Content-Length: {len(_DESCRIPTION)}",
    body=_DESCRIPTION,
)
RTSP = (RTSP_LOGIN_TO, RTSP_TWO_CHALLENGES, RTSP_OPTIONS, RTSP_DESCRIPTION, RTSP_OPTIONS + RTSP_DESCRIPTION)

# rapid7/recog xml/telnet_banners.xml; nmap/nmap nmap-service-probes; RFC 4253; vsftpd's default; busybox telnetd.
TELNET_LOGIN = b"192.0.0.64 login: "
TELNET_NEGOTIATED = b"\xff\xfb\x01\r\nNetDVRDVS:"
TELNET_SUBNEGOTIATED = b"\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0\xff\xfb\x03\xff\xfd\x1f\r\n(none) login: "
SSH_IDENTIFICATION = b"SSH-2.0-dropbear_2019.78\r\n\x00\x00\x01\xdc\x08\x14\x8f\x11"
SSH_AFTER_NOTICE = b"Authorised use only\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"
FTP_READY = b"220 (vsFTPd 3.0.3)\r\n"
FTP_LONG = b"220-Welcome\r\n220-to the recorder\r\n220 ready\r\n"
BANNERS = (
    TELNET_LOGIN, TELNET_NEGOTIATED, TELNET_SUBNEGOTIATED, SSH_IDENTIFICATION, SSH_AFTER_NOTICE, FTP_READY, FTP_LONG,
)  # fmt: skip

# Phenomite/AMP-Research "Port 3702 - WSD/WellFormed.xml".
PROBE_MATCH = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n'
    b'<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    b' xmlns:wsadis="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    b' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    b' xmlns:tnshik="http://www.hikvision.com/2011/event/topics"'
    b' xmlns:hikwsd="http://www.onvifext.com/onvif/ext/ver10/wsdl"'
    b' xmlns:hikxsd="http://www.onvifext.com/onvif/ext/ver10/schema"'
    b' xmlns:tas="http://www.onvif.org/ver10/advancedsecurity/wsdl">\r\n'
    b"<env:Header><wsadis:MessageID>urn:uuid:ec4914fd-936b-11b5-8467-2857be33e0b0</wsadis:MessageID>\r\n"
    b"<wsadis:RelatesTo>urn:uuid:ce04dad0-5d2c-4026-9146-1aabfc1e4111</wsadis:RelatesTo>\r\n"
    b"<wsadis:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsadis:To>\r\n"
    b"<wsadis:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsadis:Action>\r\n"
    b'<d:AppSequence InstanceId="1592239476" MessageNumber="28429" /></env:Header>\r\n'
    b"<env:Body><d:ProbeMatches><d:ProbeMatch><wsadis:EndpointReference>"
    b"<wsadis:Address>urn:uuid:ec4914fd-936b-11b5-8467-2857be33e0b0</wsadis:Address></wsadis:EndpointReference>\r\n"
    b"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>\r\n"
    b"<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming"
    b" onvif://www.onvif.org/Profile/G onvif://www.onvif.org/hardware/DS-2CD2T32-I3"
    b" onvif://www.onvif.org/name/HIKVISION%20DS-2CD2T32-I3 onvif://www.onvif.org/location/city/hangzhou</d:Scopes>\r\n"
    b"<d:XAddrs>http://192.168.100.31/onvif/device_service"
    b" http://[fe80::2a57:beff:fe33:e0b0]/onvif/device_service</d:XAddrs>\r\n"
    b"<d:MetadataVersion>10</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>"
)
# Scopes: public capture 41621192913, in a plain envelope.
HELLO = (
    b'<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    b' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Body><d:Hello>'
    b"<a:EndpointReference><a:Address>uuid:6C93DE1C-F7A9-11EE-B7F2-0123456789AB</a:Address></a:EndpointReference>"
    b"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"
    b"<d:Scopes>onvif://www.onvif.org/location/country/china onvif://www.onvif.org/name/Dahua"
    b" onvif://www.onvif.org/hardware/IPC-HFW2228M-I1-V2 onvif://www.onvif.org/Profile/Streaming"
    b" onvif://www.onvif.org/type/Network_Video_Transmitter onvif://www.onvif.org/extension/unique_identifier</d:Scopes>"
    b"<d:XAddrs>http://192.0.2.7/onvif/device_service</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
    b"</d:Hello></s:Body></s:Envelope>"
)
WS_DISCOVERY = (PROBE_MATCH, HELLO, b"\x00\x00" + HELLO + b"\x00")

_HIK_ENVELOPE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
    b' xmlns:ter="http://www.onvif.org/ver10/error" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"'
)
# hawkeye64/onvif-nvt test/data/xml/hikvision-fixed/core/GetDeviceInformation.Response.xml (standard prefixes shortened).
DEVICE_INFORMATION = (
    _HIK_ENVELOPE + b' xmlns:tnshik="http://www.hikvision.com/2011/event/topics"'
    b' xmlns:hikwsd="http://www.onvifext.com/onvif/ext/ver10/wsdl"'
    b' xmlns:hikxsd="http://www.onvifext.com/onvif/ext/ver10/schema">\n'
    b"<env:Body><tds:GetDeviceInformationResponse>\n<tds:Manufacturer>HIKVISION</tds:Manufacturer>\n"
    b"<tds:Model>DS-2CD2012-I</tds:Model>\n<tds:FirmwareVersion>V5.2.0 build 140721</tds:FirmwareVersion>\n"
    b"<tds:SerialNumber>DS-2CD2012-I20150201CCWR501088621</tds:SerialNumber>\n<tds:HardwareId>88</tds:HardwareId>\n"
    b"</tds:GetDeviceInformationResponse></env:Body></env:Envelope>\n"
)
# hawkeye64/onvif-nvt test/data/xml/trendnet/core/GetScopes.Response.xml (standard prefixes shortened).
SCOPES = (
    _HIK_ENVELOPE + b' xmlns:tnsn="http://www.eventextension.com/2011/event/topics"'
    b' xmlns:extwsd="http://www.onvifext.com/onvif/ext/ver10/wsdl"'
    b' xmlns:extxsd="http://www.onvifext.com/onvif/ext/ver10/schema">\n'
    b"<env:Body><tds:GetScopesResponse>"
    b"<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef>"
    b"<tt:ScopeItem>onvif://www.onvif.org/hardware/TV-IP320PI</tt:ScopeItem></tds:Scopes>"
    b"<tds:Scopes><tt:ScopeDef>Configurable</tt:ScopeDef>"
    b"<tt:ScopeItem>onvif://www.onvif.org/name/TV-IP320PI</tt:ScopeItem></tds:Scopes>"
    b"</tds:GetScopesResponse></env:Body></env:Envelope>\n"
)
# Quedale/OnvifDeviceManager issue 19.
FAULT = (
    b'<?xml version="1.0" encoding="utf-8" standalone="yes" ?>'
    b'<s:Envelope xmlns:sc="http://www.w3.org/2003/05/soap-encoding" xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    b' xmlns:ter="http://www.onvif.org/ver10/error" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"'
    b' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>'
    b"<s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code>"
    b'<s:Reason><s:Text xml:lang="en">Sender not Authorized.</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>'
)
# Form: ONVIF Core Specification, GetServices.
SERVICES = (
    _HIK_ENVELOPE + b"><env:Body><tds:GetServicesResponse>"
    b"<tds:Service><tds:Namespace>http://www.onvif.org/ver10/device/wsdl</tds:Namespace>"
    b"<tds:XAddr>http://192.0.2.7/onvif/device_service</tds:XAddr></tds:Service>"
    b"<tds:Service><tds:Namespace>http://www.onvif.org/ver20/media/wsdl</tds:Namespace>"
    b"<tds:XAddr>http://192.0.2.7/onvif/media2_service</tds:XAddr></tds:Service>"
    b"<tds:Service><tds:Namespace>http://www.axis.com/vapix/ws/action1</tds:Namespace>"
    b"<tds:XAddr>http://192.0.2.7/vapix/services</tds:XAddr></tds:Service>"
    b"</tds:GetServicesResponse></env:Body></env:Envelope>"
)
SYSTEM_TIME = (
    _HIK_ENVELOPE + b"><env:Body><tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
    b"<tt:DateTimeType>NTP</tt:DateTimeType></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    b"</env:Body></env:Envelope>"
)
ONVIF = (
    *(
        lines("HTTP/1.1 200 OK", "Content-Type: application/soap+xml", f"Content-Length: {len(body)}", body=body)
        for body in (SYSTEM_TIME, DEVICE_INFORMATION, SCOPES, SERVICES)
    ),
    lines("HTTP/1.1 400 Bad Request", "Content-Type: application/soap+xml", body=FAULT),
    lines("HTTP/1.1 401 Unauthorized", 'WWW-Authenticate: Digest realm="Login to dd1176c88fde59a5d01a6be0c45b9630"'),
)


def _announcement() -> bytes:
    # Service type, host and instance: homeassistant axis/manifest.json and its published test data.
    service, name, host = (
        "_axis-video._tcp.local.",
        "AXIS M1065-LW - 00408C123456._axis-video._tcp.local.",
        "axis-00408c123456.local.",
    )
    info = ServiceInfo(service, name, port=80, server=host, properties={"macaddress": "00408C123456"})
    message = DNSOutgoing(mdns_const._FLAGS_QR_RESPONSE | mdns_const._FLAGS_AA, multicast=True)
    unique = mdns_const._CLASS_IN | mdns_const._CLASS_UNIQUE
    enumerated = "_services._dns-sd._udp.local."
    message.add_answer_at_time(DNSPointer(enumerated, mdns_const._TYPE_PTR, mdns_const._CLASS_IN, 4500, service), 0)
    message.add_answer_at_time(DNSPointer(service, mdns_const._TYPE_PTR, mdns_const._CLASS_IN, 4500, name), 0)
    message.add_answer_at_time(DNSService(name, mdns_const._TYPE_SRV, unique, 120, 0, 0, 80, host), 0)
    message.add_answer_at_time(DNSText(name, mdns_const._TYPE_TXT, unique, 4500, info.text), 0)
    message.add_answer_at_time(DNSAddress(host, mdns_const._TYPE_A, unique, 120, bytes((192, 0, 2, 9))), 0)
    return message.packets()[0]


# Written by python-zeroconf, a responder that runs in the field.
MDNS_ANNOUNCEMENT = _announcement()
MDNS = (MDNS_ANNOUNCEMENT,)


def certificate(subject: str, issuer: str | None = None) -> bytes:
    """A DER certificate with these names, the same at every call: Ed25519 signatures are."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01")
    start = dt.datetime(2024, 8, 5, tzinfo=dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(subject))
        .issuer_name(x509.Name.from_rfc4514_string(issuer or subject))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start.replace(year=2054))
        .sign(key, None)
        .public_bytes(Encoding.DER)
    )


# Names: rapid7/recog xml/x509_subjects.xml l.823; D4-project/Plum-Island issue 204 (no-break spaces and all).
HIK_NAME = "CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou,ST=ZheJiang,C=CN"
DAHUA_ISSUER = (
    "CN=Dahua\xa0Device\xa0NVR\xa0CA,O=Zhejiang\xa0Dahua\xa0Technology\xa0Co.\\,Ltd.,ST=Zhejiang,L=Hangzhou,C=CN"
)
TLS = (certificate(HIK_NAME), certificate("CN=192.168.2.70,C=CN", DAHUA_ISSUER))

# RFC 826; the sender's hardware address block is Hangzhou Hikvision's (IEEE MA-L 58-50-ED).
ARP_REPLY = bytes.fromhex("0001080006040002 5850ed1fe385 c0a87c28 001122334455 c0a87c01".replace(" ", ""))
ARP_PROBE = bytes.fromhex("0001080006040001 5850ed1fe385 00000000 000000000000 c0a87c28".replace(" ", ""))
ARP = (ARP_REPLY, ARP_PROBE, ARP_REPLY + bytes(18))
