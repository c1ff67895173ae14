"""Allotments that were granted before links were made with them get theirs, and a key to sign them."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.db import migrations
from django.utils import timezone

from largesse.ids import ALPHABET

_BY: Final = "largesse"
_NAME_LENGTH: Final = 15


def make_links(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    keys, links, allotments = (
        apps.get_model("offers", name)._default_manager.using(alias)
        for name in ("LinkKey", "AllotmentLink", "Allotment")
    )
    linked = links.filter(revoked_at=None).values("allotment")
    lacking = list(allotments.exclude(id__in=linked).values_list("id", flat=True))
    made = {"made_at": timezone.now(), "made_by": _BY}
    if lacking and not keys.filter(retired_at=None).exists():
        keys.create(salt=secrets.token_hex(16), **made)
    links.bulk_create(
        [links.model(allotment_id=id, name=_name(), **made) for id in lacking], batch_size=1000
    )


def _name() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(_NAME_LENGTH))


class Migration(migrations.Migration):
    dependencies = (("offers", "0005_allotment_links"),)
    operations = (migrations.RunPython(make_links, migrations.RunPython.noop),)
