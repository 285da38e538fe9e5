from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.database.load import load, shipped
from scanner.database.registry import KEY_DIGITS, Block, Registry, kind, spelling
from tests.database.folder import DATA


@pytest.fixture(scope="module")
def small():
    return load(DATA, cache=Path("/dev/null")).registry


@pytest.fixture(scope="module")
def full():
    return Registry.open(shipped() / "oui" / "registry.tsv")


@pytest.mark.parametrize(
    ("mac", "block"),
    [
        ("58:50:ed:1f:e3:85", Block("5850ED", 24, "Acme Coltd", "acme")),
        ("5850ED1FE385", Block("5850ED", 24, "Acme Coltd", "acme")),
        ("00:10:aa:01:02:03", Block("0010AA0", 28, "Acme Co., Ltd.", "acme")),
        ("00:10:aa:f0:02:03", Block("0010AAF", 28, "Borg Inc", "borg")),
        ("00:10:aa:f1:23:45", Block("0010AAF12", 36, "Acme Co.,Ltd", "acme")),
        ("00:10:aa:50:00:00", Block("0010AA", 24, "IEEE Registration Authority", None)),
        ("fc:fc:fc:ff:ff:ff", Block("FCFCFC", 24, "Private", None)),
        ("fc:fc:fd:00:00:00", None),
        ("00:00:00:00:00:00", None),
        ("not an address", None),
    ],
)
def test_the_most_specific_block_is_found(small, mac, block):
    assert small.find(mac) == block


def test_blocks_are_in_order_and_each_is_found(small):
    blocks = list(small.blocks())
    assert [block.prefix for block in blocks] == ["0010AA", "0010AA0", "0010AAF", "0010AAF12", "5850ED", "FCFCFC"]
    for block in blocks[1:]:
        assert small.find(f"{block.prefix:0<12}") == block


def test_a_missing_or_empty_file_knows_no_block(tmp_path):
    (tmp_path / "empty").touch()
    for name in ("missing", "empty"):
        registry = Registry.open(tmp_path / name)
        assert registry.find("58:50:ed:1f:e3:85") is None
        assert list(registry.blocks()) == []


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(0, 2**24 - 1), st.text("abc ", max_size=12), max_size=30), st.integers(0, 2**24 - 1))
def test_binary_search_finds_what_a_dictionary_finds(blocks, other):
    lines = sorted(f"{f'{prefix:06X}':0<{KEY_DIGITS}}\t24\t{name}" for prefix, name in blocks.items())
    registry = Registry("\n".join(["# head", *lines, ""]).encode())
    for prefix in (*blocks, other):
        block = registry.find(f"{prefix:06x}123456")
        assert (block and block.registrant) == blocks.get(prefix)


@pytest.mark.parametrize(
    ("mac", "expected"),
    [
        ("58:50:ed:1f:e3:85", "universal"),
        ("00:50:56:00:00:01", "virtual"),
        ("00:0c:29:00:00:01", "virtual"),
        ("00:05:69:00:00:01", "virtual"),
        ("00:16:3e:00:00:01", "virtual"),
        ("52:54:00:00:00:01", "virtual"),
        ("00:15:5d:00:00:01", "virtual"),
        ("08:00:27:00:00:01", "virtual"),
        ("02:42:ac:11:00:02", "virtual"),
        ("00:1c:42:00:00:01", "virtual"),
        ("5a:50:ed:1f:e3:85", "local"),
        ("01:00:5e:7f:ff:fa", "multicast"),
        ("33:33:00:00:00:01", "multicast"),
        ("ff:ff:ff:ff:ff:ff", "multicast"),
        ("0050.5600.0001", "virtual"),
        ("5850ED1FE385", "universal"),
        ("nonsense", None),
        ("", None),
    ],
)
def test_kinds_of_address(mac, expected):
    assert kind(mac) == expected


def test_addresses_that_prove_nothing_have_no_block(tmp_path):
    database = load(DATA, cache=tmp_path)
    assert database.block_of("58:50:ed:1f:e3:85") == Block("5850ED", 24, "Acme Coltd", "acme")
    assert database.block_of("5a:50:ed:1f:e3:85") is None
    assert database.block_of("02:42:ac:11:00:02") is None


def test_one_registrant_has_many_spellings():
    spellings = [
        "Zhejiang Dahua Technologyco.,Ltd",
        "ZHEJIANG DAHUA TECHNOLOGY CO., LTD.",
        "Zhejiang Dahua Technology Co Ltd",
    ]
    assert {spelling(name) for name in spellings} == {"zhejiangdahuatechnologycoltd"}


