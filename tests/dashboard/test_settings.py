from ipaddress import ip_network

import pytest

from scanner.dashboard.settings import MIN_TOKEN, Settings, SettingsError

TOKEN = "t" * MIN_TOKEN


@pytest.mark.parametrize("host", ["127.0.0.1", "127.66.0.1", "::1", "localhost"])
def test_loopback_needs_no_token(host):
    assert Settings(host=host).is_local


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "scanner.example", "::ffff:127.0.0.1", ""])
def test_anything_else_needs_a_token_or_a_proxy(host):
    with pytest.raises(SettingsError, match=r"--token-file or --token-env.*--trust-proxy-header"):
        Settings(host=host)
    assert not Settings(host=host, token=TOKEN).is_local
    assert not Settings(host=host, proxy_header="X-User").is_local


@pytest.mark.parametrize("token", ["", "short", TOKEN[1:]])
def test_a_short_token_is_none(token):
    with pytest.raises(SettingsError, match="too short"):
        Settings(token=token)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8889", True),
        ("127.0.0.1", True),
        ("localhost:8889", True),
        ("LocalHost", True),
        ("[::1]:8889", True),
        ("evil.example", False),
        ("evil.example:8889", False),
        ("127.0.0.1.evil.example", False),
        ("192.0.2.1:8889", False),
        ("", False),
        ("[::1", True),
        ("[evil.example]", False),
        ("localhost.", False),
        ("127.0.0.1@evil.example", False),
    ],
)
def test_whose_name_a_host_header_may_bear(host, own):
    assert Settings().is_own(host) is own


def test_names_are_the_operators():
    settings = Settings(host="0.0.0.0", token=TOKEN, names=("Scanner.Example",))
    assert settings.is_own("scanner.example:443")
    assert settings.is_own("192.0.2.1:8889")
    assert not settings.is_own("other.example")


def test_the_proxy_is_believed_from_where_it_is():
    assert Settings().is_proxy("127.0.0.1")
    assert Settings().is_proxy("::1")
    assert not Settings().is_proxy("192.0.2.1")
    assert not Settings().is_proxy("unix")
    assert Settings(proxies=(ip_network("192.0.2.0/24"),)).is_proxy("192.0.2.1")


def test_speeds_up_to_the_fastest():
    assert Settings().speeds == ("gentle", "normal")
    assert Settings(max_speed="gentle").speeds == ("gentle",)
    with pytest.raises(SettingsError, match="no such speed; there are gentle, normal, fast"):
        Settings(max_speed="ludicrous")


def test_ports_that_cannot_be_are_told_at_once():
    with pytest.raises(SettingsError, match="99999"):
        Settings(ports=("camera", "99999"))
