import base64
import hashlib
import re
from html.parser import HTMLParser

import msgspec
import pytest

from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.signature import Match, Signature, Source
from scanner.reports.html import DEFERRED, PART, render, write
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, SEEN, attacked

VOID = {"meta", "input", "link"}


class Page(HTMLParser):
    """Tags in order, attributes, text; fails on tags that do not nest."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self.script = ""
        self.style = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] == ["script"]:
            self.script += data
        elif self._open[-1:] == ["style"]:
            self.style += data
        else:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())


def page(findings=FINDINGS, context=CONTEXT):
    return Page("".join(render(findings, context)))


def policy(parsed):
    return next(
        value for tag, name, value in parsed.attributes if tag == "meta" and name == "content" and "src" in value
    )


def test_everything_is_on_the_page():
    text = page().text
    for words in (
        "192.0.2.0/24",
        "signature database 2026.11.21",
        "4 devices: 1 covered, 1 likely, 1 undetermined, 1 not-covered.",
        "Not reached: 192.0.2.64/26: no route to host",
        "Hangzhou Hikvision Digital Technology Co., Ltd. confirmed",
        "to be settled: used for public safety",
        "Made by Dahua (probable), named since 2018-08-13.",
        "Dahua —owned 2018-02-06…→ Lorex",
        'Digest realm="IP Camera(C2183)", nonce="00"',
        "hikvision-http-server-webs",
        "Pub. L. 115-232, § 889",
        "contracting with an entity that uses it, from 2020-08-13",
        "not legal advice",
    ):
        assert words.casefold() in text.casefold()


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_allows_only_the_one_script_and_the_one_style():
    parsed = page()
    assert policy(parsed).startswith(
        f"default-src 'none'; style-src 'sha256-{digest(parsed.style)}'; script-src 'sha256-{digest(parsed.script)}';"
    )
    assert parsed.tags.count("script") == parsed.tags.count("style") == 1
    assert not [name for _, name, _ in parsed.attributes if name == "style" or name.startswith("on")]


def test_nothing_is_loaded():
    text = "".join(render(FINDINGS, CONTEXT))
    assert not re.search(r"https?://|@import|url\(", text)
    parsed = Page(text)
    assert not {"img", "link", "iframe", "object", "embed", "form", "base"} & set(parsed.tags)
    links = [value or "" for _, name, value in parsed.attributes if name in {"src", "href", "action"}]
    assert links
    assert all(re.fullmatch(r"#[\w-]+", link) for link in links)


def test_every_link_has_its_target():
    parsed = page()
    targets = {"#" + value for _, name, value in parsed.attributes if name == "id"}
    assert {value for _, name, value in parsed.attributes if name == "href"} <= targets


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_devices_say_adds_no_tag_and_no_attribute(attack):
    harmless, context = attacked("harmless")
    expected = page([harmless], context)
    finding, context = attacked(attack)
    parsed = page([finding], context)
    if attack:  # empty texts leave out their own lines
        assert parsed.tags == expected.tags
        assert parsed.attributes == expected.attributes
    assert parsed.script == expected.script


def test_a_long_list_is_text_until_it_is_read():
    many = [msgspec.structs.replace(LTS, host=f"10.0.{n // 200}.{n % 200}") for n in range(DEFERRED + 51)]
    text = "".join(render(many, CONTEXT))
    assert text.count("<noscript") == 1 + -(-len(many) // PART)
    parsed = Page(text)
    rows_of = [value for tag, name, value in parsed.attributes if (tag, name) == ("tr", "data-level")]
    assert len(rows_of) == len(many)
    sheets = [value for tag, name, value in parsed.attributes if tag == "details" and name == "id"]
    assert sheets == [f"device-{n}" for n in range(1, len(many) + 1)]
    outside = re.sub(r"(?s)<noscript.*?</noscript>", "", text)
    assert outside.count("<tr data-level") == DEFERRED
    assert 'id="device-' not in outside


def test_a_short_list_is_all_there():
    assert "<noscript" not in "".join(render(FINDINGS, CONTEXT))


def test_the_chain_ends_in_signatures_and_sources():
    rule = Signature(
        id="hikvision-http-server-webs", fields=("http.server",), match=Match(exact=("DNVRS-Webs",)), strength="strong",
        basis="published", status="stable", added=SEEN.date(), sources=("src",), why="Only they send it.",
    )  # fmt: skip
    source = Source("src", "A list of servers", "https://example.org/list", "MIT", SEEN.date())
    context = CONTEXT._replace(signatures={rule.id: rule}, sources={"src": source})
    parsed = page(context=context)
    assert "Only they send it." in parsed.text
    assert "A list of servers" in parsed.text
    targets = {"#" + value for _, name, value in parsed.attributes if name == "id"}
    links = {value for _, name, value in parsed.attributes if name == "href"}
    assert links - targets == {"https://example.org/list"}
    assert "#signature-hikvision-http-server-webs" in links


def test_what_would_settle_it_and_what_to_do_stand_in_the_sheet():
    text = page().text
    assert "Does us-ndaa-889 bind you?" not in text  # no such condition among the samples
    assert "Is it used for public safety or security of government facilities?" in text
    assert "Was it made by Zhejiang Dahua Technology Co., Ltd.? So far that is probable." in text
    assert "Ask the contracting officer before the next representation." in text
    assert "Who made it?" in text


def test_an_id_that_another_signature_has_taken_in_is_explained_by_that_one():
    rule = Signature(
        id="hikvision-server", formerly=("hikvision-http-server-webs",), fields=("http.server", "rtsp.server"),
        match=Match(exact=("DNVRS-Webs",)), strength="strong", basis="published", status="stable", added=SEEN.date(),
        sources=(), why="Only they send it.",
    )  # fmt: skip
    parsed = page(context=CONTEXT._replace(signatures={rule.id: rule, rule.formerly[0]: rule}))
    assert "now part of hikvision-server" in parsed.text
    assert "http.server, rtsp.server" in parsed.text
    assert ("dt", "id", "signature-hikvision-http-server-webs") in parsed.attributes


def test_the_chain_ends_in_the_bytes_where_they_were_kept():
    provenance = Provenance("http", None, SEEN, "ab" * 32)
    seen = Observation(Endpoint(LTS.host, "tcp", 80), Field("http.server"), "DNVRS-Webs", provenance)
    assert f"in the bytes with SHA-256 {'ab' * 32}" in page(context=CONTEXT._replace(observations=(seen,))).text
    assert "in the bytes" not in page().text


def test_what_it_was_judged_by_is_what_the_reader_is_told():
    text = page(context=CONTEXT._replace(policy="uk", day="2020-01-02")).text
    assert "Verdicts for 2020-01-02 Policy uk" in text


def test_in_print_those_alike_share_a_line_and_a_sheet():
    alike = [msgspec.structs.replace(LTS, host=f"10.0.1.{n}") for n in (1, 2, 3, 9)]
    parsed = Page("".join(write([*alike, *FINDINGS], CONTEXT, sheets=3, lines=7)))
    assert "covered Hikvision, sold as LTS, LTN8704-P4, recorder: 5 devices 10.0.1.1-3, 9 · 192.0.2.10" in parsed.text
    assert "A sheet for one device of each kind (same verdict, maker, brand, model and class), 3 of 8" in parsed.text
    sheets = [value for tag, name, value in parsed.attributes if tag == "details" and name == "id"]
    assert sheets == ["device-1", "device-6", "device-7"]
    few = Page("".join(write(alike, CONTEXT, sheets=4, lines=4)))
    assert few.tags.count("details") == 4
    assert few.text.count("10.0.1.9") == 2


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_devices_say_adds_no_tag_in_print_either(attack):
    def tags(text):
        finding, context = attacked(text)
        return Page("".join(write([finding], context, sheets=0, lines=0))).tags

    if attack:
        assert tags(attack) == tags("harmless")
