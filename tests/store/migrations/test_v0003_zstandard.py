import zlib

import zstandard
from sqlalchemy import create_engine, text

from scanner.store import open_store
from scanner.store.migrations import v0003_zstandard
from tests.store.test_store import FINDING, SEEN, begin, summary_of

PIECES = (("batch", "seen"), ("batch", "done"), ("judged", "packed"))


def test_pieces_of_the_second_version_are_read_and_the_number_rises(tmp_path):
    path = tmp_path / "scans.sqlite3"
    with open_store(str(path)) as store:
        scan = begin(store)
        store.add([SEEN])
        store.finish(summary_of(scan), [FINDING])
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        # As the program before left it: zlib's pieces, and its number.
        for table, column in PIECES:
            for row, piece in list(connection.execute(text(f"SELECT rowid, {column} FROM {table}"))):
                older = zlib.compress(zstandard.ZstdDecompressor().decompress(piece))
                connection.execute(
                    text(f"UPDATE {table} SET {column} = :older WHERE rowid = :row"),
                    {"older": older, "row": row},
                )
        connection.execute(
            text("UPDATE alembic_version SET version_num = :old"), {"old": v0003_zstandard.down_revision}
        )
    with open_store(str(path)) as store:
        assert list(store.observations(scan)) == [SEEN]
        assert list(store.findings(scan)) == [FINDING]
        assert list(store.upkeep.check()) == []
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == v0003_zstandard.revision
    engine.dispose()
