"""Drives decoders and dialogues from recorded answers, without a socket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.model.dialogue import Ask, Decode, Dialogue, Fact, Malformed, WebAsk, WebDialogue, WebReply
from scanner.model.observation import MAX_VALUE, Field


def values(facts: Iterable[Fact], field: str) -> list[str]:
    """The values of one field, in order."""
    return [fact.value for fact in facts if fact.field == field]


def decoded(decode: Decode, raw: bytes, fields: tuple[Field, ...]) -> list[Fact] | None:
    """Facts of ``raw``, or None when it is malformed; fails when the decoder breaks a rule that all decoders keep."""
    facts = []
    try:
        for fact in decode(raw):
            facts.append(fact)
            assert fact.field in fields
            assert fact.value.strip() == fact.value != ""
            assert len(fact.value.encode("utf-8")) <= MAX_VALUE
            assert not any(ord(letter) < 32 for letter in fact.value)
            assert len(facts) <= 4096
    except Malformed:
        return None
    return facts


def converse(dialogue: Dialogue, answers: Iterable[bytes], step: int | None = None) -> tuple[list[Fact], list[bytes]]:
    """Run a dialogue, handing it each answer ``step`` bytes at a time as a socket would; facts, and what was sent."""
    facts: list[Fact] = []
    sent: list[bytes] = []
    left = iter(answers)
    try:
        said = next(dialogue)
        while True:
            if isinstance(said, Fact):
                facts.append(said)
                said = next(dialogue)
            else:
                sent.append(said.payload)
                said = dialogue.send(_read(said, next(left, b""), step))
    except StopIteration:
        return facts, sent


def browse(dialogue: WebDialogue, replies: Mapping[str, WebReply | None]) -> tuple[list[Fact], list[WebAsk]]:
    """Run a web dialogue against pages by path; an unknown path fails as a refused request does."""
    facts: list[Fact] = []
    asked: list[WebAsk] = []
    try:
        said = next(dialogue)
        while True:
            if isinstance(said, Fact):
                facts.append(said)
                said = next(dialogue)
            else:
                asked.append(said)
                said = dialogue.send(replies.get(said.path))
    except StopIteration:
        return facts, asked


def _read(ask: Ask, answer: bytes, step: int | None) -> bytes:
    so_far = b""
    step = step or max(len(answer), 1)
    for at in range(0, len(answer), step):
        so_far += answer[at : at + step]
        length = ask.length(so_far) if ask.length else None
        if length is not None and len(so_far) >= length:
            return so_far[:length]
        if ask.until is not None and ask.until in so_far:
            return so_far[: so_far.index(ask.until) + len(ask.until)]
        if len(so_far) >= ask.cap:
            return so_far[: ask.cap]
    return so_far
