import asyncio
import io
import tracemalloc
from ipaddress import IPv4Interface, IPv6Interface
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.ranges import Ranges
from scanner.engine.targets import TargetError, expand, literals, read, split
from scanner.transports.interfaces import Interface

INTERFACES = (
    Interface("lo", 1, (IPv4Interface("127.0.0.1/8"),), loopback=True),
    Interface("eth0", 2, (IPv4Interface("10.1.0.7/29"), IPv6Interface("fe80::1/64")), loopback=False),
    Interface("eth1", 3, (IPv4Interface("10.2.0.1/31"),), loopback=False),
    Interface("tun0", 4, (), loopback=False),
)


async def resolve(name):
    return {"camera.example": ("10.0.0.9", "fd00::9"), "door.example.": ("10.0.0.10",)}.get(name, ())


async def resolve_nothing(name):
    raise OSError(name)


def targets(*expressions, swept=True, resolve=resolve):
    return asyncio.run(expand(split(expressions), resolve=resolve, interfaces=lambda: INTERFACES, swept=swept))


def listed(*expressions):
    return list(targets(*expressions).ranges)


@pytest.mark.parametrize(
    ("expression", "addresses"),
    [
        ("10.0.0.5", ["10.0.0.5"]),
        ("10.0.0.4/30", ["10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7"]),
        ("10.0.0.5/32", ["10.0.0.5"]),
        ("10.0.0.1-3", ["10.0.0.1", "10.0.0.2", "10.0.0.3"]),
        ("10.0.0.254-10.0.1.1", ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"]),
        ("10.0.0-1.7-8", ["10.0.0.7", "10.0.0.8", "10.0.1.7", "10.0.1.8"]),
        ("10-11.0.0.1", ["10.0.0.1", "11.0.0.1"]),
        ("10.0.0.1,10.0.0.3", ["10.0.0.1", "10.0.0.3"]),
        ("10.0.0.1, ,10.0.0.1", ["10.0.0.1"]),
        ("camera.example", ["10.0.0.9", "fd00::9"]),
        ("door.example.", ["10.0.0.10"]),
        ("fd00::5", ["fd00::5"]),
        ("fd00::/127", ["fd00::", "fd00::1"]),
        ("fd00::1-fd00::2", ["fd00::1", "fd00::2"]),
        ("::ffff:10.0.0.1", ["10.0.0.1"]),
        ("eth0", ["10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6"]),
        ("eth1", ["10.2.0.0", "10.2.0.1"]),
    ],
)
def test_every_kind_of_expression_names_its_addresses(expression, addresses):
    assert listed(expression) == addresses


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("10.0.0.0/8", 2**24),
        ("10.0-255.0-255.0-255", 2**24),
        ("0-255.0-255.0-255.0-255", 2**32),
        ("10.0-255.0-255.1-254", 2**16 * 254),
        ("10.0.0-3.1-254", 4 * 254),
        ("10.0.0-3.0-255", 1024),
        ("fd00::/112", 65_536),
    ],
)
def test_counts_are_exact(expression, count):
    assert targets(expression).ranges.count == count


def test_a_large_expansion_stays_lazy():
    tracemalloc.start()
    try:
        found = targets("10.0.0.0/8").ranges
        assert list(islice(found, 1)) == ["10.0.0.0"]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_overlaps_and_duplicates_are_counted_once():
    assert targets("10.0.0.0/24", "10.0.0.0/25", "10.0.0.200-10.0.1.9", "10.0.0.1", "10.0.0.1").ranges.count == 266


def test_an_interface_brings_its_ipv6_network_into_scope_without_sweeping_it():
    found = targets("eth0")
    assert found.on_link == literals("fe80::/64")
    assert found.ranges == literals("10.1.0.1-6")
    assert found.zones == {"eth0"}


