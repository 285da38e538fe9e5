"""Whatever bytes a multicast DNS responder sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.mdns import SPEC
from tests.fuzz.driver import main
from tests.protocols.answers import MDNS as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
