import json
import re
import time
from urllib.parse import quote

import pytest

from scanner.dashboard import pages
from scanner.engine.ports import CAMERA
from scanner.reports import FORMATS
from scanner.reports.rows import WORST_FIRST
from scanner.store import StoreError
from tests.dashboard.site import fill, raised
from tests.reports.samples import ATTACKS, FINDINGS, attacked
from tests.reports.test_html import Page

PATHS = (
    "/", "/?q=lts&verdict=covered&sort=maker&way=falling", "/device?host=192.0.2.10", "/changes", "/scans", "/start",
    "/progress", "/law", "/law/us-ndaa-889", "/login", "/nothing",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_whole_and_loads_only_its_own(site, path):
    answer = site.get(path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    parsed = Page(answer.text)
    loaded = [value or "" for tag, name, value in parsed.attributes if name == "src" or (tag, name) == ("link", "href")]
    assert loaded
    assert all(re.fullmatch(r"/assets/[\w.]+", value) for value in loaded)
    assert all(site.get(value).status == 200 for value in loaded)
    assert parsed.script == parsed.style == ""
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on") or name == "style"]
    assert parsed.tags.count("h1") == parsed.tags.count("main") == 1


def test_every_link_leads_somewhere(site):
    seen = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop().partition("#")[0]
        if not path or path in seen or not path.startswith("/"):
            continue
        seen.add(path)
        answer = site.get(path)
        assert answer.status == 200, path
        if answer.headers["content-type"].startswith("text/html") and "/report/" not in path:
            links = [value or "" for tag, name, value in Page(answer.text).attributes if (tag, name) == ("a", "href")]
            waiting += [link for link in links if "sort=" not in link]
    assert {"/", "/law/us-ndaa-889", f"/scans/{site.scan}", "/transcripts/" + "ab" * 32} <= seen


def test_the_inventory_lists_and_filters(site):
    text = Page(site.get("/").text).text
    assert "4 devices: 1 covered, 1 likely, 1 undetermined, 1 not-covered." in text
    assert "4 of 4 devices" in text
    filtered = site.get("/?q=hikvision").text
    assert "1 of 4 devices" in Page(filtered).text
    assert "192.0.2.10" in filtered
    assert "192.0.2.200" not in filtered
    assert "No device fits." in site.get("/?q=nothing").text
    assert 'aria-sort="descending"' in site.get("/?sort=maker&way=falling").text


def test_a_device_shows_why_what_was_seen_and_what_became_of_it(site):
    text = Page(site.get("/device?host=192.0.2.10").text).text
    for words in ("Hangzhou Hikvision", "to be settled: used for public safety", "What would settle it", "History",
                  "First seen", "appeared", "All that was seen of it", "DNVRS-Webs", "80/tcp", "bytes"):  # fmt: skip
        assert words in text


def test_all_devices_of_all_scans(tmp_path):
    with raised(tmp_path) as up:
        later = fill(up.url, FINDINGS[3:], days=1)
        assert "1 of 1 devices" in Page(up.get("/").text).text
        page = up.get("/?scan=all")
        assert "4 of 4 devices" in Page(page.text).text
        assert f"/device?scan={later}&amp;host=192.0.2.10" in page.text
        assert f"/device?scan={up.scan}&amp;host=192.0.2.9" in page.text
        assert up.get("/scans/all/report/csv").body.count(b"\r\n") == 5
        # A device that a scan did not see is shown as another saw it.
        for asked in (later, "all"):
            answer = up.get(f"/device?scan={asked}&host=192.0.2.9")
            assert (answer.status, answer.headers["location"]) == (303, f"/device?scan={up.scan}&host=192.0.2.9")


@pytest.mark.parametrize("path", ["/device", "/device?host=10.9.9.9", "/device?host=192.0.2.10&scan=nosuch", "/scans/nosuch", "/scans/all",
                                  "/law/nosuch", "/transcripts/" + "cd" * 32, "/scans/nosuch/report/html"])  # fmt: skip
def test_what_is_not_there_is_not_found(site, path):
    answer = site.get(path)
    assert answer.status == 404
    assert "did not work" in answer.text


def test_the_bytes_of_an_exchange_are_plain_text(site, monkeypatch):
    path = "/transcripts/" + "ab" * 32
    answer = site.get(path)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("00000000  48 54 54 50 2f 31 2e 31 20 32 30 30 20 4f 4b 0d  HTTP/1.1 200 OK.\n")
    monkeypatch.setattr(pages, "DUMP", 16)
    assert site.get(path).text.endswith("… 25 bytes more\n")


def test_changes_of_one_scan_or_all(tmp_path):
    with raised(tmp_path) as up:
        later = fill(up.url, FINDINGS[1:], days=1)
        assert "4 changes" in up.get("/changes").text
        assert "No change is recorded in this scan" in up.get(f"/changes?scan={later}").text
        assert f'value="{later}" selected' in up.get(f"/changes?scan={later}").text


def test_changes_name_makers_and_say_when_they_are_not_all(site, monkeypatch):
    text = Page(site.get("/changes").text).text
    assert "192.0.2.10 Hikvision LTN8704-P4 appeared" in text
    assert "4 changes, the latest scan first" in text
    verdicts = [each.verdict for each in site.bench.changes("")]
    assert verdicts == sorted(verdicts, key=WORST_FIRST.index)
    assert len(set(verdicts)) > 1
    monkeypatch.setattr(pages, "MAX_CHANGES", 4)
    assert "The latest 4 changes" in site.get("/changes").text


def test_scans_and_their_coverage(site):
    assert "incomplete" in Page(site.get("/scans").text).text
    text = Page(site.get(f"/scans/{site.scan}").text).text
    assert "Not reached: 192.0.2.64/26: no route to host" in text
    assert "192.0.2.0/24" in text
    assert site.get(f"/scans/{site.scan[:8]}").status == 200


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_can_be_saved(site, name):
    answer = site.get(f"/scans/{site.scan}/report/{name}")
    if name == "pdf" and answer.status == 501:
        pytest.skip("WeasyPrint needs Pango, which is not installed: see debian-packages.txt")
    assert answer.status == 200
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="coveredscan-{site.scan}.')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.body


def test_a_report_holds_the_chain_down_to_the_bytes(site):
    text = site.get(f"/scans/{site.scan}/report/html").text
    assert f"in the bytes with SHA-256 {'ab' * 32}" in Page(text).text


def test_an_unknown_format_is_not_found(site):
    assert site.get(f"/scans/{site.scan}/report/exe").status == 404


def test_ports_and_speed_are_chosen_from_what_is_allowed(tmp_path, monkeypatch):
    with raised(tmp_path, allow=("127.66.12.0/22",), ports=("camera", "80,554"), max_speed="fast") as up:
        page = Page(up.get("/start").text)
        chosen = [value for tag, name, value in page.attributes if (tag, name) == ("option", "value")]
        assert chosen == ["camera", "80,554", "gentle", "normal", "fast"]
        for wrong in ({"ports": "1-65535"}, {"speed": "ludicrous"}):
            answer = up.post("/start", {"targets": "127.66.12.1", "ports": "80,554", "speed": "fast"} | wrong)
            assert (answer.status, "not an allowed" in answer.text) == (403, True)
            assert answer.text.count(" selected") == 1
        begun = []
        monkeypatch.setattr(up.runner, "start", lambda *request: begun.append(request))
        assert up.post("/start", {"targets": "127.66.12.1", "ports": "80,554", "speed": "fast"}).status == 303
        assert up.post("/start", {"targets": "127.66.12.1"}).status == 303
        assert begun == [(("127.66.12.1",), (80, 554), "fast"), (("127.66.12.1",), tuple(CAMERA), "gentle")]


@pytest.mark.loopback
@pytest.mark.slow
def test_a_scan_is_started_watched_and_stopped(tmp_path):
    with raised(tmp_path, allow=("127.66.12.0/22",)) as up:
        assert "No scan has been started" in up.get("/progress").text
        answer = up.post("/start", {"targets": "127.66.12.0/23"})
        assert (answer.status, answer.headers["location"]) == (303, "/progress")
        again = up.post("/start", {"targets": "127.66.12.1"})
        assert (again.status, "a scan of 127.66.12.0/23 is running" in again.text) == (409, True)
        page = up.get("/progress").text
        assert 'http-equiv="refresh"' in page
        now = json.loads(up.get("/progress.json").text)
        assert now["running"]
        assert "Scanning" in now["shown"]
        assert up.post("/stop", {}, page="/progress").status == 303
        end = time.monotonic() + 20
        while up.runner.state.is_running and time.monotonic() < end:
            time.sleep(0.05)
        now = json.loads(up.get("/progress.json").text)
        assert (now["running"], "Stopped" in now["shown"]) == (False, True)


def test_the_law_is_cited_and_dated(site):
    law = site.get("/law").text
    assert "NDAA FY2019 § 889" in law
    ids = re.findall(r'href="/law/([\w-]+)"', law)
    assert set(ids[: len(site.bench.judged)]) == site.bench.judged < set(ids)
    assert law.count("<em>judged by</em></th>") == len(site.bench.judged)
    text = Page(site.get("/law/us-ndaa-889").text).text
    for words in ("2018-08-13", "FAR 52.204-25", "Exceptions", "Sources", "Hangzhou Hikvision Digital Technology"):
        assert words in text


def test_an_empty_store_says_so(empty):
    assert "nothing can be said of any device" in empty.get("/").text
    assert "No scan is stored yet" in empty.get("/scans").text
    assert "No change is recorded" in empty.get("/changes").text
    assert empty.get("/device?host=x").status == 404


def test_a_store_that_fails_is_told_in_one_line(site, monkeypatch):
    def broken(*_):
        raise StoreError("the database is away")

    monkeypatch.setattr(site.bench, "listing", broken)
    answer = site.get("/")
    assert (answer.status, "the database is away" in answer.text) == (503, True)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_devices_say_adds_no_tag_and_no_attribute_name(tmp_path, attack):
    finding, _ = attacked(attack)
    harmless, _ = attacked("harmless")

    def shape(found):
        with raised(tmp_path / ("a" if found is finding else "b"), findings=(found,)) as up:
            text = up.get("/").text + up.get("/changes").text
            parsed = Page(text)
            assert all(line.isprintable() for line in text.split("\n"))
            return parsed.tags, [(tag, name) for tag, name, _ in parsed.attributes], parsed.script

    for name in "ab":
        (tmp_path / name).mkdir()
    if attack:
        assert shape(finding) == shape(harmless)


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202e\x00", "{{7*7}}<", "a\r\nSet-Cookie: x=y"])  # fmt: skip
def test_what_a_browser_sends_comes_back_inert(site, attack):
    for path in ("/?q=", "/?scan=", "/?verdict=", "/device?host=", "/changes?scan="):
        answer = site.get(path + quote(attack))
        assert attack not in answer.text
        assert "49<" not in answer.text
        assert "set-cookie" not in answer.headers
        assert Page(answer.text).script == ""


def test_a_page_that_is_not_there_is_called_that(site):
    answer = site.get("/nothing")
    assert answer.status == 404
    assert "There is no such page." in answer.text


def test_who_has_yet_to_log_in_is_shown_no_way_further(site):
    assert 'aria-label="Pages"' in site.get("/").text
    assert 'aria-label="Pages"' not in site.get("/login").text
