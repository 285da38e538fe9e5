"""The configuration: one TOML file, then the environment, then flags; ``config show`` tells which said what."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from scanner.cli.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.outbox.sinks import Sink

PREFIX = "COVEREDSCAN"
"""Of environment variables: ``COVEREDSCAN_SCAN_RATE`` is ``--rate`` of ``scan``."""
_SITE_FILE = Path("/etc/coveredscan/config.toml")
_OWN_TABLES = {"db", "sink", "retention"}

app = typer.Typer(help="Show the effective configuration.", no_args_is_help=True, rich_markup_mode=None)


def config_path() -> Path:
    """Return the file in use: what ``COVEREDSCAN_CONFIG`` names, else the user's, else the machine's."""
    import platformdirs

    named = os.environ.get(f"{PREFIX}_CONFIG")
    if named:
        return Path(named).expanduser()
    own = platformdirs.user_config_path("coveredscan", appauthor=False) / "config.toml"
    return own if own.exists() else _SITE_FILE


def load_config() -> dict[str, Any]:
    """Return the file's tables, nothing when there is no file; Failure when it cannot be read or understood."""
    import tomllib

    path = config_path()
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        if os.environ.get(f"{PREFIX}_CONFIG"):
            raise Failure(f"{path}: there is no such configuration file") from None
        return {}
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"{path}: {error}") from error


def defaults(config: Mapping[str, Any], command: Any) -> dict[str, Any]:
    """Return what the configuration says of each command's options, by parameter name; Failure for unknown ones."""
    found: dict[str, Any] = {}
    for name, table in config.items():
        if name in _OWN_TABLES:
            continue
        sub = getattr(command, "commands", {}).get(name)
        if sub is None or not isinstance(table, dict):
            raise Failure(f"{config_path()}: {name}: no command of that name")
        options = {option.lstrip("-"): each.name for each in sub.params for option in each.opts if option[:2] == "--"}
        for key in table:
            if key not in options:
                raise Failure(f"{config_path()}: [{name}] {key}: the command has no such option")
        found[name] = {options[key]: value for key, value in table.items()}
    return found


def settings(command: Any) -> dict[str, Any]:
    """Return what the command line is started with: defaults from the file, and the environment's prefix.

    ``db``, which all commands share, becomes ``COVEREDSCAN_DB`` unless that is set.
    """
    config = load_config()
    db = config.get("db")
    if db is not None:
        os.environ.setdefault(f"{PREFIX}_DB", str(db))
    return {"default_map": defaults(config, command), "auto_envvar_prefix": PREFIX}


def sinks() -> dict[str, Sink]:
    """Return who is told of changes; Failure when one cannot work."""
    table = load_config().get("sink")
    if not table:
        return {}
    from scanner.outbox.sinks import SinkError, parse

    try:
        return dict(parse(table))
    except SinkError as error:
        raise Failure(f"{config_path()}: {error}") from error


class Retention(NamedTuple):
    """How long scans are kept; None: for ever."""

    seconds: int | None = None
    scans: int | None = None


def retention() -> Retention:
    """Return the ``[retention]`` table: ``older-than = "400d"``, ``keep = 1000``; Failure when it is off."""
    from scanner.cli.duration import parse_duration

    table = load_config().get("retention", {})
    if not isinstance(table, dict) or not set(table) <= {"older-than", "keep"}:
        raise Failure(f"{config_path()}: [retention] has older-than and keep, nothing else")
    keep = table.get("keep")
    if keep is not None and (not isinstance(keep, int) or keep < 1):
        raise Failure(f"{config_path()}: [retention] keep: a number above zero")
    age = table.get("older-than")
    return Retention(None if age is None else parse_duration(str(age), "[retention] older-than"), keep)


@app.command("show")
def show(
    command: Annotated[str, typer.Argument(metavar="[COMMAND]", help="Whose options.")] = "scan",
) -> int:
    """Print the effective value of each option, and where it comes from."""
    from scanner.cli import main
    from scanner.reports.inert import terminal

    root = main.program()
    sub = getattr(root, "commands", {}).get(command)
    if sub is None:
        raise Failure(f"{command}: no command of that name")
    given = settings(root)
    parent = root.make_context("coveredscan", [command], **given)
    context = sub.make_context(command, [], parent=parent)
    path = config_path()
    state = "" if path.exists() else " (not there)"
    lines = [f"# file: {path}{state}"]
    for parameter in sub.params:
        if parameter.name not in context.params or not any(option.startswith("--") for option in parameter.opts):
            continue
        source = context.get_parameter_source(parameter.name)
        name = source.name if source is not None else ""
        origin = {"ENVIRONMENT": "environment", "DEFAULT_MAP": "file"}.get(name, "default")
        option = next(each for each in parameter.opts if each.startswith("--"))
        lines.append(f"{option.lstrip('-')} = {terminal(repr(context.params[parameter.name]))}  # {origin}")
    db = os.environ.get(f"{PREFIX}_DB")
    if db is not None:
        lines.append(f"# {PREFIX}_DB (environment, or db of the file) names the store")
    lines += [f"# sink {name}: {type(sink).__name__.lower()}" for name, sink in sinks().items()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
