import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.ports import CAMERA, MAX_PORT, PortError, parse


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("80", (80,)),
        ("80,443", (80, 443)),
        ("443, 80", (443, 80)),
        ("8000-8003", (8000, 8001, 8002, 8003)),
        ("80,79-81", (80, 79, 81)),
        ("080", (80,)),
        ("1-65535", tuple(range(1, MAX_PORT + 1))),
        ("camera", tuple(CAMERA)),
        ("camera,9999", (*CAMERA, 9999)),
        ("9999,camera,80", (9999, *CAMERA)),
    ],
)
def test_ports_are_read_in_order_and_once(text, ports):
    assert parse(text) == ports


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("70000", "70000: there is no such port: ports run from 1 to 65535"),
        ("0", "0: there is no such port"),
        ("9" * 100_000, "there is no such port"),
        ("81-80", "81-80: the range runs backwards: write 80-81"),
        ("", "an empty part: write ports as 80,443,8000-8010 or camera"),
        ("80,,81", "an empty part"),
        ("http", "http: write ports as"),
        ("-80", "-80: write ports as"),
        ("80-", "80-: write ports as"),
        ("٨٠", "write ports as"),
        ("80;81", "write ports as"),
    ],
)
def test_a_bad_port_is_one_clear_line(text, message):
    with pytest.raises(PortError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_port_of_the_camera_profile_has_a_reason():
    assert all(1 <= port <= MAX_PORT and len(reason) > 9 for port, reason in CAMERA.items())
    assert {80, 443, 554, 8000, 8899, 34567, 35000, 37777} <= set(CAMERA)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789-, camer", max_size=16) | st.text(max_size=8))
def test_any_text_gives_ports_or_a_port_error(text):
    try:
        ports = parse(text)
    except PortError:
        return
    assert len(set(ports)) == len(ports)
    assert all(1 <= port <= MAX_PORT for port in ports)
