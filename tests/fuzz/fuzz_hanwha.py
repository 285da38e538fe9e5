"""Whatever bytes a device on UDP port 7711 sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.hanwha import SPEC
from tests.fuzz.driver import main
from tests.protocols.discoveries import HANWHA as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
