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


def test_many_makers_are_summed_up():
    many = [row._replace(maker=f"maker {n}") for n, row in enumerate(rows([LTS] * 20, COMPANIES))]
    bars = by_maker(many)
    assert len(bars) == MAX_BARS + 1
    assert (bars[-1].name, bars[-1].devices) == ("8 other makers", 8)


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
