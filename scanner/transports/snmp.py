"""SNMP through pysnmp: reads, and nothing else, with the community or user that the operator gave for the device.

No MIB is loaded from anywhere: objects are asked for by number, and what they mean is told by
``scanner.protocols.snmp``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from scanner.model.dialogue import Malformed
from scanner.model.permitted import Permitted
from scanner.protocols import snmp as protocol
from scanner.transports.exchange import Exchange
from scanner.transports.gate import Gate
from scanner.transports.limits import Limits
from scanner.transports.stream import Failed, locate

if TYPE_CHECKING:
    from pysnmp.entity.engine import SnmpEngine

Auth = Literal["md5", "sha", "sha224", "sha256", "sha384", "sha512"]
Privacy = Literal["des", "3des", "aes", "aes192", "aes256"]

_AUTH: Final[dict[Auth, str]] = {
    "md5": "USM_AUTH_HMAC96_MD5",
    "sha": "USM_AUTH_HMAC96_SHA",
    "sha224": "USM_AUTH_HMAC128_SHA224",
    "sha256": "USM_AUTH_HMAC192_SHA256",
    "sha384": "USM_AUTH_HMAC256_SHA384",
    "sha512": "USM_AUTH_HMAC384_SHA512",
}
_PRIVACY: Final[dict[Privacy, str]] = {
    "des": "USM_PRIV_CBC56_DES",
    "3des": "USM_PRIV_CBC168_3DES",
    "aes": "USM_PRIV_CFB128_AES",
    "aes192": "USM_PRIV_CFB192_AES",
    "aes256": "USM_PRIV_CFB256_AES",
}

PORT: Final = 161
FIRST_REPEATS: Final = 2
"""Retransmissions of the first question: a device that does not know the community is silent to every one of them,
and may tell its manager of each."""
REPEATS: Final = 5
"""Retransmissions once the device has answered: with three of ten datagrams lost each way all but one read of fifty
still comes to its end."""
TOGETHER: Final = 7
"""Objects of one question: the answer must fit the smallest datagram that agents may be limited to, 484 bytes."""
ROWS: Final = 20
"""Rows asked for at a time: some 800 bytes."""
MAX_ROWS: Final = 32_768
"""Rows of one table: a campus core has some ten thousand."""
MAX_SECONDS: Final = 120.0
"""Seconds of one device: a slow switch gives some hundred rows a second."""


class Community(msgspec.Struct, frozen=True):
    """SNMP v2c."""

    name: str

    def __repr__(self) -> str:
        return "Community(***)"


class User(msgspec.Struct, frozen=True):
    """SNMP v3 (USM); without ``auth`` neither authenticated nor encrypted, without ``privacy`` not encrypted."""

    name: str
    auth: Auth | None = None
    auth_password: str = ""
    privacy: Privacy | None = None
    privacy_password: str = ""

    def __repr__(self) -> str:
        return f"User({self.name!r}, {self.auth!r}, ***, {self.privacy!r}, ***)"


async def read(endpoint: Permitted, account: Community | User, limits: Limits, gate: Gate | None = None) -> Exchange:
    """Read what the device tells of itself and all its tables of neighbours.

    Each question waits until ``gate`` lets it pass, and so does each of its repetitions, ``limits.quiet`` seconds apart
    at least. The transcript is the recording that ``protocols.snmp`` decodes. ``answered`` with a reason: a table was
    not read to its end. ``timed-out``: nobody there, or the community is not known; ``refused``: the user is not, or
    may not.
    """
    lines: list[bytes] = []
    try:
        async with asyncio.timeout(MAX_SECONDS):
            reader = await _Reader.open(endpoint, account, limits, gate)
            try:
                await _read_all(reader, lines)
                kept, reason = lines, None
            finally:
                reader.close()
    except Failed as failed:
        kept, reason = lines, failed.reason
        if not lines:
            return Exchange((), failed.kind, reason)
    except TimeoutError:
        kept, reason = lines, f"more than {MAX_SECONDS:.0f} seconds"
        if not lines:
            return Exchange((), "timed-out", reason)
    recording = b"\n".join(kept)
    try:
        return Exchange(tuple(protocol.decode(recording)), "answered", reason, recording)
    except Malformed as malformed:
        return Exchange((), "malformed", str(malformed), recording)


async def _read_all(reader: _Reader, lines: list[bytes]) -> None:
    """Add the objects to ``lines`` as they come; raises Failed, with a reason, when they do not all come."""
    system = await reader.get(protocol.SYSTEM, FIRST_REPEATS)
    # An agent that has not even a description has still answered.
    lines += system or [b"1.3.6.1.2.1.1.1.0|4|"]
    for start in range(0, len(protocol.OBJECTS), TOGETHER):
        lines += await reader.get(protocol.OBJECTS[start : start + TOGETHER], REPEATS)
    cut = ""
    for column in protocol.TABLES:
        rows, whole = await reader.walk(column)
        lines += rows
        cut = cut if whole else f"more than {MAX_ROWS:,} rows in one table"
    if cut:
        raise Failed("answered", cut)


class _Reader:
    """One device, one account. Speaks through an engine of its own, so that no secret outlives the reading."""

    def __init__(self, engine: SnmpEngine, account: Any, target: Any, address: str, gate: Gate | None) -> None:
        self._engine = engine
        self._account = account
        self._target = target
        self._address = address
        self._gate = gate

    @classmethod
    async def open(cls, endpoint: Permitted, account: Community | User, limits: Limits, gate: Gate | None) -> _Reader:
        from pysnmp.hlapi.v3arch import asyncio as pysnmp  # noqa: PLC0415 - few scans read by SNMP

        _, address = locate(endpoint)
        six = len(address) > 2  # noqa: PLR2004 - (host, port) of IPv4
        kind = pysnmp.Udp6TransportTarget if six else pysnmp.UdpTransportTarget
        target = await kind.create((endpoint.address, address[1]), timeout=limits.quiet, retries=0)
        return cls(_build_engine(), _identify(account), target, endpoint.address, gate)

    def close(self) -> None:
        self._engine.close_dispatcher()

    async def get(self, oids: Iterable[str], repeats: int) -> list[bytes]:
        """Return the lines of those objects that the device has."""
        from pysnmp.hlapi.v3arch.asyncio import get_cmd  # noqa: PLC0415 - as above

        return [line for _, line in await self._ask(get_cmd, oids, repeats) if line]

    async def walk(self, column: str) -> tuple[list[bytes], bool]:
        """Return the lines of a column, and whether it was read to its end."""
        from pysnmp.hlapi.v3arch.asyncio import bulk_cmd  # noqa: PLC0415 - as above

        lines: list[bytes] = []
        last = tuple(map(int, column.split(".")))
        within = last
        while len(lines) < MAX_ROWS:
            answer = await self._ask(bulk_cmd, [".".join(map(str, last))], REPEATS, 0, ROWS)
            for oid, line in answer:
                # A device that goes back in its table would otherwise be walked for ever.
                if line is None or oid[: len(within)] != within or oid <= last:
                    return lines, True
                last = oid
                lines.append(line)
            if not answer:
                return lines, True
        return lines, False

    async def _ask(
        self, command: Any, oids: Iterable[str], repeats: int, *numbers: int
    ) -> list[tuple[tuple[int, ...], bytes | None]]:
        from pysnmp.hlapi.v3arch.asyncio import ContextData, ObjectIdentity, ObjectType  # noqa: PLC0415 - as above
        from pysnmp.proto.errind import RequestTimedOut  # noqa: PLC0415 - as above

        problem: Any = None
        status: Any = 0
        found: Any = ()
        asked = [ObjectType(ObjectIdentity(oid)) for oid in oids]
        # Repeated here, not by the library, so that each repeat waits for its turn like any other question.
        for _ in range(1 + repeats):
            if self._gate is not None:
                await self._gate.enter(self._address)
            problem, status, _, found = await command(
                self._engine, self._account, self._target, ContextData(), *numbers, *asked, lookupMib=False
            )
            if not isinstance(problem, RequestTimedOut):
                break
        if problem is not None:
            raise _explain(problem)
        if int(status):
            raise Failed("refused", _phrase(status.prettyPrint()))
        return [(tuple(oid), _line(oid, value)) for oid, value in found]


def _build_engine() -> SnmpEngine:
    """Return an engine that passes over what it cannot read; pysnmp's own would have asyncio print a traceback."""
    from pysnmp.hlapi.v3arch.asyncio import SnmpEngine  # noqa: PLC0415 - as above
    from pysnmp.proto.rfc3412 import MsgAndPduDispatcher  # noqa: PLC0415 - as above

    class Dispatcher(MsgAndPduDispatcher):  # type: ignore[misc] # pysnmp is untyped
        def receive_message(self, *arguments: Any) -> None:
            with suppress(Exception):
                super().receive_message(*arguments)

    return SnmpEngine(msgAndPduDsp=Dispatcher())


