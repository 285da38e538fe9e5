import pytest

from scanner.model.signature import OBJECTS, FieldRule

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
