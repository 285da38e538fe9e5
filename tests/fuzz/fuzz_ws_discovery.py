"""Whatever bytes a WS-Discovery responder sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.ws_discovery import SPEC
from tests.fuzz.driver import main
from tests.protocols.answers import WS_DISCOVERY as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
