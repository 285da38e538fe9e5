"""What the README shows is what the program prints; a line that is only "…" stands for lines left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import CAMERA

ROOT = Path(__file__).parents[2]
CHANGES_WITH_THE_DATA = re.compile(r"\d{4}-\d\d-\d\d\.[0-9a-f]{8}|checked \d{4}-\d\d-\d\d|\d+ more\b")
BLOCKS = re.findall(
    r"^```\n\$ coveredscan ([^\n|]+)\n(.+?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE
)


def words_of(text: str) -> str:
    """The text whatever the width it was printed at, without what every change of the data changes."""
    return " ".join(CHANGES_WITH_THE_DATA.sub("", text).split())


def is_shown(shown: str, real: str) -> bool:
    """True when ``shown`` is ``real`` but for what a line of "…" leaves out."""
    parts = [re.escape(words_of(part)) for part in re.split(r"^\s*…\s*$", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"\s*.*?\s*".join(parts), words_of(real)) is not None


@pytest.mark.process
@pytest.mark.parametrize(("words", "shown"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_what_is_shown_is_what_is_printed(command, tmp_path, words, shown):
    (tmp_path / "camera.jsonl").write_bytes(CAMERA)
    done = command(*(str(tmp_path / word) if word == "camera.jsonl" else word for word in words.split()))
    assert done.returncode == 0, done.stderr
    real = done.stdout.decode()
    assert is_shown(shown, real), real


def test_lines_left_out_are_left_out_only_where_it_says_so():
    assert is_shown("a\n…\nc", "a\nb\nc")
    assert is_shown("a b\n  …\n", "a\nb\nc")
    assert not is_shown("a\nc", "a\nb\nc")
    assert not is_shown("a\n…\nd", "a\nb\nc")
    assert len(BLOCKS) >= 4
