"""Feeds a decoder mutated real answers: with atheris where it is installed, else by plain mutation.

Run one harness with ``python -m tests.fuzz.fuzz_NAME [ITERATIONS [SEED]]``.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence

from scanner.model.dialogue import Spec
from tests.drive import decoded

ITERATIONS = 20_000
SLOW = 2.0
"""Seconds for one input: no real answer takes a hundredth of it, so more is a way to stall a scan."""


def check(spec: Spec, raw: bytes) -> None:
    """Fail unless ``raw`` gives facts or Malformed within SLOW seconds, the same twice."""
    began = time.perf_counter()
    first = decoded(spec.decode, raw, spec.fields)
    assert time.perf_counter() - began < SLOW, f"slow on {raw[:200]!r}"
    assert decoded(spec.decode, raw, spec.fields) == first


def mutate(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    raw = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 8)):
        at, end = sorted(rng.randint(0, len(raw)) for _ in range(2))
        match rng.randrange(7):
            case 0:
                raw[at:end] = b""
            case 1:
                raw[at:at] = rng.randbytes(rng.randint(1, 16))
            case 2:
                raw[at : at + 1] = bytes((rng.randrange(256),))
            case 3:
                raw[at:at] = raw[at:end][:4096] * rng.randint(1, 8)
            case 4:
                other = rng.choice(seeds)
                raw[at:] = other[rng.randint(0, len(other)) :]
            case 5:
                raw[at:at] = rng.choice(
                    (b"\0", b"\xff", b"\r\n\r\n", b"<", b">", b'"', b"%00", b"&#0;", b"9" * 20, b"-1")
                )
            case _:
                del raw[at:]
    return bytes(raw[:100_000])


def fuzz(spec: Spec, seeds: Sequence[bytes], iterations: int = ITERATIONS, seed: int = 0) -> None:
    """Check ``iterations`` mutations of ``seeds``; a failure names the input."""
    rng = random.Random(seed)
    for raw in seeds:
        check(spec, raw)
    for number in range(iterations):
        raw = mutate(rng, seeds)
        try:
            check(spec, raw)
        except BaseException:
            sys.stderr.write(f"{spec.name}: iteration {number}, seed {seed}: {raw!r}\n")
            raise


def main(spec: Spec, seeds: Sequence[bytes]) -> None:
    """Fuzz as the command line says; ITERATIONS 0 runs atheris until it is stopped."""
    arguments = [int(word) for word in sys.argv[1:]]
    if arguments[:1] == [0]:
        import atheris  # type: ignore[import-untyped] # noqa: PLC0415 - not everybody has it

        atheris.instrument_all()
        atheris.Setup(sys.argv[:1], lambda raw: check(spec, raw))
        atheris.Fuzz()
    fuzz(spec, seeds, *arguments)
    sys.stdout.write(f"{spec.name}: nothing found\n")
