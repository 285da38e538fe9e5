import pytest

from scanner.dashboard.allowed import Allowed, NotAllowed
from scanner.engine.ports import CAMERA

ALLOWED = Allowed(("10.0.0.0/24,192.0.2.7", "fd00::/120", "eth0", "cams.example"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10.0.0.0/24", ("10.0.0.0/24",)),
        ("10.0.0.5", ("10.0.0.5",)),
        ("10.0.0.1-50\n192.0.2.7", ("10.0.0.1-50", "192.0.2.7")),
        ("10.0.0.5, 10.0.0.6", ("10.0.0.5", "10.0.0.6")),
        ("10.0.0.1-10.0.0.255", ("10.0.0.1-10.0.0.255",)),
        ("fd00::5", ("fd00::5",)),
        ("eth0 cams.example", ("eth0", "cams.example")),
    ],
)
def test_what_lies_within_is_allowed(text, words):
    assert ALLOWED.check(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "10.0.1.1",
        "10.0.0.0/23",
        "10.0.0.5 10.0.1.5",
        "10.0.0.5,192.0.2.8",
        "10.0.0.250-10.0.1.3",
        "0.0.0.0/0",
        "::/0",
        "::ffff:10.0.1.1",
        "10.0.0-1.1",
        "eth1",
        "local",
        "other.example",
        "cams.example.evil.example",
        "CAMS.EXAMPLE",
        "10.0.0.5/24",
        "010.0.0.5",
        "10.0.0.5:80",
        "http://10.0.0.5/",
        "-iL",
        "--allow-public",
        "/etc/passwd",
        "../../etc/passwd",
        "10.0.0.5;id",
        "$(id)",
        "\x00",
        "\uff11\uff10.0.0.5",
    ],
)
def test_what_lies_outside_is_refused(text):
    with pytest.raises(NotAllowed, match="not an allowed target"):
        ALLOWED.check(text)


@pytest.mark.parametrize("text", ["", " \n", ",,"])
def test_nothing_is_no_target(text):
    with pytest.raises(NotAllowed, match="no target given"):
        ALLOWED.check(text)


def test_without_a_list_nothing_is_allowed():
    with pytest.raises(NotAllowed, match="--allow"):
        Allowed(()).check("127.0.0.1")


CHOSEN = Allowed(("10.0.0.0/24",), ("camera", "80,554"), ("gentle", "normal"))


def test_one_of_the_lists_of_ports_and_of_the_speeds():
    assert CHOSEN.check_ports("80,554") == (80, 554)
    assert CHOSEN.check_ports("") == CHOSEN.check_ports("camera") == tuple(CAMERA)
    assert (CHOSEN.check_speed(""), CHOSEN.check_speed("normal")) == ("gentle", "normal")


@pytest.mark.parametrize("text", ["80", "1-65535", "80,554 ", "554,80", "\x1b[2J", "camera,22", "fast", "<b>"])
def test_no_other_ports_and_no_other_speed(text):
    with pytest.raises(NotAllowed, match=r"not an allowed list of ports; allowed are camera · 80,554"):
        CHOSEN.check_ports(text)
    with pytest.raises(NotAllowed, match=r"not an allowed speed; allowed are gentle · normal"):
        CHOSEN.check_speed(text)
