"""Rules about the shape of the code that neither the type checker nor import-linter can hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path.relative_to(ROOT)
    for path in (ROOT / "scanner").rglob("*.py")
    if path.name != "__init__.py" and "fingerprints" not in path.parts
)
HEAVY = (
    "scapy",
    "zeep",
    "onvif",
    "httpx",
    "zeroconf",
    "pysnmp",
    "numpy",
    "nmap",
    "sqlalchemy",
    "jinja2",
    "re2",
    "cryptography",
    "starlette",
    "uvicorn",
)


def mirror_of(module: Path) -> Path:
    parts = module.parts[1:]
    return ROOT.joinpath("tests", *parts[:-1], f"test_{parts[-1]}")


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_its_test_file(module: Path):
    # Types and the version have no behaviour of their own: what uses them tests them.
    if module.parts[1] == "model" and "def " not in (ROOT / module).read_text(encoding="utf-8"):
        return
    if module.name == "version.py":
        return
    mirror = mirror_of(module)
    assert mirror.is_file(), f"{module} has no {mirror.relative_to(ROOT)}"
    assert "def test_" in mirror.read_text(encoding="utf-8")


@pytest.mark.process
def test_each_module_imports_alone():
    names = [".".join(module.with_suffix("").parts) for module in MODULES if module.name != "__main__.py"]
    # One clean interpreter forks once a module: each child has imported nothing of ours before.
    script = (
        "import os, sys\n"
        "for name in sys.argv[1:]:\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        try:\n"
        "            __import__(name)\n"
        "        except BaseException as error:\n"
        "            print(name, type(error).__name__, error, flush=True)\n"
        "        os._exit(0)\n"
        "    os.waitpid(child, 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *names], cwd=ROOT, capture_output=True, text=True, timeout=110, check=True
    )
    assert done.stdout == ""


def loaded_by(*arguments: str) -> set[str]:
    script = (
        "import sys\n"
        "from scanner.cli.main import main\n"
        f"main({list(arguments)!r})\n"
        "sys.stderr.write('\\n'.join(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    return set(done.stderr.split("\n"))


@pytest.mark.process
@pytest.mark.parametrize("arguments", [("--help",), ("scan", "--help"), ("--version",)])
def test_help_loads_nothing_heavy(arguments):
    loaded = loaded_by(*arguments)
    assert "typer" in loaded
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.process
def test_identify_loads_no_network_library(tmp_path: Path):
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    loaded = loaded_by("identify", str(empty))
    assert [name for name in ("scapy", "zeep", "onvif", "httpx", "zeroconf", "nmap") if name in loaded] == []


def test_the_shipped_text_speaks_of_the_product_alone():
    # Folders of build machines, and addresses that packages are downloaded from.
    banned = re.compile(r"/(?:work|farm|root)/|https?://(?:files|registry|index)\.[a-z.]+/|/simple/?[\"'\s]")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    offenders = []
    for name in filter(None, listed):
        path = ROOT / name
        if name == "tests/test_architecture.py" or not path.is_file() or path.stat().st_size > 1 << 20:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if banned.search(text):
            offenders.append(name)
    assert offenders == []
