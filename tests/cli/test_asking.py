from __future__ import annotations

import pytest

from scanner.cli.asking import Asking
from scanner.cli.failure import Failure


def test_the_request_is_what_was_asked():
    asking = Asking(
        ["10.0.0.0/24"], ["hosts.txt"], "80,443", ["10.0.0.9"], rate=10, speed="normal", shard="2/4", discovery="none"
    )
    request = asking.request()
    assert asking.named == ("10.0.0.0/24", "hosts.txt")
    assert (request.targets, request.files, request.exclude) == (("10.0.0.0/24",), ("hosts.txt",), ("10.0.0.9",))
    assert (request.ports, request.shard, request.discovery) == ((80, 443), (2, 4), ())
    assert (request.rate, request.subnet_rate) == (10, 2500)


@pytest.mark.parametrize(
    ("off", "says"),
    [
        ({"ports": "70000"}, "--ports: "),
        ({"engine": "zmap"}, "use builtin, raw or nmap"),
        ({"speed": "warp"}, "use gentle, normal, fast"),
        ({"rate": -1}, "rate must be above zero"),
        ({"timeout": 0}, "--timeout 0"),
        ({"shard": "3/2"}, "--shard 3/2"),
        ({"discovery": "magic"}, "--discovery magic"),
    ],
)
def test_an_option_that_is_off_is_named(off, says):
    with pytest.raises(Failure, match=says):
        Asking(["10.0.0.1"], **off).request()
