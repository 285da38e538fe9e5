"""The dashboard in a browser, served by the command itself."""

from __future__ import annotations

import msgspec
import pytest

from scanner.engine import ports
from tests import camera as camera_server
from tests.browser.test_report import RAN, many
from tests.cli.command import Command
from tests.dashboard.site import fill
from tests.reports.samples import ATTACKS, FINDINGS, attacked

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.loopback, pytest.mark.process]
CAMERA = "127.66.9.4"
PAGES = (
    "/", "/?scan=all", "/device?host=192.0.2.10", "/changes", "/scans", "/start", "/progress", "/law", "/law/us-ndaa-889", "/nothing",
)  # fmt: skip


@pytest.fixture(scope="module")
def camera():
    with camera_server.raised(CAMERA, 8080):
        yield CAMERA


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    """The store, and the scans in it: one that was attacked, one of 400 devices, the samples last."""
    home = tmp_path_factory.mktemp("home")
    url = str(home / "scans.sqlite3")
    hostile = [
        msgspec.structs.replace(attacked(attack)[0], host=f"{attack[:1000]}{number}")
        for number, attack in enumerate((*RAN, *ATTACKS))
    ]
    return home, url, fill(url, hostile), fill(url, many(400), days=1), fill(url, FINDINGS, days=2)


def raised(home, url, *arguments):
    process = Command(home).start("serve", "--port", "0", "--db", url, *arguments)
    assert process.stderr is not None
    line = process.stderr.readline().decode()
    return process, line.split()[5].rstrip("/;")


@pytest.fixture(scope="module")
def dashboard(scans):
    home, url, *_ = scans
    process, address = raised(home, url, "--allow", CAMERA, "--allow", "127.77.0.0/24")
    yield address
    process.kill()
    process.communicate()


@pytest.fixture
def show(browser, dashboard):
    """Open a page; when the test ends, the console is empty and nobody but the dashboard was asked."""

    def opened(path, **how):
        browser.open(dashboard + path, **how)
        return browser

    yield opened
    assert browser.said() == []
    assert browser.asked() <= {dashboard}


def addresses(browser):
    return browser.texts(".devices tbody td:first-child")


def choose(browser, name, value):
    browser.run(
        f"const s = document.querySelector('#filters [name={name}]'); s.value = {value!r};"
        "s.dispatchEvent(new Event('input', {bubbles: true}))"
    )


def count(browser):
    return " ".join(browser.texts("#found [role=status]"))


def test_the_list_follows_what_is_typed_and_chosen(show, scans):
    browser = show(f"/?scan={scans[3]}")
    assert (count(browser), len(addresses(browser))) == ("400 of 400 devices", 100)
    browser.one("#filters [name=q]").send_keys("hikvision 10.0.1.")
    browser.wait(lambda: count(browser) == "38 of 400 devices")
    assert all(address.startswith("10.0.1.") for address in addresses(browser))
    assert "q=hikvision" in browser.driver.current_url
    browser.one("#filters [name=q]").clear()
    choose(browser, "verdict", "likely")
    browser.wait(lambda: count(browser) == "100 of 400 devices")
    assert set(browser.texts(".devices tbody td:nth-child(2)")) == {"Dahua"}


def test_the_list_is_sorted_and_turned(show, scans):
    browser = show(f"/?scan={scans[3]}")
    browser.one(".devices thead a").click()
    browser.wait(lambda: addresses(browser)[:2] == ["10.0.0.1", "10.0.0.2"])
    assert browser.run("return document.activeElement.textContent") == "Address"
    browser.one(".devices thead a").click()
    browser.wait(lambda: addresses(browser)[0] == "10.0.1.150")
    browser.one(".pager a[rel=next]").click()
    browser.wait(lambda: addresses(browser)[0] == "10.0.1.50")
    assert browser.texts(".pager span") == ["Page 2 of 4"]


def test_the_same_without_scripts(show, scans):
    browser = show(f"/?scan={scans[3]}", scripts=False)
    browser.one("#filters [name=q]").send_keys("hikvision 10.0.1.")
    browser.one("#filters button").click()
    browser.wait(lambda: count(browser) == "38 of 400 devices")
    browser.all(".devices thead a")[0].click()
    browser.wait(lambda: "sort=address" in browser.driver.current_url)
    assert addresses(browser)[0].startswith("10.0.1.")
    browser.one(".devices tbody a").click()
    browser.wait(lambda: browser.texts("h1")[0].startswith("10.0.1."))


