"""What a scan asks, and how gently: its options, and the request they make."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import Failure

if TYPE_CHECKING:
    from scanner.engine.request import Request


@dataclass(frozen=True)
class Asking:
    """The options of ``scan`` that say what is asked of whom."""

    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="TARGET…", help="Address, CIDR, range, hostname, IPv6, interface, or local."),
    ] = None
    input_list: Annotated[
        list[str] | None, typer.Option("-iL", "--targets", metavar="FILE", help="Read targets from a file; - is stdin.")
    ] = None
    ports: Annotated[
        str, typer.Option("-p", "--ports", metavar="LIST", help="TCP ports, such as 80,443,8000-8010 or camera,9999.")
    ] = "camera"
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="TARGETS", help="Never contact these; absolute.")
    ] = None
    exclude_file: Annotated[
        list[str] | None, typer.Option("--exclude-file", metavar="FILE", help="Never contact what this file lists.")
    ] = None
    allow_public: Annotated[bool, typer.Option("--allow-public", help="Also scan public address space.")] = False
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask about a very large scope.")] = False
    engine: Annotated[
        str, typer.Option("--engine", metavar="builtin|raw|nmap", help="Who finds open ports; raw needs root.")
    ] = "builtin"
    interface: Annotated[
        list[str] | None, typer.Option("-i", "--interface", metavar="NAME", help="Ask groups on this interface only.")
    ] = None
    discovery: Annotated[
        str, typer.Option("--discovery", metavar="NAMES", help="Discovery protocols: all, none, or ws_discovery,arp,….")
    ] = "all"
    speed: Annotated[
        str, typer.Option("--speed", metavar="gentle|normal|fast", help="What may be asked of net, subnet and device.")
    ] = "gentle"
    rate: Annotated[
        float | None, typer.Option("--rate", metavar="N", help="Questions a second, in all, instead of the speed's.")
    ] = None
    shard: Annotated[
        str, typer.Option("--shard", metavar="I/N", help="Take part I of N of the targets; run the others elsewhere.")
    ] = "1/1"
    sample: Annotated[
        bool, typer.Option("--sample", help="Ask a few of each /24 first, with --engine raw; empty ones no more.")
    ] = False
    dns: Annotated[
        bool, typer.Option("--dns", help="Ask the system's name servers, outside the scope, what devices are called.")
    ] = False
    timeout: Annotated[float, typer.Option("--timeout", metavar="S", help="Seconds to wait for a connection.")] = 3.0
    credentials: Annotated[
        Path | None, typer.Option("--credentials", metavar="FILE", help="TOML: accounts for ONVIF and SNMP reads.")
    ] = None

    @property
    def named(self) -> tuple[str, ...]:
        """The targets and target files, as a scan is listed with them."""
        return (*(self.targets or ()), *(self.input_list or ()))

    def request(self) -> Request:
        """Return what the engine is asked; Failure, which names the option, when one is off."""
        from scanner.engine.credentials import CredentialError, Credentials, load
        from scanner.engine.ports import PortError, parse
        from scanner.engine.request import Request
        from scanner.engine.speeds import SPEEDS
        from scanner.transports.limits import Limits

        if self.engine not in {"builtin", "raw", "nmap"}:
            raise Failure(f"--engine {self.engine}: there is none of that name; use builtin, raw or nmap")
        if self.engine == "raw":
            need_privilege()
        if self.speed not in SPEEDS:
            raise Failure(f"--speed {self.speed}: there is none of that name; use {', '.join(SPEEDS)}")
        if self.rate is not None and not self.rate > 0:
            raise Failure(f"--rate {self.rate:g}: rate must be above zero")
        if self.timeout <= 0:
            raise Failure(f"--timeout {self.timeout:g}: must be above zero")
        speed = SPEEDS[self.speed]
        try:
            accounts = load(self.credentials) if self.credentials is not None else Credentials()
            for warning in accounts.warnings:
                sys.stderr.write(f"coveredscan: {warning}\n")
            return Request(
                targets=tuple(self.targets or ()),
                files=tuple(self.input_list or ()),
                exclude=tuple(self.exclude or ()),
                exclude_files=tuple(self.exclude_file or ()),
                ports=parse(self.ports),
                engine="nmap" if self.engine == "nmap" else "raw" if self.engine == "raw" else "builtin",
                allow_public=self.allow_public,
                rate=speed.rate if self.rate is None else self.rate,
                subnet_rate=speed.per_subnet,
                host_rate=speed.per_host,
                shard=_shard(self.shard),
                sample=self.sample,
                limits=Limits(connect=self.timeout),
                interfaces=tuple(self.interface or ()),
                discovery=_discoveries(self.discovery),
                dns=self.dns,
                credentials=accounts,
            )
        except PortError as error:
            raise Failure(f"--ports: {error}") from error
        except (CredentialError, ValueError) as error:
            raise Failure(str(error)) from error


def need_privilege() -> None:
    """Failure unless this process may send frames of its own."""
    from scanner.transports.privilege import privileged

    if not privileged():
        raise Failure("--engine raw: needs root or CAP_NET_RAW; builtin needs neither")


def _shard(text: str) -> tuple[int, int]:
    number, slash, parts = text.partition("/")
    if not (slash and number.isdecimal() and parts.isdecimal() and 1 <= int(number) <= int(parts)):
        raise Failure(f"--shard {text}: write the part and how many there are, as 2/4")
    return int(number), int(parts)


def _discoveries(text: str) -> tuple[str, ...] | None:
    from scanner.model.dialogue import DatagramSpec, NameSpec
    from scanner.protocols import ALL

    if text == "all":
        return None
    wanted = () if text == "none" else tuple(text.split(","))
    known = ["arp", "ndp", *(spec.name for spec in ALL if isinstance(spec, DatagramSpec | NameSpec))]
    for name in wanted:
        if name not in known:
            raise Failure(f"--discovery {name}: there is none of that name; use all, none, or of {', '.join(known)}")
    return wanted
