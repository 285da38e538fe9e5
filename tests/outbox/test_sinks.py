from datetime import UTC, datetime

import msgspec
import pytest

from scanner.model.change import Change
from scanner.outbox.sinks import Mail, SinkError, Webhook, address, parse, secret

GONE = Change(
    id="s-0", scan="s", site="north", at=datetime(2026, 11, 21, tzinfo=UTC), kind="gone", device="d",
    host="10.0.0.5", manufacturer="hikvision", model=None, verdict="covered",
)  # fmt: skip
NEW = msgspec.structs.replace(GONE, id="s-1", kind="appeared", verdict="review")
HOOK = {"kind": "webhook", "url": "https://soc.example/hook"}
MAIL = {"kind": "email", "server": "mail.example", "sender": "a@b.example", "to": ["c@d.example"]}


def test_every_kind_is_read():
    sinks = parse(
        {"a": HOOK, "b": MAIL, "c": {"kind": "apprise", "secret_env": "X"}, "d": {"kind": "syslog"},
         "e": {"kind": "file", "path": "changes.jsonl"}}
    )  # fmt: skip
    assert list(sinks) == list("abcde")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"kind": "pager"}, "pager"),
        ({"url": "x"}, "kind"),
        ({**HOOK, "password": "x"}, "password"),
        ({**HOOK, "changes": ["exploded"]}, "exploded"),
        ({**MAIL, "security": "maybe"}, "starttls, tls or none"),
        ({**MAIL, "security": "none", "user": "me"}, "never sent without TLS"),
    ],
)
def test_what_cannot_work_is_refused_in_one_line(row, says):
    with pytest.raises(SinkError) as raised:
        parse({"soc": row})
    assert says in str(raised.value)
    assert str(raised.value).startswith("[sink.soc]: ")
    assert "\n" not in str(raised.value)


def test_each_sink_gets_what_it_wants():
    sinks = parse(
        {"all": HOOK, "gone": {**HOOK, "changes": ["gone"]}, "bad": {**HOOK, "verdicts": ["covered", "likely"]},
         "south": {**HOOK, "sites": ["south"]}, "mail": MAIL, "quiet": {**MAIL, "sites": ["south"]}}
    )  # fmt: skip
    told = list(address(sinks, [GONE, NEW]))
    assert [sink for sink, _ in told] == ["all", "all", "gone", "bad", "mail"]
    assert msgspec.json.decode(told[0][1], type=Change) == GONE
    assert msgspec.json.decode(told[-1][1], type=list[Change]) == [GONE, NEW]
    assert list(address(sinks, [])) == []


def test_secrets_come_from_the_environment_or_a_file(tmp_path):
    hook = Webhook(url="x", secret_env="TOKEN")
    assert secret("soc", hook, {"TOKEN": "s3"}) == "s3"
    with pytest.raises(SinkError, match="the environment has no TOKEN"):
        secret("soc", hook, {})
    path = tmp_path / "secret"
    path.write_text("s4\n")
    mail = Mail(server="x", sender="a", to=("b",), secret_file=str(path))
    assert secret("m", mail, {}) == "s4"
    assert secret("m", Webhook(url="x"), {}) is None
    path.write_bytes(b"x" * 5000)
    with pytest.raises(SinkError, match="too large"):
        secret("m", mail, {})
    path.unlink()
    with pytest.raises(SinkError, match="cannot be read"):
        secret("m", mail, {})
