from __future__ import annotations

import os
import subprocess
import sys

import pytest

from scanner.transports import link, privilege


def test_the_link_tells_the_same():
    assert link.NotPrivileged is privilege.NotPrivileged
    assert link.privileged() == privilege.privileged()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="root can become nobody")
def test_nobody_is_not_privileged():
    script = (
        "import os, sys; from scanner.transports.privilege import privileged; os.setuid(65534); sys.exit(privileged())"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=30).returncode == 0
