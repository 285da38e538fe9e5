"""Whatever bytes a TLS server sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.tls import SPEC
from tests.fuzz.driver import main
from tests.protocols.answers import TLS as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
