"""Whatever bytes a NetBIOS node sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.netbios import SPEC
from tests.fuzz.driver import main
from tests.protocols.discoveries import NETBIOS as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
