"""Reports that can be shared: what tells this site, this network and this one device from others is replaced.

Addresses become addresses that no network uses, one subnet staying one subnet; hardware addresses keep their block;
serial numbers, names and endpoints become numbered words. The same is replaced by the same throughout one report.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import PurePath
from typing import Final

import msgspec

from scanner.model.finding import Evidence, Finding, Identification, Named, Summary
from scanner.reports.context import Context
from scanner.reports.identity import make_uuid
from scanner.reports.texts import change

NOTE: Final = (
    "Redacted: addresses, names, serial numbers and endpoints are replaced, each by the same throughout; hardware "
    "addresses are cut to their block."
)
MIN_SECRET: Final = 4
"""Characters of the shortest word that is looked for inside of texts: shorter ones are in too many others."""
_IPV4_SPACE: Final = 240 << 24
"""240.0.0.0/4, reserved and used nowhere (RFC 1112 4): nobody takes a replacement for a real address."""
_IPV6_SPACE: Final = 0x20010DB8 << 96
"""2001:db8::/32, for documentation (RFC 3849)."""
_MAC: Final = re.compile(
    r"(?<![0-9A-Za-z:-])((?:[0-9A-Fa-f]{2}([:-])){3})(?:[0-9A-Fa-f]{2}[:-]){2}[0-9A-Fa-f]{2}(?![0-9A-Za-z:-])"
)
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_IPV4: Final = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w]|\.\d)")
_IPV6: Final = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f]*:)([0-9A-Fa-f:]{2,39})(?:%[\w.-]+)?(?![\w:])")
_SERIAL: Final = re.compile(r"(?<![0-9A-Za-z])(?:(?=(?:[A-Za-z]*\d){6})[0-9A-Za-z]{8,}|[0-9A-Fa-f]{12})(?![0-9A-Za-z])")
"""What looks like a serial number inside of a text: at least eight letters and digits, six of them digits; or a
hardware address in one word."""
_PUBLIC: Final = re.compile(
    r"favicon|jarm|etag|firmware|version|model|device_type|sysobjectid|oid|registrant|header_names"
)
"""Fields whose long numbers are of a make or a model, never of one device."""
_NAMING: Final = frozenset(
    {"mdns.host", "mdns.instance", "dhcp.hostname", "name.dns", "name.llmnr", "name.netbios", "snmp.sysname"}
)
"""Fields whose values are what somebody called the device."""
_MARK: Final = 4
"""Characters that tell the numbered words of one report from those of another."""
_TEXT_SLOTS: Final = ("platform", "model", "original_model", "firmware", "serial", "manufactured")
"""Slots whose values are the device's own words, not names of ours."""
_WHOLE: Final = frozenset({"local"})
"""Targets that name nothing."""


def redact(findings: Iterable[Finding], context: Context, privacy: Mapping[str, str]) -> tuple[list[Finding], Context]:
    """Return findings and context with everything replaced that should not be shared.

    ``privacy`` says by field what redaction keeps, as ``fields.toml`` does. Observations are left out. Identities in
    the report are the report's own: they match those of no other.
    """
    listed = list(findings)
    redaction = _Redaction(context.summary.scan if context.summary else _mark(listed), privacy)
    for finding in listed:
        redaction.learn(finding)
    summary = redaction.summary(context.summary)
    told = context._replace(
        summary=summary,
        policy=PurePath(context.policy).name,
        notes=(*(redaction.text(note) for note in context.notes), NOTE),
        observations=(),
    )
    return [redaction.finding(finding, place) for place, finding in enumerate(listed)], told