def test_local_means_every_interface_but_loopback():
    assert targets("local").ranges == literals("10.1.0.1-6,10.2.0.0/31")
    assert "eth0" in targets("local").zones
    assert "lo" not in targets("local").zones
    assert targets("10.1.0.1").zones == frozenset()


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "10.0.0.1/24",
            "10.0.0.1/24: has host bits set: write 10.0.0.0/24 for the network, 10.0.0.1 for the one address",
        ),
        ("fd00::1/64", "write fd00::/64 for the network"),
        ("10.0.0.0/33", "/33 is not a network size"),
        ("10.0.0.0/", "/ is not a network size"),
        ("10.0.0.0/255.255.255.0", "is not a network size"),
        ("10.0.0.300", "300 is not a number from 0 to 255"),
        ("10.0.0.010", "010 is not a number from 0 to 255 without leading zeros"),
        ("10.0.0", "is not an IPv4 address or range"),
        ("10.0.0.", "an empty part is not a number"),
        ("10.0.0.9-3", "the range runs backwards: write 3-9"),
        ("10.0.0.9-10.0.0.3", "write 10.0.0.3-10.0.0.9"),
        ("10.0.0.1-10.0.0.999", "10.0.0.999 is not an IPv4 address"),
        ("10.0.0.1-2-3", "2-3 is not a number"),
        ("0-255.0-255.0-255.1-254", "breaks into 16,777,216 pieces"),
        ("10.0.0.5:80", "has a port: give the address alone"),
        ("http://10.0.0.5/", "is a URL"),
        ("fd00::zz", "is not an IPv6 address"),
        ("fd00::9-fd00::1", "the range runs backwards"),
        ("fd00::/64", "has more than 65,536 addresses"),
        ("fd00::/200", "/200 is not a network size"),
        ("fe80::1", "is link-local"),
        ("fe80::1%eth0", "give the interface's name instead"),
        ("::ffff:10.0.0.0/120", "is IPv4 written as IPv6"),
        ("nowhere.example", "neither an interface of this machine nor a name that resolves"),
        ("camera.example/24", "a name takes no network size"),
        ("two words", "is not a target"),
        ("-x", "is not a target"),
        ("a" * 64 + ".example", "is not a target"),
        ("tun0", "has no address"),
    ],
)
def test_a_bad_expression_is_one_clear_line_that_names_it(expression, message):
    with pytest.raises(TargetError) as caught:
        targets(expression)
    assert str(caught.value).startswith(f"{expression}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_failing_resolver_is_a_name_that_does_not_resolve():
    with pytest.raises(TargetError, match="that resolves"):
        targets("camera.example", resolve=resolve_nothing)


def test_exclusions_may_be_larger_than_what_can_be_swept():
    assert targets("fd00::/8", swept=False).ranges.count == 2**120
    assert targets("fe80::1%eth0", swept=False).ranges == literals("fe80::1")
    assert targets("eth0", swept=False).ranges == literals("10.1.0.0/29")


def test_a_file_holds_words_and_comments(tmp_path):
    file = tmp_path / "targets"
    file.write_text("\ufeff# all sites\n10.0.0.1 10.0.0.2 # two\n\n10.0.0.3,10.0.0.4\r\n")
    words = list(read(str(file)))
    assert [word.text for word in words] == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]
    assert [word.where for word in words] == [f"{file}:2", f"{file}:2", f"{file}:4", f"{file}:4"]


def test_a_dash_reads_standard_input():
    assert [(word.text, word.where) for word in read("-", io.StringIO("10.0.0.1\n"))] == [("10.0.0.1", "stdin:1")]


def test_a_bad_word_of_a_file_is_reported_with_file_and_line(tmp_path):
    file = tmp_path / "targets"
    file.write_text("10.0.0.1\n10.0.0.999\n")
    with pytest.raises(TargetError, match=rf"^{file}:2: 10\.0\.0\.999: "):
        asyncio.run(expand(read(str(file)), resolve=resolve, interfaces=tuple))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(TargetError, match=r"none: cannot be read \(No such file or directory\)"):
        list(read(str(tmp_path / "none")))
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TargetError, match="is not text in UTF-8"):
        list(read(str(tmp_path / "binary")))


def test_literals_look_up_no_name():
    with pytest.raises(TargetError, match=r"^f:1: camera\.example: .*names are not taken here"):
        literals("camera.example", "f:1")
    with pytest.raises(TargetError, match="no address given"):
        literals(" , ")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789.-/:,% abcfx\u00e9\n", max_size=24) | st.text(max_size=12))
def test_any_text_gives_addresses_or_a_target_error(text):
    try:
        found = targets(text, resolve=resolve_nothing).ranges
    except TargetError:
        return
    assert isinstance(found, Ranges)
