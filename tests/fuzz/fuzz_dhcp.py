"""Whatever bytes a DHCP client or server sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.dhcp import SPEC
from tests.fuzz.driver import main
from tests.protocols.dhcp_messages import MESSAGES as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
