"""The journal is vacuumed soon after it has grown, so that its indexes tell sums by themselves.

Rows are only added. PostgreSQL would wait until a fifth of them is new, and look each of those up
beside the index until then: sorting 50,000 credit accounts by balance takes up to twice the time. To
vacuum what was only added is to visit the new pages once, and costs nobody who posts anything.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import migrations

_NAMES: Final = ("autovacuum_vacuum_insert_scale_factor", "autovacuum_analyze_scale_factor")
_NEW: Final = 0.02
"""The share of new rows from which on the journal is vacuumed."""


def make(_: Any, schema_editor: Any) -> None:
    said = ", ".join(f"{name} = {_NEW}" for name in _NAMES)
    _alter(schema_editor, f"SET ({said})")


def drop(_: Any, schema_editor: Any) -> None:
    _alter(schema_editor, f"RESET ({', '.join(_NAMES)})")


def _alter(schema_editor: Any, how: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE ledger_transfer {how}", params=None)


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_credited"),)
    operations = (migrations.RunPython(make, drop),)
