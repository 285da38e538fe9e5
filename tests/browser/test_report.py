"""The HTML report in a browser: reading, looking through, printing; and a device that attacks whoever reads."""

from __future__ import annotations

import re

import msgspec
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from scanner.database.load import load
from scanner.reports.context import Context
from scanner.reports.html import DEFERRED, render
from tests.reports.samples import ATTACKS, COMPANIES, FINDINGS, MEASURES, SUMMARY, attacked

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DEVICES = 1000
RAN = (
    "<script>window.ran=1</script>",
    '"><img src=x onerror="window.ran=1">',
    "'><svg/onload=window.ran=1>",
    "</style><script>window.ran=1</script>",
    "</noscript><script>window.ran=1</script>",
    "</textarea><script>window.ran=1</script>",
    "javascript:window.ran=1",
    "--><script>window.ran=1</script><!--",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'>",
    "<base href=http://192.0.2.1/>",
    "<details open ontoggle=window.ran=1>",
)
NUMBERS = re.compile(r"^10\.0\.\d+\.\d+$")


def many(count):
    for number in range(count):
        address = f"10.0.{number // 250}.{number % 250 + 1}"
        yield msgspec.structs.replace(FINDINGS[number % 4], host=address, addresses=(address,))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    database = load()
    context = Context(
        SUMMARY,
        database.version,
        MEASURES,
        COMPANIES,
        {each.id: each for each in database.signatures},
        database.sources,
    )
    attacks = [attacked(attack) for attack in (*RAN, *ATTACKS)]
    hostile = [msgspec.structs.replace(finding, evidence=finding.evidence * 2) for finding, _ in attacks]
    padded = hostile * (DEFERRED // len(hostile) + 2)
    for name, findings, told in (
        ("few", FINDINGS, context),
        ("many", many(DEVICES), context),
        ("hostile", hostile, attacks[0][1]),
        ("hostile-many", padded, attacks[0][1]),
    ):
        (folder / f"{name}.html").write_text("".join(render(findings, told)), "utf-8")
    return folder


@pytest.fixture
def show(browser, folder):
    """Open a report; when the test ends, it has said nothing, and asked nobody but the disk."""

    def opened(name, **how):
        file, _, place = name.partition("#")
        browser.open((folder / f"{file}.html").as_uri() + (f"#{place}" if place else ""), **how)
        return browser

    yield opened
    assert browser.said() == []
    assert browser.asked() <= {"file://"}


def shown(browser):
    return browser.texts("#devices tbody tr td:first-child")


def pick(browser, of, value):
    browser.run(
        f"const s = document.querySelector('#filters select[data-of=\"{of}\"]'); s.value = {value!r};"
        "s.dispatchEvent(new Event('change'))"
    )


def test_looking_through_a_thousand_devices(show):
    browser = show("many")
    assert len(shown(browser)) == 100
    assert browser.one("#shown").text == "1,000 devices"
    browser.one("#words").send_keys("hikvision 10.0.1.")
    assert browser.one("#shown").text == "63 of 1,000 devices"
    assert all(address.startswith("10.0.1.") for address in shown(browser))
    browser.one("#clear").click()
    pick(browser, "level", "likely")
    pick(browser, "net", "10.0.3.0/24")
    assert browser.one("#shown").text == "63 of 1,000 devices"
    assert set(browser.texts("#devices tbody td:nth-child(2)")) == {"Dahua"}
    browser.one("#words").send_keys("no such thing")
    assert (shown(browser), browser.one("#shown").text) == ([], "0 of 1,000 devices")


def test_sorting_and_pages(show):
    browser = show("many")
    heads = browser.all("#devices thead button")
    heads[0].click()
    assert shown(browser)[:3] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert browser.one("#devices th").get_attribute("aria-sort") == "ascending"
    heads[0].click()
    assert shown(browser)[0] == "10.0.3.250"
    browser.one("#later").click()
    assert browser.one("#page").text == "Page 2 of 10"
    assert shown(browser)[0] == "10.0.3.150"
    heads[3].click()
    # What has no model comes last, either way.
    assert browser.texts("#devices tbody td:nth-child(4)")[0] == "LTN8704-P4"
    heads[3].click()
    assert browser.texts("#devices tbody td:nth-child(4)")[0] == "P3245-LV"
    assert not browser.one("#earlier").is_enabled()


def test_a_sheet_opens_from_the_list_and_from_a_link(show):
    browser = show("many#device-1000")
    assert browser.one("#device-1000").get_attribute("open")
    heads = browser.all("#devices thead button")
    heads[0].click()
    # The list is drawn anew after the click: an element of the old one is gone by the time it is clicked.
    browser.wait(lambda: browser.all("#devices tbody a")[1].text == "10.0.0.2")
    browser.wait(lambda: browser.all("#devices tbody a")[1].click() is None)
    browser.wait(lambda: browser.all("#opened details") and "10.0.0.2" in browser.one("#opened h3").text)
    assert browser.run("return document.activeElement.tagName") == "SUMMARY"
    assert "Evidence" in browser.one("#opened details").text
    assert len(browser.all("#opened details")) == 1


def test_by_keyboard_alone(show):
    browser = show("few")
    browser.run("document.body.focus()")

    def press(key, times=1):
        actions = ActionChains(browser.driver)
        for _ in range(times):
            actions.send_keys(key)
        actions.perform()

    press(Keys.TAB)
    assert browser.run("return document.activeElement.textContent") == "Skip to the devices"
    press(Keys.ENTER)
    press(Keys.TAB)
    assert browser.run("return document.activeElement.id") == "words"
    browser.run("document.querySelector('#devices thead button').focus()")
    press(Keys.ENTER)
    assert shown(browser)[0] == "192.0.2.9"
    browser.run("document.querySelector('#devices tbody a').focus()")
    press(Keys.ENTER)
    browser.wait(lambda: browser.run("return document.activeElement.tagName") == "SUMMARY")
    press(Keys.SPACE)
    assert browser.one("details.device[id='device-2']").get_attribute("open") is None


@pytest.mark.parametrize("name", ["few", "many"])
def test_all_can_be_read_without_scripts(show, name):
    browser = show(name, scripts=False)
    expected = DEVICES if name == "many" else len(FINDINGS)
    assert len(browser.all("table.devices tbody tr")) == expected
    assert len(browser.all("details.device")) == expected
    assert not browser.one("#filters").is_displayed()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_is_accessible(show, axe, width, dark):
    browser = show("few#device-1", width=width, dark=dark)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.faults(axe) == []
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(18, 21, 27)") is dark


@pytest.mark.parametrize("paper", [(8.27, 11.69), (8.5, 11)])
def test_it_prints(show, paper):
    browser = show("few")
    assert browser.print(*paper).startswith(b"%PDF-")
    assert browser.run("return document.querySelectorAll('details:not([open])').length") == 0


def test_a_long_list_prints_the_sheets_that_were_looked_for(show):
    browser = show("many")
    browser.one("#words").send_keys("10.0.0.7 unknown")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert len(browser.all("#opened details")) == len(shown(browser)) > 0
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.all("#opened details") == []


@pytest.mark.parametrize("attack", RAN[:3])
def test_these_attacks_run_where_nothing_stops_them(browser, tmp_path, attack):
    (tmp_path / "naive.html").write_text(
        f"<!doctype html><p title='{attack}'><p title=\"{attack}\"><p>{attack}", "utf-8"
    )
    browser.open((tmp_path / "naive.html").as_uri())
    browser.wait(lambda: browser.run("return window.ran") == 1)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("name", ["hostile", "hostile-many"])
def test_nothing_that_devices_say_runs(show, name, scripts):
    browser = show(name, scripts=scripts)
    assert browser.all("table.devices tbody tr")
    if scripts:
        for number in (1, 5, 12, 20, 30):
            browser.run(f"location.hash = 'device-{number}'")
            browser.wait(lambda number=number: browser.all(f"#device-{number}[open]"))
            browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        browser.one("#words").send_keys("<script>")
        browser.all("#devices thead button")[1].click()
        assert browser.run("return window.ran") is None
    assert (
        browser.all("main img, main iframe, main base, main meta, main a[href^='javascript'], main svg[onload]") == []
    )
    assert len(browser.all("script")) == 1
    assert browser.run("return location.protocol") == "file:" if scripts else True