def test_a_device_its_evidence_and_the_bytes(show, scans):
    browser = show(f"/?scan={scans[4]}")
    browser.one(".devices tbody a").click()
    browser.wait(lambda: browser.texts("h1")[0].startswith("192.0.2.10"))
    text = browser.one("main").text
    for words in ("What would settle it", "Recommended action", "Known again by", "DNVRS-Webs"):
        assert words in text
    browser.one("a[href^='/transcripts/']").click()
    browser.wait(lambda: "48 54 54 50" in browser.one("body").text)


def test_a_scan_is_started_and_followed_to_its_end(show, camera):
    browser = show("/start")
    field = browser.one("#targets")
    assert field.get_attribute("value").split() == [CAMERA, "127.77.0.0/24"]
    field.clear()
    field.send_keys("10.0.0.1")
    browser.one("main form button").click()
    browser.wait(lambda: "not an allowed target" in browser.one("[role=alert]").text)
    # What was refused bears its status, and the browser says so.
    assert all("403" in line for line in browser.said())
    browser.one("#targets").clear()
    browser.one("#targets").send_keys(camera)
    browser.run("document.querySelector('#speed').value = 'normal'")
    browser.one("main form button").click()
    browser.wait(lambda: browser.driver.current_url.endswith("/progress"))
    browser.wait(lambda: "1 device found" in browser.one("#progress").text, 30)
    assert f"Ports: {len(ports.CAMERA)} · Speed: normal" in browser.one("#progress").text
    assert not browser.one("#stop").is_displayed()
    browser.one("#progress a").click()
    browser.wait(lambda: addresses(browser) == [camera])
    assert browser.texts(".devices tbody td:nth-child(2)") == ["Hikvision"]


def test_a_scan_is_stopped(show):
    browser = show("/start")
    browser.one("#targets").clear()
    browser.one("#targets").send_keys("127.77.0.0/24")
    browser.one("main form button").click()
    browser.wait(lambda: browser.all("#stop button"))
    browser.one("#stop button").click()
    browser.wait(lambda: "Stopped" in browser.one("#progress").text, 30)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_and_is_accessible(browser, dashboard, scans, axe, path):
    path += f"&scan={scans[4]}" if "?host" in path else ""
    for width, dark in ((1280, False), (390, True)):
        browser.open(dashboard + path, width=width, dark=dark)
        assert browser.run("return document.documentElement.scrollWidth") <= width
        # The policy lets no script of ours in: the checker comes by the debugger, so what it finds is what counts.
        assert browser.faults(axe) == []
        assert [line for line in browser.said() if "/nothing" not in line] == []
        assert browser.asked() <= {dashboard}


def test_nothing_that_devices_say_runs(show, scans):
    browser = show(f"/?scan={scans[2]}")
    links = browser.run(
        "return [...document.querySelectorAll('.devices tbody a')].map((each) => each.getAttribute('href'))"
    )
    assert len(links) == len(RAN) + len(ATTACKS)
    for path in (*links[::4], f"/scans/{scans[2]}", f"/changes?scan={scans[2]}"):
        show(path)
        browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert browser.run("return window.ran") is None
        assert browser.all("main img, main iframe, main base, main meta, main script") == []
        assert browser.one("h1").text != "That did not work"


def test_the_token_lets_a_browser_in_and_out(browser, scans):
    home, url, *_ = scans
    (home / "token").write_text("a token that nobody can guess")
    process, address = raised(home, url, "--token-file", str(home / "token"))
    try:
        browser.open(f"{address}/scans")
        assert browser.driver.current_url == f"{address}/login"
        browser.one("[name=token]").send_keys("a token that nobody can guess")
        browser.one("main button").click()
        browser.wait(lambda: browser.texts("h1") == ["Devices"])
        assert browser.run("return document.cookie") == ""
        browser.one("header button").click()
        browser.wait(lambda: browser.texts("h1") == ["Log in"])
        assert browser.said() == []
    finally:
        process.kill()
        process.communicate()
