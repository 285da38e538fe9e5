import ast
import asyncio
import os
from ipaddress import IPv4Interface, IPv6Interface, ip_address
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scanner
from scanner.engine.ranges import Ranges, Span
from scanner.engine.scope import Refused, Scope, ScopeError, never_scan, never_scan_files
from scanner.engine.targets import Targets, literals
from scanner.model.dialogue import DatagramSpec
from scanner.model.observation import Endpoint
from scanner.transports.interfaces import Interface

LO = Interface("lo", 1, (IPv4Interface("127.0.0.1/8"),), loopback=True)
ETH = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"), IPv6Interface("fe80::7/64")), loopback=False)
P2P = Interface("tun0", 3, (IPv4Interface("10.9.0.0/31"),), loopback=False)


def encode(token: UUID) -> tuple[bytes, ...]:
    return (token.bytes,)


def decode(payload: bytes):
    yield from ()


SADP = DatagramSpec("sadp", (), 37020, ("239.255.255.250", "ff02::c", "10.0.0.66"), encode, decode, broadcast=True)
WSD = DatagramSpec("ws_discovery", (), 3702, ("239.255.255.250", "ff02::c"), encode, decode)


def scope(
    targets="10.0.0.0/24",
    *,
    exclude="",
    never="",
    allow_public=False,
    interfaces=(LO, ETH, P2P),
    on_link="",
    zones=("eth0",),
):
    def ranges(text):
        return literals(text) if text else Ranges()

    return Scope(
        Targets(ranges(targets), ranges(on_link), frozenset(zones)),
        exclude=ranges(exclude),
        never=ranges(never),
        allow_public=allow_public,
        interfaces=interfaces,
    )


def verdict(of, address, port=80):
    found = of.permit(Endpoint(address, "tcp", port))
    return found.reason if isinstance(found, Refused) else found


def test_an_address_in_scope_is_permitted_in_canonical_form():
    assert verdict(scope(), "10.0.0.5") == Endpoint("10.0.0.5", "tcp", 80)
    assert verdict(scope(), "::ffff:10.0.0.5") == Endpoint("10.0.0.5", "tcp", 80)
    assert verdict(scope(targets="127.66.0.1"), "127.66.0.1") == Endpoint("127.66.0.1", "tcp", 80)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("10.0.1.1", "outside the scope"),
        ("10.0.0.9", "excluded"),
        ("::ffff:10.0.0.9", "excluded"),
        ("10.0.0.11", "excluded"),
        ("10.0.0.255", "not one host's address"),
        ("8.8.8.8", "public address space: needs --allow-public"),
        ("0.0.0.0", "not one host's address"),
        ("224.0.0.1", "not one host's address"),
        ("255.255.255.255", "not one host's address"),
        ("ff02::1", "not one host's address"),
        ("camera.example", "not an address"),
        ("10.0.0.05", "not an address"),
    ],
)
def test_everything_else_is_refused_with_its_reason(address, reason):
    everything = "10.0.0.0/24,8.8.8.0/24,0.0.0.0/8,224.0.0.0/4,255.255.255.255,ff00::/8"
    assert verdict(scope(everything, exclude="10.0.0.9", never="10.0.0.11"), address) == reason
    assert not scope(everything, exclude="10.0.0.9", never="10.0.0.11").admits(address)


def test_public_space_needs_leave_and_the_rest_does_not():
    assert verdict(scope("8.8.8.8", allow_public=True), "8.8.8.8") == Endpoint("8.8.8.8", "tcp", 80)
    for address in ("192.168.1.1", "172.31.0.1", "100.64.0.1", "169.254.1.1", "127.0.0.1", "fd00::1", "::1"):
        assert verdict(scope(address), address) == Endpoint(address, "tcp", 80)
    assert verdict(scope("100.128.0.1"), "100.128.0.1") == "public address space: needs --allow-public"


def test_the_counts_tell_what_was_taken_out():
    found = scope("10.0.0.0/24,8.8.8.0/24", exclude="10.0.0.0-9,10.5.0.0/16", never="10.0.0.5-14")
    assert (found.swept.count, found.excluded, found.public) == (256 - 15 - 1, 15, 256)
    assert "10.0.0.255" not in list(found.swept)


def test_a_link_local_answer_is_admitted_by_its_interfaces_network():
    found = scope(on_link="fe80::/64", exclude="fe80::9")
    assert found.admits("fe80::5%eth0")
    assert not found.admits("fe80::9%eth0")
    assert verdict(found, "fe80::5%eth0") == Endpoint("fe80::5%eth0", "tcp", 80)


