import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from scanner.reports.html import MAX_MAKERS, _makers, render
from scanner.reports.rows import rows
from tests.reports.samples import ATTACKS, COMPANIES, CONTEXT, FINDINGS, LTS, attacked

VOID = {"meta", "input"}


class Page(HTMLParser):
    """Tags in order, attributes, text; fails on tags that do not nest."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self.script = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] == ["script"]:
            self.script += data
        elif self._open[-1:] != ["style"]:
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


def test_the_policy_allows_only_the_one_script():
    parsed = page()
    digest = base64.b64encode(hashlib.sha256(parsed.script.encode()).digest()).decode()
    assert policy(parsed).startswith(f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}';")
    assert parsed.tags.count("script") == 1


def test_nothing_is_loaded():
    text = "".join(render(FINDINGS, CONTEXT))
    assert not re.search(r"https?://|@import|url\(", text)
    parsed = Page(text)
    assert not {"img", "link", "iframe", "object", "embed", "form", "base"} & set(parsed.tags)
    links = [value or "" for _, name, value in parsed.attributes if name in {"src", "href", "action"}]
    assert links
    assert all(re.fullmatch(r"#device-\d+", link) for link in links)


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


def test_many_makers_are_summed_up():
    counts = _makers([row._replace(maker=f"maker {n}") for n, row in enumerate(rows([LTS] * 20, COMPANIES))])
    assert len(counts) == MAX_MAKERS + 1
    assert counts[-1][:2] == ("8 others", 8)
