"""Whatever bytes a recording holds, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.snmp import SPEC
from tests.fuzz.driver import main
from tests.protocols.recordings import ALL as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