def test_a_link_local_address_is_in_scope_on_the_links_that_are_targets_alone():
    other = Interface("eth1", 4, (IPv4Interface("10.1.0.7/24"), IPv6Interface("fe80::8/64")), loopback=False)
    found = scope("10.1.0.0/24", on_link="fe80::/64", interfaces=(ETH, other))
    assert found.admits("fe80::5%eth0")
    for elsewhere in ("fe80::5%eth1", "fe80::5"):
        assert not found.admits(elsewhere)
        assert verdict(found, elsewhere) == "link-local, and its interface is no target"
    assert [(link.name, link.addresses) for link in found.links()] == [
        ("eth0", ETH.addresses[1:]),
        ("eth1", other.addresses[:1]),
    ]


def test_ipv6_nodes_are_asked_where_a_link_holds_ipv6_addresses_of_the_scope():
    assert scope(on_link="fe80::/64").permit_nodes() == Endpoint("ff02::1", "link")
    assert scope("fd00::1-fd00::9", interfaces=(Interface("eth0", 2, (IPv6Interface("fd00::7/64"),), loopback=False),)).permit_nodes() == Endpoint("ff02::1", "link")  # fmt: skip
    for found in (scope(), scope("fd00::1-fd00::9"), scope(on_link="fe80::/64", zones=("eth1",))):
        assert isinstance(found.permit_nodes(), Refused)


def test_groups_are_only_for_the_protocols_that_name_them():
    assert scope().permit_group(WSD, "239.255.255.250") == Endpoint("239.255.255.250", "udp", 3702)
    assert scope().permit_group(WSD, "ff02::c") == Endpoint("ff02::c", "udp", 3702)
    assert isinstance(scope().permit_group(WSD, "239.1.1.1"), Refused)
    assert isinstance(scope().permit_group(WSD, "10.0.0.255"), Refused)
    assert isinstance(scope().permit_group(WSD, "255.255.255.255"), Refused)
    assert isinstance(scope().permit_group(SADP, "10.0.0.66"), Refused), "a host is no group, whatever a spec says"


def test_broadcast_is_for_on_link_networks_in_scope():
    assert scope().permit_group(SADP, "10.0.0.255") == Endpoint("10.0.0.255", "udp", 37020)
    assert scope().permit_group(SADP, "255.255.255.255") == Endpoint("255.255.255.255", "udp", 37020)
    assert isinstance(scope("10.0.1.0/24").permit_group(SADP, "10.0.0.255"), Refused)
    assert isinstance(scope("10.0.1.0/24").permit_group(SADP, "10.0.1.255"), Refused)
    assert scope().broadcasts() == ("10.0.0.255",)
    assert scope("10.9.0.0/31").broadcasts() == ()


def test_no_group_is_asked_when_no_link_holds_part_of_the_scope():
    for found in (scope("10.0.1.0/24"), scope("127.0.0.0/8"), scope(exclude="10.0.0.0/24")):
        assert found.links() == ()
        assert isinstance(found.permit_group(WSD, "239.255.255.250"), Refused)


def test_links_are_told_with_the_networks_in_scope_alone():
    four, six = ETH.addresses
    assert [link.addresses for link in scope("10.0.0.5").links()] == [(four,)]
    assert [link.addresses for link in scope("10.0.1.0/24", on_link="fe80::/64").links()] == [(six,)]
    assert scope("10.0.0.5", on_link="fe80::/64").links() == (ETH,)


def test_neighbours_are_the_visited_addresses_of_a_link_but_this_machines_own():
    assert scope("10.0.0.0-9,10.0.1.1").on_link(ETH) == literals("10.0.0.0-6,10.0.0.8-9")
    assert not scope().on_link(LO)


ADDRESSES = st.integers(0, 255).map(lambda last: f"10.0.0.{last}")
FORMS = st.sampled_from(["{}", "::ffff:{}"])
LISTS = st.lists(
    st.tuples(st.integers(0, 255), st.integers(0, 30)).map(
        lambda pair: Span(4, 0x0A000000 + pair[0], 0x0A000000 + min(pair[0] + pair[1], 255))
    ),
    max_size=5,
).map(Ranges)


@settings(max_examples=100, deadline=None)
@given(targets=LISTS, exclude=LISTS, never=LISTS, address=ADDRESSES, form=FORMS, public=st.booleans())
def test_an_excluded_address_is_never_permitted_by_any_path(*, targets, exclude, never, address, form, public):
    never |= literals(address)
    excluded = exclude | never
    found = Scope(Targets(targets, targets), exclude=exclude, never=never, allow_public=public, interfaces=(ETH,))
    text = form.format(address)
    assert isinstance(found.permit(Endpoint(text, "tcp", 80)), Refused)
    assert not found.admits(text)
    assert not found.swept & excluded
    assert not found.on_link(ETH) & excluded
    greedy = DatagramSpec("x", (), 1, (address, text), encode, decode, broadcast=True)
    for group in (address, text):
        assert isinstance(found.permit_group(greedy, group), Refused) or group in found.broadcasts()


