"""Whatever bytes an ARP sender sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.arp import SPEC
from tests.fuzz.driver import main
from tests.protocols.answers import ARP as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
