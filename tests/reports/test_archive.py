import io
import zipfile
from datetime import UTC, datetime

from scanner.reports.archive import archive, repack

MOMENT = datetime(2026, 11, 21, 2, 4, 5, tzinfo=UTC)


def test_members_in_order_dated_as_wanted():
    data = archive([("b.txt", b"one"), ("a.txt", b"two")], MOMENT)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert [(each.filename, each.date_time) for each in package.infolist()] == [
            ("b.txt", (2026, 11, 21, 2, 4, 4)),  # in steps of two seconds
            ("a.txt", (2026, 11, 21, 2, 4, 4)),
        ]
        assert package.read("a.txt") == b"two"


def test_a_moment_before_the_first_is_the_first():
    with zipfile.ZipFile(io.BytesIO(archive([("a", b"")], datetime(1970, 1, 1, tzinfo=UTC)))) as package:
        assert package.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_the_clock_is_taken_out():
    packages = []
    for year in (2001, 2002):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as package:
            package.writestr(zipfile.ZipInfo("a.txt", (year, 1, 1, 0, 0, 0)), b"one")
        packages.append(repack(file.getvalue(), MOMENT))
    assert packages[0] == packages[1]
