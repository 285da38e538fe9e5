from contextlib import suppress

import pytest
from sqlalchemy import create_engine, text

from scanner.store.connections import Connections
from scanner.store.errors import StoreError
from scanner.store.packing import Done, pack


@pytest.fixture
def connections():
    engine = create_engine("sqlite://")
    yield Connections(engine, "here")
    engine.dispose()


def test_a_transaction_is_all_or_nothing(connections):
    with connections.writing() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    with suppress(RuntimeError), connections.writing() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
        raise RuntimeError
    with connections.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 0


def test_failures_name_the_place(connections):
    with pytest.raises(StoreError, match="here cannot be used: no such table"), connections.reading() as connection:
        connection.execute(text("SELECT * FROM unheard_of"))
    with pytest.raises(StoreError, match="here holds a record this program cannot read"):
        connections.unpack(b"junk", Done)
    assert connections.unpack(pack(Done(("a",))), Done) == Done(("a",))
    assert connections.is_sqlite
