import pytest

from scanner.reports.plots import MAX_BARS, by_maker, by_subnet, by_verdict, subnet
from scanner.reports.rows import rows
from tests.reports.samples import COMPANIES, FINDINGS, LTS

ROWS = rows(FINDINGS, COMPANIES)


def test_every_verdict_has_its_bar():
    assert [(bar.name, bar.devices) for bar in by_verdict(ROWS)] == [
        ("covered", 1),
        ("likely", 1),
        ("review", 0),
        ("undetermined", 1),
        ("not-covered", 1),
    ]


def test_a_bar_is_made_of_its_verdicts():
    (bar,) = by_subnet(ROWS)
    assert (bar.name, bar.devices) == ("192.0.2.0/24", 4)
    assert [(part.level, part.start, part.width, part.devices) for part in bar.parts] == [
        ("covered", 0, 25, 1),
        ("likely", 25, 25, 1),
        ("undetermined", 50, 25, 1),
        ("not-covered", 75, 25, 1),
    ]


def test_the_longest_bar_fills_the_plot():
    bars = by_maker([*ROWS, ROWS[0]])
    assert (bars[0].name, bars[0].devices) == ("Hikvision", 2)
    assert [bar.parts[-1].start + bar.parts[-1].width for bar in bars] == [100, 50, 50, 50]


def test_many_makers_are_counted_together_without_a_bar():
    many = [row._replace(maker=f"maker {n}") for n, row in enumerate(rows([LTS] * 20, COMPANIES))]
    bars = by_maker(many)
    assert [bar.name for bar in bars[:3]] == ["maker 0", "maker 1", "maker 2"]
    assert bars[-1] == ("8 other makers", 8, ())
    assert len(bars) == MAX_BARS + 1
    assert by_maker(many[: MAX_BARS + 1])[-1].name == f"maker {MAX_BARS}", "a single one is not summed up"


def test_where_most_is_found_comes_first():
    clear = next(row for row in ROWS if row.level == "not-covered")
    bars = by_maker([clear, clear, clear, *ROWS])
    assert [bar.name for bar in bars] == ["Dahua", "Hikvision", "Axis Communications AB", "unknown"]


def test_subnets_are_in_the_order_of_their_numbers():
    bars = by_subnet([row._replace(address=f"10.0.{n}.1") for n in (10, 9, 100) for row in ROWS[:1]])
    assert [bar.name for bar in bars] == ["10.0.9.0/24", "10.0.10.0/24", "10.0.100.0/24"]


def test_nothing_has_no_bar():
    assert by_maker([]) == []
    assert [bar.devices for bar in by_verdict([])] == [0] * 5


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.10", "192.0.2.0/24"),
        ("2001:db8::1:2", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("door camera", ""),
        ("", ""),
    ],
)
def test_subnets(address, expected):
    assert subnet(address) == expected
