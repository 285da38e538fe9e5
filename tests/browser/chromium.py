"""Debian's Chromium, driven; what it said and whom it asked."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

AXE = Path(__file__).parents[2] / "build/axe/node_modules/axe-core/axe.min.js"
AXE_VERSION = "4"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
)  # fmt: skip


def missing() -> str:
    """Why no browser can be driven here; empty when one can."""
    lacking = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"{' and '.join(lacking)} not installed" if lacking else ""


def axe_script() -> str:
    """The accessibility checker, fetched once with npm; empty when that cannot be."""
    if not AXE.is_file() and shutil.which("npm") is not None:
        folder = AXE.parents[2]
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-audit", "--prefix", str(folder), f"axe-core@{AXE_VERSION}"]
        subprocess.run(command, check=False, capture_output=True, timeout=100)
    return AXE.read_text("utf-8") if AXE.is_file() else ""


class Browser:
    """One window."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, address: str, *, width: int = 1280, dark: bool = False, scripts: bool = True) -> None:
        """Load a page; what was said and asked before is forgotten."""
        self._tell("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._tell("Emulation.setEmulatedMedia", media="", features=[scheme])
        self._tell("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.driver.get("about:blank")
        self.asked()
        self.said()
        self.driver.get(address)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def run(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def texts(self, selector: str) -> list[str]:
        """The text of each element, in one round trip."""
        found: list[str] = self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent.trim())", selector
        )
        return found

    def wait(self, until: Callable[[], object], seconds: float = 15) -> None:
        """Until it holds; a page that replaces an element while it is looked at is looked at again."""
        replaced = [StaleElementReferenceException]
        WebDriverWait(self.driver, seconds, poll_frequency=0.05, ignored_exceptions=replaced).until(lambda _: until())

    def said(self) -> list[str]:
        """What stood in the console since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked(self) -> set[str]:
        """Whom pages asked for anything since that was last asked: scheme and host."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
        parts = [urlsplit(url) for url in urls if not url.startswith(("about:", "data:", "chrome:"))]
        return {f"{part.scheme}://{part.netloc}" for part in parts}

    def faults(self, axe: str) -> list[str]:
        """What the accessibility checker finds serious or worse."""
        self._tell("Runtime.evaluate", expression=axe)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run().then((all) => done(all.violations))"
        )
        return [
            f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in {"serious", "critical"}
        ]

    def print(self, width: float, height: float) -> bytes:
        """The page as PDF on paper of that size in inches."""
        return base64.b64decode(self._tell("Page.printToPDF", paperWidth=width, paperHeight=height)["data"])

    def picture(self, width: int, most: int) -> bytes:
        """The whole page as PNG, ``most`` pixels of its height at most."""
        height = min(most, max(900, self.driver.execute_script("return document.documentElement.scrollHeight")))
        self._tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        return base64.b64decode(self._tell("Page.captureScreenshot")["data"])

    def _tell(self, command: str, **parameters: object) -> Any:
        return self.driver.execute_cdp_cmd(command, parameters)


@contextmanager
def opened(folder: Path) -> Iterator[Browser]:
    """Yield a browser whose profile is in ``folder``."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
