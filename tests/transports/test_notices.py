import sys

import apprise
import pytest

from scanner.transports.notices import send

# What the library imports is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.mark.parametrize(("taken", "said"), [(True, None), (False, "not taken")])
def test_a_notice_is_given_to_the_library(monkeypatch, taken, said):
    told = []

    def notify(self, **message):
        told.append(message)
        return taken

    monkeypatch.setattr(apprise.Apprise, "notify", notify)
    assert send("json://127.0.0.1/", "title", "text") == said
    assert told == [{"title": "title", "body": "text"}]


def test_an_address_that_is_none_is_not_told():
    said = send("nonsense-hush", "t", "x")
    assert said == "the address is none that Apprise knows"


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert "pip install" in str(send("json://127.0.0.1/", "t", "x"))