@settings(max_examples=100, deadline=None)
@given(targets=LISTS, exclude=LISTS, address=ADDRESSES)
def test_permission_is_membership(targets, exclude, address):
    found = Scope(Targets(targets), exclude=exclude)
    inside = ip_address(address) in targets and ip_address(address) not in exclude
    assert (not isinstance(found.permit(Endpoint(address, "tcp", 1)), Refused)) == inside == found.admits(address)
    assert (ip_address(address) in found.swept) == inside


@settings(max_examples=100, deadline=None)
@given(targets=LISTS, exclude=LISTS, asked=LISTS, address=ADDRESSES)
def test_permitted_spans_hold_what_is_permitted_alone(targets, exclude, asked, address):
    found = Scope(Targets(targets), exclude=exclude)
    one = ip_address(address)
    inside = any(
        version == one.version and first <= int(one) <= last for version, first, last in found.permit_spans(asked)
    )
    assert inside == (one in asked and found.admits(address))


@settings(max_examples=30, deadline=None)
@given(targets=LISTS, exclude=LISTS)
def test_permitted_ports_are_those_of_the_permitted(targets, exclude):
    found = Scope(Targets(targets), exclude=exclude)
    some = list(islice(found.permit_ports(targets, [80, 443]), 300))
    assert all(found.permit(endpoint) == endpoint for endpoint in some)
    if len(some) < 300:
        assert len(set(map(repr, some))) == 2 * found.swept.count


def minted(file):
    tree = ast.parse(file.read_text("utf-8"))
    return any(isinstance(node, ast.Call) and "Permitted" in ast.unparse(node.func) for node in ast.walk(tree))


def test_permitted_is_minted_in_one_file():
    root = Path(scanner.__file__).parent
    assert {str(file.relative_to(root)) for file in root.rglob("*.py") if minted(file)} == {"engine/scope.py"}


async def resolve(name):
    return {"door.example": ("10.0.0.10",)}.get(name, ())


def read(*files):
    return asyncio.run(never_scan(files, resolve=resolve, interfaces=lambda: (ETH,)))


@pytest.mark.parametrize(
    ("address", "heard"),
    [
        ("192.168.1.64", True),
        ("169.254.7.7", True),
        ("192.0.0.64", True),
        ("0.0.0.0", True),
        ("10.0.0.9", False),  # in the targets
        ("10.0.0.200", False),  # ours, and not among the targets
        ("10.0.0.7", False),
        ("10.9.0.0", False),  # this machine's own
        ("192.168.7.7", False),  # excluded
        ("127.0.0.1", False),
        ("239.255.255.250", False),
        ("255.255.255.255", False),
        ("fd00::64", False),
        ("nonsense", False),
    ],
)
def test_answers_of_other_subnets_are_overheard(address, heard):
    found = scope("10.0.0.0/28", exclude="192.168.7.7")
    assert found.overhears(address) is heard
    assert found.excludes(address) is (address == "192.168.7.7")
    if heard:
        assert isinstance(found.permit(Endpoint(address)), Refused)


def test_never_scan_files_are_target_files(tmp_path):
    (tmp_path / "a").write_text("10.0.0.1 # fragile\ndoor.example\n")
    (tmp_path / "b").write_text("10.1.0.0/16\n")
    found = read(tmp_path / "a", tmp_path / "b", tmp_path / "missing", tmp_path / "no" / "folder")
    assert found == literals("10.0.0.1,10.0.0.10,10.1.0.0/16")


def test_an_interface_is_excluded_with_its_ipv6_network(tmp_path):
    (tmp_path / "a").write_text("eth0\n")
    assert read(tmp_path / "a") == literals("10.0.0.0/24,fe80::/64")


def test_a_never_scan_file_that_cannot_be_honoured_stops_the_scan(tmp_path):
    (tmp_path / "a").write_text("gone.example\n")
    with pytest.raises(ScopeError, match=r"never-scan list must be read.*a:1: gone\.example"):
        read(tmp_path / "a")
    with pytest.raises(ScopeError, match="cannot be read"):
        read(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_never_scan_file_that_may_not_be_read_stops_the_scan(tmp_path):
    (tmp_path / "a").write_text("10.0.0.1\n")
    (tmp_path / "a").chmod(0)
    with pytest.raises(ScopeError, match="Permission denied"):
        read(tmp_path / "a")


def test_the_lists_are_this_machines_and_this_users(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert never_scan_files() == (Path("/etc/coveredscan/never-scan"), tmp_path / "coveredscan" / "never-scan")


def test_what_was_done_before_is_not_asked_again_but_still_heard_of():
    found = Scope(Targets(literals("10.0.0.0/29"), Ranges()), interfaces=(LO, ETH), done=literals("10.0.0.1-3"))
    assert list(found.swept) == ["10.0.0.0", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7"]
    assert (found.addresses, found.public, found.excluded) == (8, 0, 0)
    assert verdict(found, "10.0.0.2") == "asked before the interruption"
    assert found.admits("10.0.0.2")
