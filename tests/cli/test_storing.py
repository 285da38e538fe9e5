from __future__ import annotations

import pytest

from scanner.cli.failure import Failure
from scanner.cli.storing import open_scans, open_scans_unless


def test_what_is_no_database_is_a_failure(tmp_path):
    broken = tmp_path / "scans.sqlite3"
    broken.write_bytes(b"this is no database, but long enough to look like a file of something " * 20)
    with pytest.raises(Failure, match="is not a database"), open_scans(str(broken)) as store:
        store.latest()


def test_no_store_is_none(tmp_path):
    path = tmp_path / "scans.sqlite3"
    with open_scans_unless(True, str(path)) as store:
        assert store is None
    assert not path.exists()
    with open_scans_unless(False, str(path)) as store:
        assert store is not None
        assert store.latest() is None
