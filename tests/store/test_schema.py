import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from scanner.store import StoreError, open_store
from scanner.store.schema import MIGRATIONS, prepare
from scanner.store.tables import METADATA, SCHEMA


def test_migrations_make_the_tables_that_the_program_uses(url):
    with open_store(url) as store, store._connections.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _, name, kind, *__: not (kind == "table" and name == "schema_version")},
        )
        assert compare_metadata(context, METADATA) == []


def test_every_migration_has_its_number():
    names = sorted(path.name for path in MIGRATIONS.glob("v*.py"))
    assert [int(name[1:5]) for name in names] == list(range(1, SCHEMA + 1))


def test_a_prepared_store_is_left_alone(url):
    with open_store(url) as store:
        prepare(store._connections.engine, "here")
        with store._connections.engine.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [(f"{SCHEMA:04}",)]


def test_two_programs_on_the_first_day(url):
    troubles = []

    def open_it():
        try:
            with open_store(url) as store:
                list(store.scans())
        except StoreError as error:
            troubles.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []


@pytest.mark.parametrize("mark", ["0099", "9999"])
def test_a_newer_one_is_refused(tmp_path, mark):
    engine = create_engine(f"sqlite:///{tmp_path / 'scans.sqlite3'}")
    prepare(engine, "here")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{mark}'"))
    with pytest.raises(StoreError, match=f"here was written by a newer coveredscan .schema {int(mark)}"):
        prepare(engine, "here")
    engine.dispose()
