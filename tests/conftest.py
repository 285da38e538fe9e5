"""What holds for every test: those marked ``root`` run only where they may make network namespaces."""

from __future__ import annotations

import os
import signal
import sys

import pytest


def pytest_configure() -> None:
    # A gate that runs in the background is handed down that Ctrl-C is ignored, and would hand it to what it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("root") and (not sys.platform.startswith("linux") or os.geteuid() != 0):
        pytest.skip("needs root on Linux: network namespaces, raw sockets")
