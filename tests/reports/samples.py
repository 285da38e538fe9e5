"""Findings and a context that the tests of all formats share."""

from datetime import UTC, date, datetime

from scanner.model.entity import Company, Step
from scanner.model.finding import Coverage, Evidence, Finding, Identification, Named, Summary
from scanner.model.measure import ConditionState, Measure, Provision, Verdict
from scanner.reports.context import Context

SEEN = datetime(2026, 11, 21, 2, 3, 4, tzinfo=UTC)

COMPANIES = {
    "hikvision": Company("hikvision", "Hangzhou Hikvision Digital Technology Co., Ltd.", aliases=("HIK", "Hikvision")),
    "dahua": Company("dahua", "Zhejiang Dahua Technology Co., Ltd.", aliases=("Dahua Technology", "Dahua")),
    "axis": Company("axis", "Axis Communications AB"),
}

MEASURES = {
    "us-ndaa-889": Measure(
        id="us-ndaa-889",
        title="John S. McCain National Defense Authorization Act for Fiscal Year 2019, section 889",
        citation="Pub. L. 115-232, § 889",
        issuer="Congress",
        jurisdiction="US",
        kind="procurement-ban",
        enacted=date(2018, 8, 13),
        checked=date(2026, 11, 1),
        sources=("far",),
        statement="Federal agencies may not buy, nor contract with those who use, covered video surveillance equipment.",
        provision=(
            Provision("a-1-A", "executive agencies", "procuring covered equipment", date(2019, 8, 13)),
            Provision("a-1-B", "executive agencies", "contracting with an entity that uses it", date(2020, 8, 13)),
        ),
        exceptions=("connection to a third party's facilities", "no user data"),
        action="Ask the contracting officer before the next representation.",
    ),
    "us-fcc-covered-list": Measure(
        id="us-fcc-covered-list",
        title="FCC Covered List",
        citation="47 CFR 1.50002",
        issuer="FCC",
        jurisdiction="US",
        kind="authorisation-ban",
        enacted=date(2021, 3, 12),
        checked=date(2026, 11, 1),
        sources=("fcc",),
        statement="New equipment of the named makers gets no equipment authorisation.",
    ),
}

USE = ConditionState("use", "used for public safety or security of government facilities", "unclear")


def verdict(level, measure="us-ndaa-889", reason="Made by somebody.", **more):
    return Verdict(measure, level, "procurement-ban", reason, **more)


def piece(
    field, value, says, *, slot="manufacturer", strength="strong", group=None, signature="some-signature", **more
):
    return Evidence(
        field, value, signature, strength, group or field.split(".")[0], slot, says, more.pop("port", 80), SEEN, **more
    )


LTS = Finding(
    host="192.0.2.10",
    addresses=("192.0.2.10", "fe80::2648:45ff:fe00:1"),
    mac="24:48:45:00:00:01",
    identification=Identification(
        manufacturer=Named("hikvision", "Hangzhou Hikvision Digital Technology Co., Ltd.", "confirmed"),
        brand=Named("lts", "LTS", "probable"),
        device_class=Named("recorder", "recorder", "probable"),
        model=Named("LTN8704-P4", "LTN8704-P4", "probable"),
        firmware=Named("V4.1.0 build 190101", "V4.1.0 build 190101", "possible"),
    ),
    verdicts=(
        verdict(
            "covered",
            reason="Made by Hikvision (confirmed), named since 2018-08-13.",
            conditions=(USE,),
            provisions=("a-1-A", "a-1-B"),
            listing="hikvision",
        ),
        verdict("covered", "us-fcc-covered-list", "Made by Hikvision (confirmed), named since 2021-03-12."),
    ),
    evidence=(
        piece("http.server", "DNVRS-Webs", "hikvision", signature="hikvision-http-server-webs"),
        piece("http.title", "index", "hikvision", strength="weak", signature="hikvision-title"),
        piece("rtsp.www_authenticate", 'Digest realm="IP Camera(C2183)", nonce="00"', "hikvision", port=554),
        piece("link.mac", "24:48:45:00:00:01", "hikvision", strength="moderate", signature="oui:24:48:45", port=None),
        piece("http.title", "LTS", "lts", slot="brand", signature="lts-title"),
    ),
    open_ports=("80/tcp", "554/tcp"),
    found_by=("ws_discovery", "http", "rtsp"),
    last_seen=SEEN,
)
LOREX = Finding(
    host="192.0.2.9",
    addresses=("192.0.2.9",),
    mac=None,
    identification=Identification(
        manufacturer=Named("dahua", "Zhejiang Dahua Technology Co., Ltd.", "probable", rivals=("lorex",)),
        brand=Named("lorex", "Lorex", "confirmed"),
        model=Named("N841A81", "N841A81", "probable"),
    ),
    verdicts=(
        verdict(
            "likely",
            reason="Made by Dahua (probable), named since 2018-08-13.",
            conditions=(USE,),
            path=(Step("dahua-owns-lorex", "owns", "dahua", "lorex", "unclear", "Dahua —owned 2018-02-06…→ Lorex"),),
        ),
    ),
    evidence=(piece("dhip.vendor", "Lorex", "lorex", slot="brand"), piece("dhip.device_type", "N841A81", "dahua")),
)
AXIS = Finding(
    host="192.0.2.200",
    addresses=("192.0.2.200",),
    mac="00:40:8c:00:00:01",
    identification=Identification(
        manufacturer=Named("axis", "Axis Communications AB", "confirmed"),
        brand=Named("axis", "Axis", "confirmed"),
        model=Named("P3245-LV", "P3245-LV", "confirmed"),
    ),
    verdicts=(verdict("not-covered"), verdict("not-covered", "us-fcc-covered-list")),
    evidence=(piece("onvif.manufacturer", "AXIS", "axis"), piece("mdns.service", "_axis-video._tcp.local.", "axis")),
)
UNKNOWN = Finding(
    host="192.0.2.33",
    addresses=("192.0.2.33",),
    mac=None,
    identification=Identification(),
    verdicts=(verdict("undetermined", reason="Nothing says who made it."),),
    evidence=(),
    open_ports=("554/tcp",),
)
FINDINGS = (AXIS, UNKNOWN, LOREX, LTS)

