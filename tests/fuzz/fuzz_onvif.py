"""Whatever bytes a device service sends, decode yields facts of the declared fields or raises Malformed, never anything else."""

from __future__ import annotations

from scanner.protocols.onvif import SPEC
from tests.fuzz.driver import main
from tests.protocols.answers import ONVIF as SEEDS

if __name__ == "__main__":
    main(SPEC, SEEDS)
