"""Drives a dialogue over one TCP or TLS connection, with asyncio streams."""

from __future__ import annotations

from contextlib import aclosing
from typing import Final

from scanner.model.dialogue import Ask, Dialogue, Fact, Malformed
from scanner.model.outcome import OutcomeKind
from scanner.model.permitted import Permitted
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate
from scanner.transports.limits import Limits
from scanner.transports.stream import Failed, Stream, connect

MAX_FACTS: Final = 1024
"""Facts of one conversation: no device says more, and a hostile one could repeat itself up to the byte cap."""


async def converse(
    endpoint: Permitted, dialogue: Dialogue, limits: Limits, *, tls: bool = False, gate: Gate | None = None
) -> Exchange:
    """Hold ``dialogue`` with ``endpoint`` within ``limits``; never raises for what the peer or the network does.

    The dialogue is closed at the end. After the peer closed or the deadline passed, what was received is still
    sent into the dialogue, but its next question ends it.
    """
    facts: list[Fact] = []
    transcript = bytearray()
    kind: OutcomeKind
    reason: str | None
    short = False
    try:
        stream = await connect(endpoint, limits, tls=tls, transcript=transcript, gate=gate)
        async with aclosing(stream):
            kind, reason, short = await _drive(stream, dialogue, limits, facts)
    except Failed as failed:
        kind, reason = failed.kind, failed.reason
    finally:
        dialogue.close()
    return Exchange(tuple(facts), kind, reason, bytes(transcript), short)


async def _drive(
    stream: Stream, dialogue: Dialogue, limits: Limits, facts: list[Fact]
) -> tuple[OutcomeKind, str | None, bool]:
    surplus = bytearray()
    stopped = False
    try:
        step = next(dialogue)
        while len(facts) < MAX_FACTS:
            if isinstance(step, Fact):
                facts.append(step)
                step = next(dialogue)
            elif stream.ended and not (surplus and not step.payload):
                break
            else:
                answer, whole = await _ask(stream, step, limits, surplus)
                stopped |= not whole and not stream.ended
                step = dialogue.send(answer)
    except StopIteration:
        return *_ending(stream, finished=True, stopped=stopped), stopped
    except Malformed as malformed:
        if stream.transcript:
            return "malformed", str(malformed), stopped
    return *_ending(stream, finished=False, stopped=stopped), stopped


def _ending(stream: Stream, *, finished: bool, stopped: bool) -> tuple[OutcomeKind, str | None]:
    if not stream.transcript:
        return ("closed", "closed without an answer") if stream.ended == "closed" else ("timed-out", "no answer")
    if stream.ended == "timed-out":
        return "timed-out", "deadline passed in mid-answer"
    if stream.ended == "closed" and not finished:
        return "closed", "closed before the last question"
    if stream.ended == "answered":
        return "answered", "cut at the byte cap"
    return "answered", "the answer stopped" if stopped else None


async def _ask(stream: Stream, ask: Ask, limits: Limits, surplus: bytearray) -> tuple[bytes, bool]:
    """Send one question; return its answer, and whether it is whole as far as its end can be told.

    Bytes after the end wait in ``surplus`` for an Ask without payload.
    """
    if ask.payload:
        surplus.clear()
        await stream.send(ask.payload)
    answer = bytearray(surplus)
    surplus.clear()
    wait = max(limits.connect, limits.quiet) if ask.payload else limits.quiet
    searched = 0
    whole = True
    while True:
        end = _end(answer, ask, searched)
        if end is not None:
            break
        searched = len(answer)
        chunk = await stream.read(ask.cap - len(answer), wait)
        if not chunk:
            end = len(answer)
            # Greetings end in silence: where they have another end, it is only there to save the wait.
            whole = (ask.until is None and ask.length is None) or (bool(answer) and not ask.payload)
            break
        answer += chunk
        wait = limits.quiet
    surplus += answer[end:]
    return bytes(answer[:end]), whole


def _end(answer: bytearray, ask: Ask, searched: int) -> int | None:
    """Return where the answer ends, or None while it is not whole."""
    total = ask.length(bytes(answer)) if ask.length is not None and answer else None
    if total is not None:
        end = max(0, min(total, ask.cap))
        return end if len(answer) >= end else None
    if ask.until is not None:
        at = answer.find(ask.until, max(0, searched - len(ask.until)))
        if at >= 0:
            return min(at + len(ask.until), ask.cap)
    return ask.cap if len(answer) >= ask.cap else None
