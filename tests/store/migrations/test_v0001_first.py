from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from scanner.store.migrations import v0001_first


def test_the_first_tables_may_be_there_already():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            v0001_first.upgrade()
            v0001_first.upgrade()
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    assert names == {"schema_version", "scan", "observation", "outcome", "finding"}
