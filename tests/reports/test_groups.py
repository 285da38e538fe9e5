import msgspec

from scanner.model.signature import Source
from scanner.reports.groups import TOLD, devices, grouped, meaning, references
from scanner.reports.rows import WORST_FIRST
from tests.reports.samples import CONTEXT, FINDINGS, LOREX, LTS, MEASURES, UNKNOWN

SECOND = msgspec.structs.replace(LTS, host="192.0.2.11", addresses=("192.0.2.11",), mac="24:48:45:00:00:02")


def groups_of(*findings):
    return grouped(devices(findings, CONTEXT), CONTEXT)


def test_one_for_each_maker_and_measure():
    assert [(each.id, each.level, len(each.affected)) for each in groups_of(*FINDINGS, SECOND)] == [
        ("us-ndaa-889/hikvision", "covered", 2),
        ("us-fcc-covered-list/hikvision", "covered", 2),
        ("us-ndaa-889/dahua", "likely", 1),
    ]


def test_every_told_verdict_is_in_one_group():
    told = [verdict for each in (*FINDINGS, SECOND) for verdict in each.verdicts if verdict.verdict in TOLD]
    assert sorted(each.verdict.reason for group in groups_of(*FINDINGS, SECOND) for each in group.affected) == sorted(
        verdict.reason for verdict in told
    )


def test_what_a_group_says():
    first = groups_of(LTS, SECOND)[0]
    assert first.title == "Hikvision equipment: Pub. L. 115-232, § 889"
    assert first.title == groups_of(LTS)[0].title
    assert first.obligation == MEASURES["us-ndaa-889"].statement
    assert first.remediation == MEASURES["us-ndaa-889"].action
    assert first.reasons == ("Made by Hikvision (confirmed), named since 2018-08-13.",)
    assert [condition.met for condition in first.conditions] == ["unclear"]
    assert first.provisions == (
        "a-1-A: bars executive agencies from procuring covered equipment, since 2019-08-13",
        "a-1-B: bars executive agencies from contracting with an entity that uses it, since 2020-08-13",
    )
    assert first.affected[0].seen[0] == "HTTP server DNVRS-Webs"


def test_nobody_knows_the_maker_but_the_brand_is_named():
    who = msgspec.structs.replace(LOREX.identification, manufacturer=None)
    (group,) = groups_of(msgspec.structs.replace(LOREX, identification=who))
    assert (group.id, group.name) == ("us-ndaa-889/lorex", "Lorex")


def test_a_measure_that_is_not_at_hand():
    (group,) = grouped(devices([LOREX], CONTEXT), CONTEXT._replace(measures={}))
    assert (group.citation, group.obligation, group.provisions) == ("us-ndaa-889", "", ())
    assert "counsel" in group.remediation


def test_undetermined_is_nobodys_finding():
    assert groups_of(UNKNOWN) == []


def test_every_verdict_has_a_meaning():
    assert len({meaning(level) for level in WORST_FIRST}) == len(WORST_FIRST)


def test_references_are_titles_and_places():
    known = {"far": Source("far", "FAR 52.204-25", "acquisition.gov", "public domain", MEASURES["us-ndaa-889"].checked)}
    law = msgspec.structs.replace(MEASURES["us-ndaa-889"], sources=("far", "other"))
    assert references(law, CONTEXT._replace(sources=known)) == [
        ("FAR 52.204-25", "acquisition.gov"),
        ("other", "other"),
    ]