SUMMARY = Summary(
    scan="01ja",
    started_at=datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
    ended_at=datetime(2026, 11, 21, 2, 4, tzinfo=UTC),
    complete=False,
    interrupted=False,
    hosts=4,
    verdicts={"covered": 1, "likely": 1, "undetermined": 1, "not-covered": 1},
    coverage=Coverage(
        addresses=254,
        excluded=2,
        alive=4,
        ports=(80, 554, 8000),
        outcomes={"connect": {"timed-out": 700}, "http": {"answered": 3, "timed-out": 1}, "rtsp": {"refused": 2}},
        not_reached=("192.0.2.64/26: no route to host",),
        out_of_scope_answers=1,
    ),
    targets=("192.0.2.0/24",),
    date="2026-11-21",
    database="2026.11.21",
    program="coveredscan 0.1.0",
)
CONTEXT = Context(SUMMARY, "2026.11.21", MEASURES, COMPANIES)


def attacked(text):
    """A finding and a context whose every text is ``text``."""
    named = Named(text, text, "confirmed", rivals=(text,))
    finding = Finding(
        host=text,
        addresses=(text, text),
        mac=text,
        identification=Identification(*[named] * 9),
        verdicts=(
            Verdict(
                text,
                "covered",
                "procurement-ban",
                text,
                (ConditionState("use", text, "unclear"),),
                (text,),
                text,
                (Step(text, "owns", text, text, "yes", text),),
            ),
        ),
        evidence=(
            Evidence(text, text, text, "strong", text, "manufacturer", text, 80, SEEN, text),
            Evidence("rtsp.www_authenticate", f'realm="{text}"', text, "strong", "rtsp", "brand", text, 80, SEEN),
            Evidence("wsd.scope", text, "oui:" + text, "weak", "onvif", "manufacturer", text, None, None),
        ),
        open_ports=(text,),
        found_by=(text,),
        last_seen=SEEN,
    )
    summary = Summary(
        scan=text,
        started_at=SEEN,
        ended_at=SEEN,
        complete=False,
        interrupted=True,
        hosts=1,
        verdicts={text: 1},
        coverage=Coverage(1, 1, 1, (80,), {text: {"timed-out": 1}}, (text,), 1),
        errors=(text,),
        targets=(text,),
        policy=text,
        date=text,
        database=text,
        program=text,
    )
    return finding, Context(summary, text, MEASURES, COMPANIES, width=80, colour=False)


ATTACKS = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31m",
    "\x9b2J\x90q\x9c\x85",
    "\u202egpj.exe\u2066\u200b\ufeff\u2028\u2029",
    "a\x00b\x7f\r\n\tc",
    "\tcmd",
    "\rcmd",
    "</script><script>alert(1)</script>",
    "\"><img src=http://192.0.2.1/x onerror=alert(1)>' --><style>@import 'http://192.0.2.1/'",
    "{{ 7*7 }}{% raw %}${7*7}",
    "javascript:alert(1)",
    '=HYPERLINK("http://192.0.2.1/"&A1)',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "  =1+1",
    "x;=1+1,=2\n=3",
    "\uff1d1+1",
    "[red]bold[/red] %s %n \\x1b",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "[a](http://192.0.2.1/) ![b](http://192.0.2.1/x.png) <http://192.0.2.1/> www.example.org a@example.org",
    "`a` ```b | c \\| d",
    "\udc80\ud800",
    "\U000e0041\u0300" * 50,
    "W" * 5000,
    "\u754c" * 3000,
    "",
)
