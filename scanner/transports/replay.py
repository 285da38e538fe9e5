"""Drives a dialogue from recorded answers: no socket, no sleep. The counterpart of ``tcp`` and ``http``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import overload

from scanner.model.dialogue import Dialogue, Fact, WebDialogue, WebReply


@overload
def replay(dialogue: Dialogue, answers: Iterable[bytes]) -> tuple[Fact, ...]: ...


@overload
def replay(dialogue: WebDialogue, answers: Iterable[WebReply | None]) -> tuple[Fact, ...]: ...


def replay(dialogue: Dialogue | WebDialogue, answers: Iterable[bytes] | Iterable[WebReply | None]) -> tuple[Fact, ...]:
    """Return the facts that ``dialogue`` yields when each of its questions gets the next of ``answers``.

    A question beyond the last answer ends it, as a closed connection does. What the dialogue raises (Malformed) is
    raised, so that a recording which no longer decodes is noticed.
    """
    facts: list[Fact] = []
    left = iter(answers)
    try:
        step = next(dialogue)
        while True:
            if isinstance(step, Fact):
                facts.append(step)
                step = next(dialogue)
                continue
            try:
                answer = next(left)
            except StopIteration:
                break
            step = dialogue.send(answer)  # type: ignore[arg-type]  # the overloads pair dialogue and answers
    except StopIteration:
        pass
    finally:
        dialogue.close()
    return tuple(facts)