def _identify(account: Community | User) -> Any:
    from pysnmp.hlapi.v3arch import asyncio as pysnmp  # noqa: PLC0415 - as above

    if isinstance(account, Community):
        return pysnmp.CommunityData(account.name, mpModel=1)  # noqa: S508 - what most switches speak, and the operator chose it
    auth = getattr(pysnmp, _AUTH[account.auth]) if account.auth else pysnmp.USM_AUTH_NONE
    privacy = getattr(pysnmp, _PRIVACY[account.privacy]) if account.privacy else pysnmp.USM_PRIV_NONE
    return pysnmp.UsmUserData(
        account.name,
        authKey=account.auth_password or None,
        privKey=account.privacy_password or None,
        authProtocol=auth,
        privProtocol=privacy,
    )


def _explain(problem: Any) -> Failed:
    """Return the outcome that pysnmp's error stands for."""
    from pysnmp.proto import errind  # noqa: PLC0415 - as above

    if isinstance(problem, errind.RequestTimedOut):
        return Failed("timed-out")
    security = (
        errind.AuthenticationFailure, errind.UnknownUserName, errind.WrongDigest, errind.UnsupportedSecurityLevel,
        errind.AuthenticationError, errind.DecryptionError,
    )  # fmt: skip
    return Failed("refused" if isinstance(problem, security) else "malformed", _phrase(str(problem)))


def _phrase(text: str) -> str:
    return text[:1].lower() + text[1:120]


def _line(oid: Any, value: Any) -> bytes | None:
    """Return an object's line in the recording; None for what the device does not have."""
    from pyasn1.type import univ  # noqa: PLC0415 - as above

    name = ".".join(map(str, oid)).encode()
    if isinstance(value, univ.Null):
        return None
    if isinstance(value, univ.OctetString):
        raw = value.asOctets()
        if raw.isascii() and raw.decode().isprintable():
            return b"%s|4|%s" % (name, raw)
        return b"%s|4x|%s" % (name, raw.hex().encode())
    if isinstance(value, univ.ObjectIdentifier):
        return b"%s|6|%s" % (name, ".".join(map(str, value)).encode())
    return b"%s|2|%d" % (name, int(value)) if isinstance(value, univ.Integer) else None
