"""The journal's tables as the database enforces them, for both engines."""

from __future__ import annotations

from typing import Any, Final

_TYPES: Final = {
    "postgresql": {"uuid": "uuid", "bytes": "bytea", "instant": "timestamptz"},
    "sqlite": {"uuid": "char(32)", "bytes": "BLOB", "instant": "datetime"},
}

_TABLES: Final = (
    """
    CREATE TABLE ledger_account (
        id {uuid} NOT NULL PRIMARY KEY,
        kind varchar(64) NOT NULL,
        owner varchar(128) NOT NULL,
        asset varchar(32) NOT NULL,
        granted bigint,
        held bigint,
        posted bigint,
        seq bigint NOT NULL,
        CONSTRAINT ledger_account_name UNIQUE (kind, owner, asset),
        CONSTRAINT ledger_account_asset UNIQUE (id, asset),
        CONSTRAINT account_counters CHECK (
            (granted IS NULL) = (held IS NULL) AND (held IS NULL) = (posted IS NULL)),
        CONSTRAINT account_held CHECK (held >= 0),
        CONSTRAINT account_posted CHECK (posted >= 0),
        CONSTRAINT account_limit CHECK (held + posted <= granted)
    )
    """,
    """
    CREATE TABLE ledger_event (
        id {uuid} NOT NULL PRIMARY KEY,
        order_id {uuid},
        number integer,
        kind varchar(40) NOT NULL,
        key varchar(255) NOT NULL,
        body_hash varchar(64) NOT NULL,
        answer {bytes} NOT NULL,
        day date NOT NULL,
        at {instant} NOT NULL,
        actor varchar(120) NOT NULL,
        reason varchar(200) NOT NULL,
        digest {bytes} NOT NULL,
        CONSTRAINT ledger_event_key UNIQUE (key),
        CONSTRAINT ledger_event_number UNIQUE (order_id, number),
        CONSTRAINT event_of_order CHECK ((order_id IS NULL) = (number IS NULL) AND number >= 1)
    )
    """,
    """
    CREATE TABLE ledger_transfer (
        id {uuid} NOT NULL PRIMARY KEY,
        event_id {uuid} NOT NULL,
        kind varchar(7) NOT NULL,
        source_id {uuid} NOT NULL,
        target_id {uuid} NOT NULL,
        asset varchar(32) NOT NULL,
        amount bigint NOT NULL,
        day date NOT NULL,
        resolves_id {uuid},
        reverses_id {uuid},
        limited_id {uuid},
        seq bigint,
        CONSTRAINT ledger_transfer_event FOREIGN KEY (event_id) REFERENCES ledger_event (id),
        CONSTRAINT ledger_transfer_source
            FOREIGN KEY (source_id, asset) REFERENCES ledger_account (id, asset),
        CONSTRAINT ledger_transfer_target
            FOREIGN KEY (target_id, asset) REFERENCES ledger_account (id, asset),
        CONSTRAINT ledger_transfer_resolved FOREIGN KEY (resolves_id) REFERENCES ledger_transfer (id),
        CONSTRAINT ledger_transfer_reversed FOREIGN KEY (reverses_id) REFERENCES ledger_transfer (id),
        CONSTRAINT transfer_amount CHECK (amount > 0),
        CONSTRAINT transfer_ends CHECK (source_id <> target_id),
        CONSTRAINT transfer_kind CHECK (
            kind IN ('entry', 'grant', 'hold', 'post', 'void', 'expire', 'reverse')),
        CONSTRAINT transfer_resolves CHECK (
            (resolves_id IS NOT NULL) = (kind IN ('post', 'void', 'expire'))),
        CONSTRAINT transfer_reverses CHECK ((reverses_id IS NOT NULL) = (kind = 'reverse')),
        CONSTRAINT transfer_limited CHECK (
            limited_id IS NULL OR limited_id IN (source_id, target_id)),
        CONSTRAINT transfer_seq CHECK (
            (limited_id IS NULL) = (seq IS NULL)
            AND (kind <> 'entry' OR seq IS NULL)
            AND (kind IN ('entry', 'reverse') OR seq IS NOT NULL))
    )
    """,
    """
    CREATE TABLE ledger_reversed (
        transfer_id {uuid} NOT NULL PRIMARY KEY,
        amount bigint NOT NULL,
        reversed bigint NOT NULL,
        CONSTRAINT ledger_reversed_transfer FOREIGN KEY (transfer_id) REFERENCES ledger_transfer (id),
        CONSTRAINT reversed_bounds CHECK (reversed BETWEEN 1 AND amount)
    )
    """,
    """
    CREATE UNIQUE INDEX ledger_transfer_resolves ON ledger_transfer (resolves_id)
        WHERE resolves_id IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX ledger_transfer_seq ON ledger_transfer (limited_id, seq)
        WHERE limited_id IS NOT NULL
    """,
    "CREATE INDEX ledger_transfer_event_id ON ledger_transfer (event_id)",
    """
    CREATE INDEX ledger_transfer_reverses ON ledger_transfer (reverses_id)
        WHERE reverses_id IS NOT NULL
    """,
    # What an offer has cost in a period (JO-4): its debits, less the reversals.
    """
    CREATE INDEX ledger_transfer_back ON ledger_transfer (source_id, day)
        WHERE reverses_id IS NOT NULL
    """,
)

_ONLY: Final = {
    "postgresql": (
        "CREATE INDEX ledger_transfer_to ON ledger_transfer (target_id, day) INCLUDE (amount)",
        "CREATE INDEX ledger_transfer_day ON ledger_transfer USING brin (day)",
        # Room on each page for the next version of a row whose counters change.
        "ALTER TABLE ledger_account SET (fillfactor = 50)",
    ),
    "sqlite": (
        "CREATE INDEX ledger_transfer_to ON ledger_transfer (target_id, day, amount)",
        "CREATE INDEX ledger_transfer_day ON ledger_transfer (day)",
    ),
}


def make(_: Any, schema_editor: Any) -> None:
    """Create the tables. Raises NotImplementedError on an engine that the ledger doesn't know."""
    vendor = schema_editor.connection.vendor
    if vendor not in _TYPES:
        raise NotImplementedError(f"The ledger runs on PostgreSQL and SQLite, not on {vendor}.")
    for statement in _TABLES:
        schema_editor.execute(statement.format(**_TYPES[vendor]), params=None)
    for statement in _ONLY[vendor]:
        schema_editor.execute(statement, params=None)


def drop(_: Any, schema_editor: Any) -> None:
    """Remove the tables."""
    for table in ("reversed", "transfer", "event", "account"):
        schema_editor.execute(f"DROP TABLE ledger_{table}", params=None)
