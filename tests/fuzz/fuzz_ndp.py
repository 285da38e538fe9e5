"""Whatever bytes a neighbour on the link sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.ndp import SPEC
from tests.fuzz.driver import main
from tests.protocols.neighbours import ALL as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
