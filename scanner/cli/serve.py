"""``coveredscan serve``: the dashboard."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.failure import EXIT_INTERNAL, Failure
from scanner.cli.judging import load_database, measures_of
from scanner.cli.options import Database_url, Fingerprints, Policy, Use

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


def serve(
    *,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: any free one.")] = 8889,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="TARGETS", help="What may be scanned from the dashboard (default: nothing)."),
    ] = None,
    allow_public: Annotated[bool, typer.Option("--allow-public", help="Of that, also public address space.")] = False,
    ports: Annotated[
        list[str] | None,
        typer.Option("--ports", "-p", metavar="LIST", help="Ports that can be chosen for a scan (default: two lists)."),
    ] = None,
    max_speed: Annotated[
        str, typer.Option("--max-speed", metavar="SPEED", help="Fastest speed that can be chosen for a scan.")
    ] = "normal",
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="Ask browsers for the token in this file.")
    ] = None,
    token_env: Annotated[
        str | None, typer.Option("--token-env", metavar="NAME", help="Ask for the token in this environment variable.")
    ] = None,
    proxy_header: Annotated[
        str | None,
        typer.Option("--trust-proxy-header", metavar="NAME", help="Header in which a reverse proxy names who came."),
    ] = None,
    proxies: Annotated[
        list[str] | None,
        typer.Option("--proxy", metavar="NETWORK", help="Where that proxy connects from (default: this machine)."),
    ] = None,
    names: Annotated[
        list[str] | None, typer.Option("--name", metavar="NAME", help="Another name browsers reach it under.")
    ] = None,
    policy: Policy = "us-federal",
    use: Use = None,
    db: Database_url = None,
    fingerprints: Fingerprints = None,
) -> int:
    """Show stored scans in a browser, and start scans of allowed targets."""
    from scanner.dashboard.listen import listen
    from scanner.dashboard.settings import LOOPBACK, Settings, SettingsError
    from scanner.store import StoreError

    try:
        settings = Settings(
            host=host,
            port=port,
            names=tuple(names or ()),
            token=_token(token_file, token_env),
            proxy_header=proxy_header,
            proxies=_networks(proxies) if proxies else LOOPBACK,
            allow=tuple(allow or ()),
            allow_public=allow_public,
            max_speed=max_speed,
            **({"ports": tuple(ports)} if ports else {}),
            policy=policy,
            use=tuple(use or ()),
        )
    except SettingsError as error:
        raise Failure(str(error)) from error
    database = load_database(fingerprints)
    try:
        listen(settings, database, measures_of(policy, database), db, _tell)
    except StoreError as error:
        raise Failure(str(error), EXIT_INTERNAL) from error
    except OSError as error:
        raise Failure(f"{host}:{port} cannot be listened on: {error.strerror}") from error
    return 0


def _tell(address: str) -> None:
    sys.stderr.write(f"coveredscan: the dashboard is at {address}; Ctrl-C ends it\n")
    sys.stderr.flush()


def _token(file: Path | None, variable: str | None) -> str | None:
    """Return the token; Failure when it was asked for and is not there: the dashboard must not stand open."""
    if file is not None and variable is not None:
        raise Failure("give either --token-file or --token-env")
    if file is not None:
        try:
            token = file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"--token-file {file}: cannot be read") from error
        if not token:
            raise Failure(f"--token-file {file}: is empty; `openssl rand -hex 32` makes a token")
        return token
    if variable is not None:
        token = os.environ.get(variable, "").strip()
        if not token:
            raise Failure(f"--token-env {variable}: no such variable, or it is empty")
        return token
    return None


def _networks(texts: list[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    from ipaddress import ip_network

    try:
        return tuple(ip_network(text) for text in texts)
    except ValueError as error:
        raise Failure(f"--proxy: {error}; give an address or network") from error
