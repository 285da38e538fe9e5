"""Short ways to write observations and claims in tests."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from scanner.model.finding import Claim
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.signature import Slot, Strength

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def seen(
    address: str,
    field: str,
    value: str,
    *,
    port: int | None = None,
    reporter: str | None = None,
    source: str = "test",
) -> Observation:
    return Observation(
        subject=Endpoint(address, "tcp" if port else None, port),
        field=Field(field),
        value=value,
        provenance=Provenance(source=source, reporter=reporter, observed_at=NOON),
    )


def claim(
    value: str,
    strength: Strength,
    group: str,
    *,
    slot: Slot = "manufacturer",
    reporter: str | None = None,
    because: tuple[str, ...] = (),
    refutes: bool = False,
) -> Claim:
    return Claim(
        slot=slot,
        value=value,
        strength=strength,
        group=group,
        signature=f"{value}-{group}",
        field=f"{group}.x",
        observed=f"what {group} says",
        reporter=reporter,
        because=because,
        refutes=refutes,
    )


STRENGTH = st.sampled_from(("weak", "moderate", "strong", "conclusive"))
GROUP = st.sampled_from(("web", "rtsp", "onvif", "tls", "hardware-address"))
CLAIMS = st.lists(
    st.builds(
        claim,
        st.sampled_from(("hikvision", "dahua", "axis")),
        STRENGTH,
        GROUP,
        reporter=st.sampled_from((None, None, "192.0.2.1")),
        refutes=st.sampled_from((False, False, False, True)),
    ),
    max_size=12,
)
