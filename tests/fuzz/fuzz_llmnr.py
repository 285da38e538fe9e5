"""Whatever bytes a LLMNR responder sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.llmnr import SPEC
from tests.fuzz.driver import main
from tests.protocols.names import LLMNR as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