class _Redaction:
    """What has been replaced so far, by what."""

    def __init__(self, scan: str, privacy: Mapping[str, str]) -> None:
        self._scan = scan
        self._privacy = privacy
        self._words: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._networks: dict[int, tuple[int, dict[int, int]]] = {}
        self._links: dict[int, tuple[int, dict[int, int]]] = {}

    def learn(self, finding: Finding) -> None:
        """Number what the finding holds, so that another finding that speaks of it says the same."""
        for kind, secret in self._secrets(finding):
            self._word(kind, secret)

    def finding(self, finding: Finding, place: int) -> Finding:
        """Return the finding, redacted: who made it and what it is stays."""
        found = {secret for _, secret in self._secrets(finding) if len(secret) >= MIN_SECRET}
        secrets = sorted(found, key=len, reverse=True)
        return msgspec.structs.replace(
            finding,
            host=self.text(finding.host),
            addresses=tuple(self.text(address) for address in finding.addresses),
            claimed=tuple(self.text(address) for address in finding.claimed),
            mac=self.text(finding.mac) if finding.mac else finding.mac,
            identification=self._identification(finding.identification, secrets),
            evidence=tuple(self._piece(piece, secrets) for piece in finding.evidence),
            endpoint=make_uuid("redacted", self._scan, str(place)),
        )

    def summary(self, summary: Summary | None) -> Summary | None:
        """Return the summary, redacted; its id stays."""
        if summary is None:
            return None
        for target in summary.targets:
            if target not in _WHOLE and not _IPV4.search(target) and not _IPV6.search(target):
                self._word("target", target)
        targets = tuple(self._words.get(target, self.text(target)) for target in summary.targets)
        secrets = [target for target in summary.targets if target in self._words and len(target) >= MIN_SECRET]
        coverage = change(summary.coverage, lambda text: self.text(text, secrets))
        errors = tuple(self.text(error, secrets) for error in summary.errors)
        policy = PurePath(summary.policy).name
        return msgspec.structs.replace(summary, targets=targets, coverage=coverage, errors=errors, policy=policy)

    def text(self, text: str, secrets: Sequence[str] = ()) -> str:
        """Return ``text`` with addresses, and each of ``secrets``, replaced."""
        if text in self._words:
            return self._words[text]
        if "-" in text:
            # Before the secrets: a hardware address is often the end of a UUID.
            text = _UUID.sub(lambda found: self._word("endpoint", found[0].lower()), text)
        for secret in secrets:
            if secret in text:
                text = text.replace(secret, self._words[secret])
        if ":" in text or "-" in text:
            text = _MAC.sub(lambda found: f"{found[1]}xx{found[2]}xx{found[2]}xx", text)
            text = _IPV6.sub(self._ipv6, text)
        return _IPV4.sub(self._ipv4, text) if "." in text else text

    def _identification(self, who: Identification, secrets: Sequence[str]) -> Identification:
        changed: dict[str, Named] = {}
        for slot in _TEXT_SLOTS:
            named = getattr(who, slot)
            if named is not None:
                changed[slot] = change(named, lambda text: self.text(text, secrets))
        if who.serial is not None:
            word = self._word("serial", who.serial.value)
            changed["serial"] = msgspec.structs.replace(changed["serial"], value=word, name=word)
        return msgspec.structs.replace(who, **changed)

    def _piece(self, piece: Evidence, secrets: Sequence[str]) -> Evidence:
        if self._privacy.get(piece.field, "keep") == "drop":
            value = self._word("value", piece.value)
        else:
            value = self.text(piece.value, secrets)
            if not _PUBLIC.search(piece.field):
                value = _SERIAL.sub(lambda found: self._word("serial", found[0]), value)
        says = self.text(piece.says, secrets) if piece.slot in _TEXT_SLOTS else piece.says
        reporter = self.text(piece.reporter) if piece.reporter else piece.reporter
        return msgspec.structs.replace(piece, value=value, says=says, reporter=reporter)

    def _secrets(self, finding: Finding) -> Iterator[tuple[str, str]]:
        """Yield (kind, text) of all that is to be replaced wherever the finding says it."""
        for label in (finding.host, *finding.addresses):
            if label and not _address(label):
                yield "host", label
        if finding.mac:
            digits = finding.mac.replace(":", "")
            yield "block", digits
            yield "block", digits.upper()
        serial = finding.identification.serial
        if serial is not None:
            for text in (serial.value, serial.name, *serial.rivals):
                yield "serial", text
        for piece in finding.evidence:
            if piece.slot == "serial" or piece.field.endswith(".serial"):
                yield "serial", piece.value if piece.field.endswith(".serial") else piece.says
            elif piece.field in _NAMING:
                yield "name", piece.value
            if piece.reporter and not _address(piece.reporter):
                yield "host", piece.reporter

    def _word(self, kind: str, secret: str) -> str:
        if not secret:
            return secret
        if kind == "block":
            return self._words.setdefault(secret, f"{secret[:6]}xxxxxx")
        if secret not in self._words:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            # The end of the scan's id keeps numbers of two reports apart where somebody brings both together.
            self._words[secret] = f"{kind}-{self._scan[-_MARK:]}-{self._counts[kind]}"
        return self._words[secret]

    def _ipv4(self, found: re.Match[str]) -> str:
        try:
            address = IPv4Address(found[1])
        except ValueError:
            return found[0]
        if address.is_multicast or address.is_unspecified or int(address) >= _IPV4_SPACE:
            return found[0]
        network, host = divmod(int(address), 256)
        place, hosts = self._networks.setdefault(network, (len(self._networks), {}))
        if host == 0 and found.string[found.end() : found.end() + 1] == "/":
            return str(IPv4Address(_IPV4_SPACE + place * 256))
        return str(IPv4Address(_IPV4_SPACE + place * 256 + hosts.setdefault(host, (len(hosts) + 1) % 256)))

    def _ipv6(self, found: re.Match[str]) -> str:
        try:
            address = IPv6Address(found[1])
        except ValueError:
            return found[0]
        network, host = divmod(int(address), 1 << 64)
        if address.is_multicast or address.is_unspecified or network >> 32 == _IPV6_SPACE >> 96:
            return found[0]
        place, hosts = self._links.setdefault(network, (len(self._links), {}))
        return str(IPv6Address(_IPV6_SPACE + (place << 64) + hosts.setdefault(host, len(hosts) + 1)))


def _mark(findings: Iterable[Finding]) -> str:
    """Return a few letters for findings without a scan: too few for anybody to find out the addresses by trying."""
    hosts = "\n".join(finding.host for finding in findings).encode("utf-8", "surrogatepass")
    return hashlib.sha256(hosts).hexdigest()[:_MARK]


def _address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return bool(_IPV4.match(text))
    return True
