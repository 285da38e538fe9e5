"""Whatever bytes a device on UDP port 34569 sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.xiongmai import SPEC
from tests.fuzz.driver import main
from tests.protocols.discoveries import XIONGMAI as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
