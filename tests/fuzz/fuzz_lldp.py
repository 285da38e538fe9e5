"""Whatever bytes a device announces by LLDP, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.lldp import SPEC
from tests.fuzz.driver import main
from tests.protocols.announcements import LLDP as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
