from __future__ import annotations

import pytest

from scanner.model.dialogue import Ask, Fact, Malformed, WebAsk, WebReply
from scanner.model.observation import Field
from scanner.transports.replay import replay

BANNER = Field("telnet.banner")


def talk():
    try:
        for payload in (b"1", b"2"):
            answer = yield Ask(payload)
            if answer == b"bad":
                raise Malformed("bad")
            yield Fact(BANNER, answer.decode())
    finally:
        yield_closed.append(True)


yield_closed: list[bool] = []


@pytest.mark.parametrize(
    ("answers", "values"),
    [([b"a", b"b"], ["a", "b"]), ([b"a"], ["a"]), ([], []), ([b"a", b"b", b"unasked"], ["a", "b"])],
)
def test_each_question_gets_the_next_answer(answers, values):
    yield_closed.clear()
    assert [fact.value for fact in replay(talk(), answers)] == values
    assert yield_closed == [True]


def test_malformed_is_raised():
    with pytest.raises(Malformed):
        replay(talk(), [b"a", b"bad"])


def test_web_dialogues_and_failed_requests():
    def web():
        for path in ("/1", "/2"):
            reply = yield WebAsk(path)
            yield Fact(BANNER, "none" if reply is None else str(reply.status))

    facts = replay(web(), [None, WebReply(200, (), b"")])
    assert [fact.value for fact in facts] == ["none", "200"]
