"""Whatever bytes a DHIP device sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.dhip import SPEC
from tests.fuzz.driver import main
from tests.protocols.discoveries import DHIP as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
