from datetime import date

import pytest

from scanner.model.signature import OBJECTS, FieldRule, Match, Part, Signature, Slot, Strength

TREE = "snmp.oid.1.3.6.1.4.1.39165.1.7.0"


@pytest.mark.parametrize(
    ("field", "like", "read"),
    [
        ("http.server", None, [("http.server", "x")]),
        ("lldp.system_description", "snmp.sysdescr", [("lldp.system_description", "x"), ("snmp.sysdescr", "x")]),
        (TREE, None, [(TREE, "x"), (OBJECTS, "1.3.6.1.4.1.39165.1.7.0 = x")]),
        (OBJECTS, None, [(OBJECTS, "x")]),
    ],
)
def test_whose_signatures_read_a_field(field, like, read):
    assert list(FieldRule("any", "any", "…", like=like).readings(field, "x")) == read


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("snmp.oid.1.0.8802.1.1.2.1.4.1.1.10.0.1.1", "x", False),
        ("snmp.oid.1.0.8802.1.1.2.1.41", "x", True),
        ("snmp.oid.1.0.8802.1.1.2.1.3.4.0", "x", True),
        (OBJECTS, "1.0.8802.1.1.2.1.4.1.1.10.0.1.1 = x", False),
        (OBJECTS, "1.0.8802.1.1.2.1.3.4.0 = 1.0.8802.1.1.2.1.4.", True),
    ],
)
def test_nobody_reads_what_an_agent_tells_of_others(field, value, told):
    rule = FieldRule("any", "any", "…", like="all", hearsay=("1.0.8802.1.1.2.1.4.",))
    assert bool(rule.readings(field, value)) is told


NAME = Part(("x://name/", "x://mfr/"), "maker", words=True)
HARDWARE = Part(("x://hardware/",), "model")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("x://name/Acme", [("maker", "Acme")]),
        ("X://Name/Acme Vision AC-5", [("maker", "Acme Vision AC-5"), ("maker", "Acme"), ("maker", "Acme Vision")]),
        ("x://mfr/Acme_AC-5", [("maker", "Acme_AC-5"), ("maker", "Acme"), ("maker", "Acme AC-5")]),
        ("x://name/a b c d e f", [("maker", text) for text in ("a b c d e f", "a", "a b", "a b c", "a b c d")]),
        ("x://hardware/AC 5", [("model", "AC 5")]),
        ("x://name/", []),
        ("x://name/ ", []),
        ("y://name/Acme", []),
    ],
)
def test_the_signatures_of_other_fields_read_its_parts(value, read):
    rule = FieldRule("any", "any", "…", like="all", parts=(NAME, HARDWARE))
    assert list(rule.readings("scope", value)) == [("scope", value), ("all", value), *read]
    assert rule.likened() == ("all", "maker", "model")


def told(strength: Strength, **says: dict[Slot, str]) -> Signature:
    return Signature(
        id="acme-x", match=Match(exact=("x",)), strength=strength, basis="corpus", status="experimental",
        added=date(2026, 11, 22), sources=(), why="x", fields=("snmp.sysname",),
        asserts=says.get("asserts", {}), refutes=says.get("refutes", {}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("strength", "hedged"),
    [("conclusive", "moderate"), ("strong", "moderate"), ("moderate", "moderate"), ("weak", "weak")],
)
def test_a_word_of_the_owners_proves_no_more_than_moderately(strength, hedged):
    row = told(strength, asserts={"manufacturer": "acme"})
    assert (row.hedged().id, row.hedged().strength) == (row.id, hedged)


def test_what_a_word_of_the_owners_refutes_it_refutes_as_before():
    assert told("strong", refutes={"manufacturer": "acme"}).hedged().strength == "strong"
