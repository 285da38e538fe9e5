import sys

import pytest

from scanner.engine.credentials import MAX_FILE, CredentialError, load
from scanner.transports.snmp import Community, User

ENTRY = '[[credential]]\nfor = "{}"\nuser = "viewer"\n{}\n'

SNMP = "[[snmp]]\nfor = '10.0.0.1'\n{}\n"


def write(folder, text, mode=0o600):
    file = folder / "credentials.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_the_first_entry_for_an_address_counts(tmp_path):
    (tmp_path / "secret").write_text("from file\n")
    (tmp_path / "secret").chmod(0o600)
    text = ENTRY.format("10.0.0.5, 10.0.1.0/24", 'password_file = "secret"') + ENTRY.format(
        "10.0.0.0/24", 'password_env = "SECRET"'
    )
    found = load(write(tmp_path, text), {"SECRET": "from environment"})
    assert found.warnings == ()
    assert [entry.password for entry in found.entries] == ["from file", "from environment"]
    assert found.find("10.0.0.5") is found.find("10.0.1.9") is found.entries[0]
    assert found.find("10.0.0.6") is found.entries[1]
    assert found.find("10.0.2.1") is None
    assert found.find("camera") is None


def test_a_password_is_not_shown(tmp_path):
    found = load(write(tmp_path, ENTRY.format("10.0.0.5", 'password_env = "SECRET"')), {"SECRET": "hunter2"})
    assert "hunter2" not in repr(found)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_files_that_everybody_may_read_are_warned_of(tmp_path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0o644)
    found = load(write(tmp_path, ENTRY.format("10.0.0.5", 'password_file = "secret"'), 0o644))
    assert [line.partition(":")[0] for line in found.warnings] == [
        str(tmp_path / "credentials.toml"),
        str(tmp_path / "secret"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY.format("10.0.0.5", 'password = "x"'), "secrets are not kept here: write password_env or password_file"),
        (ENTRY.format("10.0.0.5", ""), "credential 1: give one of password_env and password_file"),
        (ENTRY.format("10.0.0.5", 'password_env = "A"\npassword_file = "b"'), "give one of"),
        (ENTRY.format("10.0.0.5", 'password_env = "UNSET"'), "variable UNSET is not set"),
        (ENTRY.format("10.0.0.5", 'password_file = "none"'), "none: cannot be read (named in"),
        (ENTRY.format("10.0.0.5/24", 'password_env = "A"'), "credential 1: for: 10.0.0.5/24: has host bits set"),
        (ENTRY.format("camera.example", 'password_env = "A"'), "names are not taken here"),
        (ENTRY.format("", 'password_env = "A"'), "no address given"),
        ("[[credential]]\nuser = 'x'\n", "missing required field `for`"),
        ("credential = 5", "Expected `array`"),
        ("[[credential", "is not TOML"),
        ("#" * (MAX_FILE + 1), "is larger than 1,048,576 bytes"),
    ],
)
def test_errors_are_one_line_that_names_file_and_remedy(tmp_path, text, message):
    with pytest.raises(CredentialError) as caught:
        load(write(tmp_path, text), {"A": "x"})
    assert message in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_binary_is_named(tmp_path):
    with pytest.raises(CredentialError, match=r"credentials\.toml: cannot be read: No such file"):
        load(tmp_path / "credentials.toml")
    (tmp_path / "credentials.toml").write_bytes(b"\xff")
    with pytest.raises(CredentialError, match="is not text in UTF-8"):
        load(tmp_path / "credentials.toml")


def test_snmp_accounts_are_read_and_not_shown(tmp_path):
    text = SNMP.format('version = "2c"\ncommunity_env = "C"') + (
        '[[snmp]]\nfor = "10.0.0.0/24"\nversion = "3"\nuser = "viewer"\nauth = "sha256"\nauth_password_env = "A"\n'
        'privacy = "aes"\nprivacy_password_env = "P"\n'
    )
    found = load(write(tmp_path, text), {"C": "hunter2", "A": "hunter22222", "P": "hunter33333"})
    assert found.find_snmp("10.0.0.1") == Community("hunter2")
    assert found.find_snmp("10.0.0.9") == User("viewer", "sha256", "hunter22222", "aes", "hunter33333")
    assert found.find_snmp("10.0.1.1") is found.find_snmp("switch") is None
    assert "hunter" not in repr(found)
