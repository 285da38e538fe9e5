import msgspec
import pytest

from scanner.ledger import spool as module
from scanner.ledger.spool import Spool
from tests.reports.samples import FINDINGS


@pytest.mark.parametrize("piece", [1, 7, 4096, 1 << 18])
def test_what_is_appended_comes_back_in_order_as_often_as_wanted(monkeypatch, piece):
    monkeypatch.setattr(module, "_PIECE", piece)
    spool = Spool()
    assert list(spool) == []
    for finding in FINDINGS:
        spool.append(finding)
    assert len(spool) == len(FINDINGS)
    assert list(spool) == list(FINDINGS)
    several = zip(spool, spool, strict=True)
    assert list(several) == list(zip(FINDINGS, FINDINGS, strict=True))
    later = msgspec.structs.replace(FINDINGS[0], host="10.9.9.9")
    spool.append(later)
    assert list(spool) == [*FINDINGS, later]
