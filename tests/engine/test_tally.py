from scanner.engine.scope import Scope
from scanner.engine.tally import Tally, join
from scanner.engine.targets import Targets, literals
from scanner.model.finding import Coverage


def tally():
    found = Tally()
    found.scope = Scope(Targets(literals("10.0.0.0/30,8.8.8.8")), exclude=literals("10.0.0.1"))
    found.ports = (80,)
    return found


def test_counts_add_up():
    found = tally()
    found.count("http", "answered")
    found.count("http", "answered")
    found.count("connect", "timed-out", 3)
    found.strangers = 7
    found.visited = 3
    coverage = found.coverage(finished=True)
    assert coverage.outcomes == {"connect": {"timed-out": 3}, "http": {"answered": 2}}
    assert (coverage.addresses, coverage.excluded, coverage.out_of_scope_answers) == (3, 1, 7)


def test_what_was_not_reached_is_told_in_words():
    found = tally()
    found.visited = found.alive = 2
    found.done = 1
    found.miss("not tried")
    found.miss("not tried")
    found.trouble("eth0: no")
    found.trouble("eth0: no")
    assert found.coverage(finished=True).not_reached == (
        "eth0: no",
        "2 addresses: not tried",
        "1 address: not asked, for public address space needs --allow-public",
    )
    assert found.coverage(finished=False).not_reached[-2:] == (
        "1 address: not reached, the scan was interrupted",
        "1 address: not asked to the end, the scan was interrupted",
    )


def test_before_the_start_nothing_was_asked():
    assert Tally().coverage(finished=False).not_reached == ("nothing was asked: the scan did not begin",)


def test_a_resumed_scan_is_told_as_one():
    before = Coverage(8, 0, 3, (80,), {"http": {"answered": 2}}, ("5 addresses: not reached, the scan was interrupted",
        "eth0: ARP could not be asked"), 1, spared=("a", "b"))  # fmt: skip
    after = Coverage(
        8, 0, 4, (80,), {"http": {"answered": 1, "refused": 1}, "tls": {"closed": 1}}, (), 2, spared=("b",)
    )
    whole = join(before, 2, after)
    assert (whole.addresses, whole.alive, whole.out_of_scope_answers) == (8, 6, 3)
    assert whole.outcomes == {"http": {"answered": 3, "refused": 1}, "tls": {"closed": 1}}
    assert whole.not_reached == ("eth0: ARP could not be asked",)
    assert whole.spared == ("a", "b")