# What the IEEE registry (standards-oui.ieee.org, public) says of blocks that findings hang on.
HIKVISION = """
00BC99 040312 04EECD 083BC1 085411 08A189 08CC81 0C75D2 1012FB 1868CB 188025 240F9B 2428FD 2432AE 244845 2857BE 2CA59C
340962 3C1BF8 40ACBF 40B570 4419B6 4447CC 44A642 48785B 4C1F86 4C62DF 4CBD8F 4CF5DC 50E538 548C81 54C415 5803FB 5850ED
5C345B 64DB8B 686DBC 743FC2 80489F 807C62 80BEAF 80F5AE 849459 849A40 88DE39 8C22D2 8CE748 94E1AC 988B0A 989DE5 98DF82
98F112 A0FF0C A41437 A42902 A44BD9 A4A459 A4D5C2 ACB92F ACCB51 B4A382 BC5E33 BC9B5E BCAD28 BCBAC2 C0517E C056E3 C06DED
C42F90 C8A702 CC13F3 D4E853 DC07F8 DCD26A E0BAAD E0CA3C E0DF13 E4D58B E8A0ED ECA971 ECC89C F84DFC FC9FFD
"""
EZVIZ = "0CA64C 20BBBC 34C6DD 54D60D 588FCF 64244D 64F2FB 78A6A0 78C1AE 94EC13 AC1C26 EC97E0 F47018 FC2422"
DAHUA = """
08EDED 14A78B 24526A 30DDAA 38AF29 3CE36B 3CEF8C 407AA4 4C11BF 4C99E8 5CF51A 64FD29 6C1C71 74C929 8CE9B4 9002A9 98F9CC
9C1463 A0BD1D B44C3B BC325F C0395A C4AAC4 D4430E E02EFE E0508B E4246C F4B1C2 F8CE07 FC5F49 FCB69D
"""
INTELBRAS = """
001A3F 180D2C 24FD0D 30E1F1 443B32 4851CF 546CAC 54BAD9 58108C 808544 808FE8 982A0A 98E55B AC1EA9 B87EE5 CC8130 D8365F
D8778B
"""
REGISTRANTS = {
    "Hangzhou Hikvision Digital Technology Co.,Ltd.": HIKVISION,
    "Hangzhou Ezviz Software Co.,Ltd.": EZVIZ,
    "Hangzhou Hikrobot Technology Co., Ltd.": "34BD20 B0B3536",
    "Prama Hikvision India Private Limited": "24B105 BC2978",
    "Prama India Private Limited": "E428A4",
    "Pyronix Ltd": "0019EB",
    "Zhejiang Dahua Technology Co., Ltd.": DAHUA,
    "Zhejiang Dahua Zhilian Co.,Ltd": "202C05 A8CA87",
    "Hangzhou Huacheng Network Technology Co.,Ltd": "00D98B 1C4D89 302450 906A94 A83162 AC3DFA",
    "Zhejiang HuaRay Technology Co.,Ltd": "302FAC",
    "Intelbras": INTELBRAS,
    "Lorex Technology Inc.": "001F54",
    "Amcrest Technologies": "00651E 3446632 9C8ECD A06032",
    "CP PLUS GMBH & CO. KG": "140708",
    "IC Realtime LLC": "20DE88",
    "Aditya Infotech Ltd.": "2818FD 5C3548 F0F95D F82097",
    "NSS Sp. z o.o.": "38C4E8",
    "Digimerge Technology Inc": "40D855022",
    "KBVISION GROUP": "B436E3",
}
KNOWN = [(prefix, name) for name, prefixes in REGISTRANTS.items() for prefix in prefixes.split()]


def test_the_known_blocks_are_all_written_down():
    assert [len(text.split()) for text in (HIKVISION, EZVIZ, DAHUA, INTELBRAS)] == [83, 14, 31, 18]
    assert len(KNOWN) == 103 + 72


@pytest.mark.parametrize(("prefix", "registrant"), KNOWN, ids=[prefix for prefix, _ in KNOWN])
def test_known_blocks(full, prefix, registrant):
    block = full.find(f"{prefix:1<12}")
    assert block is not None
    assert (block.prefix, block.bits) == (prefix, len(prefix) * 4)
    assert spelling(block.registrant) == spelling(registrant)


@pytest.mark.parametrize(
    ("mac", "bits", "registrant"),
    [
        ("b0:b3:53:61:00:00", 28, "Hangzhou Hikrobot Technology Co., Ltd."),
        ("34:46:63:2f:00:00", 28, "Amcrest Technologies"),
        ("40:d8:55:02:2f:00", 36, "Digimerge Technology Inc"),
    ],
)
def test_small_blocks_go_before_the_block_they_are_cut_from(full, mac, bits, registrant):
    block = full.find(mac)
    assert (block.bits, block.registrant) == (bits, registrant)
    assert full.find(mac[:8] + ":ee:ee:ee") != block


def test_a_block_cut_from_70b3d5_is_found(full):
    block = full.find("70:b3:d5:0a:e1:23")
    assert (block.prefix, block.bits) == ("70B3D50AE", 36)


def test_the_shipped_registry_is_whole_and_sorted(full):
    text = (shipped() / "oui" / "registry.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == sorted(set(lines))
    counts = {bits: sum(f"\t{bits}\t" in line for line in lines) for bits in (24, 28, 36)}
    assert counts[24] > 40_000
    assert counts[28] > 6_500
    assert counts[36] > 11_000
    blocks = list(full.blocks())
    assert len(blocks) == len(lines)
    assert not [
        block for block in blocks if "&amp;" in block.registrant or block.registrant != block.registrant.strip()
    ]
    whole = {block.prefix for block in blocks}
    for block in blocks[::40]:
        inside = f"{block.prefix:F<12}"
        if not {inside[:7], inside[:9]} & (whole - {block.prefix}):
            assert full.find(inside) == block
