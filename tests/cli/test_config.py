import os

import pytest

from scanner.cli import main as main_module
from scanner.cli.config import load_config, settings, sinks
from scanner.cli.main import main


@pytest.fixture
def config(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("COVEREDSCAN_CONFIG", str(path))
    monkeypatch.delenv("COVEREDSCAN_DB", raising=False)
    yield path
    os.environ.pop("COVEREDSCAN_DB", None)


def shown(capfd):
    assert main(["config", "show"]) == 0
    lines = capfd.readouterr().out.splitlines()
    return {line.partition(" = ")[0]: line.partition(" = ")[2] for line in lines if " = " in line}


def test_file_then_environment_then_flags(config, capfd, monkeypatch):
    config.write_text('[scan]\nrate = 50\ntimeout = 2.5\npolicy = "all"\nexclude = ["10.0.0.1", "10.0.0.2"]\n')
    monkeypatch.setenv("COVEREDSCAN_SCAN_TIMEOUT", "4")
    told = shown(capfd)
    assert told["rate"] == "50.0  # file"
    assert told["timeout"] == "4.0  # environment"
    assert told["gone-after"] == "3  # default"
    assert "10.0.0.2" in told["exclude"]
    config.write_text("[scan]\nrate = 0\n")
    assert main(["scan", "127.0.0.1", "--no-store"]) == 2
    assert "rate must be above zero" in capfd.readouterr().err
    assert main(["scan", "127.0.0.1", "--no-store", "--rate", "5", "--engine", "zmap"]) == 2
    assert "--engine zmap" in capfd.readouterr().err, "the flag outweighs the file"


def test_the_store_for_all_commands(config, tmp_path, capfd, monkeypatch):
    config.write_text(f'db = "{tmp_path / "a.sqlite3"}"\n')
    assert main(["db", "check"]) == 0
    assert "a.sqlite3: sound" in capfd.readouterr().out
    monkeypatch.setenv("COVEREDSCAN_DB", str(tmp_path / "b.sqlite3"))
    assert main(["db", "check"]) == 0
    assert "b.sqlite3: sound" in capfd.readouterr().out
    assert main(["db", "check", "--db", str(tmp_path / "c.sqlite3")]) == 0
    assert "c.sqlite3: sound" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[scan]\nwarp = 5\n", "[scan] warp: the command has no such option"),
        ("[scam]\nrate = 5\n", "scam: no command of that name"),
        ("scan = 5\n", "scan: no command of that name"),
        ("[scan\n", "Expected"),
        ('[sink.soc]\nkind = "pager"\n', "[sink.soc]"),
    ],
)
def test_mistakes_are_told_in_one_line(config, capfd, text, says):
    config.write_text(text)
    assert main(["config", "show"]) == 2
    told = capfd.readouterr().err
    assert says in told
    assert str(config) in told
    assert told.count("\n") == 1
    assert main(["--help"]) == 0, "help works whatever the file says"


def test_a_file_that_is_named_must_be_there(config, capfd):
    assert main(["config", "show"]) == 2
    assert "no such configuration file" in capfd.readouterr().err


def test_without_a_file_there_is_nothing(monkeypatch, tmp_path):
    monkeypatch.delenv("COVEREDSCAN_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load_config() == {}
    assert sinks() == {}
    assert settings(main_module.program())["default_map"] == {}


def test_sinks_are_named_and_secrets_are_not(config, capfd, monkeypatch):
    monkeypatch.setenv("SOC_SECRET", "hush")
    config.write_text('[sink.soc]\nkind = "webhook"\nurl = "https://soc.example/"\nsecret_env = "SOC_SECRET"\n')
    assert main(["config", "show"]) == 0
    text = capfd.readouterr().out
    assert "# sink soc: webhook" in text
    assert "hush" not in text
    assert list(sinks()) == ["soc"]


def test_no_such_command(config, capfd):
    config.write_text("")
    assert main(["config", "show", "nothing"]) == 2
