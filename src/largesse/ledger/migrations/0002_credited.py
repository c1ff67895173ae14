"""An account of money finds what it was credited, and a customer their credit accounts, by an index.

Most money goes out of few accounts, such as sales, so nothing but a customer's balance asks for it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import migrations

_MADE: Final = {
    "postgresql": (
        "CREATE INDEX ledger_transfer_from ON ledger_transfer (source_id, day) INCLUDE (amount)"
        " WHERE limited_id IS NULL",
        # Their names are asked for by how they begin, whatever the database's collation is.
        "CREATE INDEX ledger_account_credit ON ledger_account (owner text_pattern_ops)"
        " WHERE kind = 'liabilities:customer-credit'",
    ),
    "sqlite": (
        "CREATE INDEX ledger_transfer_from ON ledger_transfer (source_id, day, amount)"
        " WHERE limited_id IS NULL",
    ),
}


def make(_: Any, schema_editor: Any) -> None:
    for statement in _MADE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(_: Any, schema_editor: Any) -> None:
    for statement in _MADE[schema_editor.connection.vendor]:
        schema_editor.execute(f"DROP INDEX {statement.split()[2]}", params=None)


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(make, drop),)
