from __future__ import annotations

from scanner.coverage.difference import Difference, differences
from scanner.model.finding import Finding, Identification, Named
from scanner.model.measure import Verdict


def finding(host: str, **levels) -> Finding:
    return Finding(
        host=host,
        addresses=(host,),
        mac=None,
        identification=Identification(manufacturer=Named("hikvision", "Hikvision", "confirmed")),
        verdicts=tuple(
            Verdict(name, level, "procurement-ban", f"{name} says {level}") for name, level in levels.items()
        ),
        evidence=(),
    )


def test_only_what_differs_is_told():
    before = [finding("a", law="not-covered", other="review"), finding("b", law="covered")]
    after = [finding("a", law="covered", other="review"), finding("b", law="covered")]
    assert list(differences(before, after)) == [
        Difference("a", "Hikvision", "law", "not-covered", "covered", "law says covered")
    ]


def test_a_measure_or_a_host_of_one_side_only():
    assert list(
        differences([finding("a", old="review")], [finding("a", new="likely"), finding("b", new="covered")])
    ) == [
        Difference("a", "Hikvision", "old", "review", None, "old says review"),
        Difference("a", "Hikvision", "new", None, "likely", "new says likely"),
        Difference("b", "Hikvision", "new", None, "covered", "new says covered"),
    ]


def test_nothing_differs_from_itself():
    same = [finding("a", law="covered")]
    assert list(differences(same, same)) == []
