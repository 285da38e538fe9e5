from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from scanner.store.tables import BATCH, METADATA, SCAN, Instant, Words


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda dialect: dialect.name)
def test_the_tables_can_be_made_anywhere(dialect):
    statements = [str(CreateTable(table).compile(dialect=dialect)) for table in METADATA.sorted_tables]
    assert {statement.split()[2] for statement in statements} == {
        "scan", "batch", "judged", "transcript", "device", "change", "message",
    }  # fmt: skip


def test_rows_number_themselves_in_both():
    assert "id INTEGER NOT NULL" in str(CreateTable(BATCH).compile(dialect=sqlite.dialect()))
    assert "id BIGSERIAL NOT NULL" in str(CreateTable(BATCH).compile(dialect=postgresql.dialect()))


def test_moments_come_back_in_utc():
    engine = create_engine("sqlite://")
    when = datetime(2026, 11, 21, 1, 2, 3, 456, tzinfo=timezone(timedelta(hours=2)))
    with engine.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(
            insert(SCAN).values(
                id="x",
                started_at=when,
                targets=[],
                parameters={},
                complete=True,
                interrupted=False,
                database="",
                program="",
            )
        )
        ((started, ended),) = connection.execute(select(SCAN.c.started_at, SCAN.c.ended_at)).all()
    engine.dispose()
    assert started == when
    assert started.tzinfo is UTC
    assert ended is None


def test_databases_that_keep_the_zone_are_read_too():
    when = datetime(2026, 11, 21, 1, tzinfo=timezone(timedelta(hours=1)))
    read = Instant().process_result_value(when, postgresql.dialect())
    assert read == when
    assert read.tzinfo is UTC


def test_what_a_database_cannot_hold_becomes_question_marks():
    bind = Words().process_bind_param
    assert bind("a\udc80b", sqlite.dialect()) == "a?b"
    assert bind("é\x00", sqlite.dialect()) == "é?"
    assert bind(None, sqlite.dialect()) is None
