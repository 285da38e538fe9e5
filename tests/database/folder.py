"""A small data folder that tests copy, change and load."""

from pathlib import Path
from shutil import copytree

DATA = Path(__file__).parent / "data" / "fingerprints"


def copy(tmp_path: Path, *changes: tuple[str, str, str]) -> Path:
    """Copy the folder; each change is (file, old text, new text)."""
    root = tmp_path / "fingerprints"
    copytree(DATA, root)
    for file, old, new in changes:
        path = root / file
        text = path.read_text("utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), "utf-8")
    return root
