from datetime import UTC, datetime

import msgspec
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.outcome import Outcome
from scanner.store import open_store
from scanner.store.migrations import v0001_first
from tests.store.test_store import FINDING

AT = datetime(2026, 11, 21, 2, tzinfo=UTC)
SCAN = "0" * 26


def test_what_a_store_of_the_first_version_holds_is_kept(tmp_path):
    path = tmp_path / "scans.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            v0001_first.upgrade()
        connection.execute(
            text("INSERT INTO scan VALUES (:id, :at, :at, '[\"192.0.2.0/24\"]', '{}', 1, 0, 'd', 'p', NULL)"),
            {"id": SCAN, "at": "2026-11-21 02:00:00.000000"},
        )
        connection.execute(
            text(
                "INSERT INTO observation (scan, address, carrier, port, field, value, source, observed_at)"
                " VALUES (:id, '192.0.2.1', 'tcp', 80, 'http.server', 'é', 'http', '2026-11-21 02:00:00.000000')"
            ),
            {"id": SCAN},
        )
        connection.execute(
            text("INSERT INTO outcome (scan, address, probe, kind) VALUES (:id, '192.0.2.2', 'connect', 'timed-out')"),
            {"id": SCAN},
        )
        connection.execute(
            text("INSERT INTO finding VALUES (:id, 0, 'h', :record)"),
            {"id": SCAN, "record": msgspec.json.encode(FINDING).decode()},
        )
        connection.execute(text("INSERT INTO schema_version VALUES (1)"))
        connection.commit()
    engine.dispose()
    with open_store(str(path)) as store:
        (scan,) = store.scans()
        assert (scan.id, scan.started_at, scan.site, scan.targets) == (SCAN, AT, "", ("192.0.2.0/24",))
        assert list(store.observations(SCAN)) == [
            Observation(Endpoint("192.0.2.1", "tcp", 80), Field("http.server"), "é", Provenance("http", None, AT))
        ]
        assert list(store.outcomes(SCAN)) == [Outcome(Endpoint("192.0.2.2"), "connect", "timed-out")]
        assert list(store.findings(SCAN)) == [FINDING]
        assert list(store.upkeep.check()) == []
        with store._connections.engine.connect() as connection:
            assert connection.execute(text("SELECT max(version) FROM schema_version")).scalar() == 2
