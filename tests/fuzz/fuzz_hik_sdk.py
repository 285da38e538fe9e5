"""Whatever bytes the SDK port sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.hik_sdk import SPEC
from tests.fuzz.driver import main
from tests.protocols.discoveries import SDK as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
