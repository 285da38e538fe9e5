import os

import pytest

from scanner.database.load import load
from tests.database.folder import DATA, copy


def kept(folder):
    return [path for path in folder.iterdir() if path.suffix == ".msgpack"]


def same(one, other):
    names = (
        "version",
        "fields",
        "sets",
        "sources",
        "signatures",
        "companies",
        "brands",
        "product_lines",
        "relations",
        "measures",
    )
    return all(getattr(one, name) == getattr(other, name) for name in names)


def test_the_cache_gives_back_what_was_parsed(tmp_path):
    parsed = load(DATA, cache=tmp_path)
    (path,) = kept(tmp_path)
    before = path.stat().st_mtime_ns
    assert same(load(DATA, cache=tmp_path), parsed)
    assert path.stat().st_mtime_ns == before


def test_the_cache_follows_every_change(tmp_path):
    root, cache = copy(tmp_path), tmp_path / "cache"
    first = load(root, cache=cache)
    path = root / "sources.toml"
    path.write_text(path.read_text().replace("Acme manual", "The manual!"))
    second = load(root, cache=cache)
    assert second.sources["acme-manual"].title == "The manual!"
    assert second.version != first.version
    (root / "signatures" / "borg.toml").unlink()
    assert "borg-http-server" not in load(root, cache=cache).origins
    assert len(kept(cache)) == 1


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"\xc1\xff", b"\x82\xa5stamp\xa0\xa4rows\x90"])
def test_a_broken_cache_is_replaced(tmp_path, garbage):
    parsed = load(DATA, cache=tmp_path)
    (path,) = kept(tmp_path)
    good = path.read_bytes()
    path.write_bytes(garbage)
    assert same(load(DATA, cache=tmp_path), parsed)
    assert path.read_bytes() == good


def test_a_cache_that_somebody_else_wrote_is_not_trusted(tmp_path, monkeypatch):
    load(DATA, cache=tmp_path)
    (path,) = kept(tmp_path)
    inode = path.stat().st_ino
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    load(DATA, cache=tmp_path)
    assert path.stat().st_ino != inode


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").touch()
    assert load(DATA, cache=tmp_path / "file" / "cache").signatures


def test_nothing_is_left_beside_the_cache(tmp_path):
    load(DATA, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
