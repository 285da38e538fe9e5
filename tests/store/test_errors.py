import pytest
from sqlalchemy.exc import OperationalError

from scanner.store.errors import StoreError, told_plainly


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("database is locked", "in use"),
        ("attempt to write a readonly database", "cannot be written"),
        ("database or disk is full", "disk is full"),
        ("disk I/O error", "disk reports an error"),
        ("unable to open database file", "check that its folder"),
        ("file is not a database", "not a database of coveredscan"),
        ("database disk image is malformed", "damaged"),
        ("no such column: x\nsecond line", "cannot be used: no such column: x second line"),
    ],
)
def test_database_errors_are_one_line_that_helps(said, meant):
    with pytest.raises(StoreError) as raised, told_plainly("/data/scans"):
        raise OperationalError("INSERT …", {}, Exception(said))
    assert str(raised.value).startswith("/data/scans ")
    assert meant in str(raised.value)
    assert "\n" not in str(raised.value)


def test_file_system_errors_too():
    with pytest.raises(StoreError, match="cannot be opened"), told_plainly("/data/scans"):
        raise PermissionError(13, "Permission denied")


def test_bugs_pass():
    with pytest.raises(KeyError), told_plainly("/data/scans"):
        raise KeyError("bug")


def test_what_passes_is_told_from_what_does_not():
    for said, passes in (("database is locked", True), ("disk is full", False)):
        with pytest.raises(StoreError) as raised, told_plainly("here"):
            raise OperationalError("SELECT 1", {}, Exception(said))
        assert raised.value.passing is passes
