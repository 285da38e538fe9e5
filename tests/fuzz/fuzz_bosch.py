"""Whatever bytes a device on UDP port 1758 sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.bosch import SPEC
from tests.fuzz.driver import main
from tests.protocols.discoveries import BOSCH as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
