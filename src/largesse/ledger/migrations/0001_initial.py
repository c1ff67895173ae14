"""The journal's tables are made by hand: see `_tables.py`. Django is told only what they look like.

A later change of them is written by hand too: Django would rebuild a SQLite table without its keys over
two columns.
"""

import django.db.models.deletion
from django.db import migrations, models

import largesse.records
from largesse.ledger.migrations._tables import drop, make


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make, drop)],
            state_operations=[
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=64)),
                        ("owner", models.CharField(blank=True, max_length=128)),
                        ("asset", models.CharField(max_length=32)),
                        ("granted", largesse.records.AmountField(null=True)),
                        ("held", largesse.records.AmountField(null=True)),
                        ("posted", largesse.records.AmountField(null=True)),
                        ("seq", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["kind", "owner", "asset"],
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("order_id", models.UUIDField(null=True)),
                        (
                            "number",
                            models.PositiveIntegerField(
                                help_text="The order's events, from 1.", null=True
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("key", models.CharField(max_length=255, unique=True)),
                        ("body_hash", models.CharField(max_length=64)),
                        ("answer", models.BinaryField()),
                        (
                            "day",
                            models.DateField(help_text="The business's day that it is booked on."),
                        ),
                        ("at", models.DateTimeField()),
                        ("actor", models.CharField(max_length=120)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "digest",
                            models.BinaryField(
                                help_text="SHA-256 over it, its transfers and the order's last digest."
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("entry", "Entry"),
                                    ("grant", "Grant"),
                                    ("hold", "Hold"),
                                    ("post", "Post"),
                                    ("void", "Void"),
                                    ("expire", "Expire"),
                                    ("reverse", "Reverse"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("asset", models.CharField(max_length=32)),
                        ("amount", largesse.records.AmountField()),
                        ("day", models.DateField()),
                        ("seq", models.BigIntegerField(null=True)),
                        (
                            "event",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers",
                                to="ledger.event",
                            ),
                        ),
                        (
                            "limited",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "resolves",
                            models.OneToOneField(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resolution",
                                to="ledger.transfer",
                            ),
                        ),
                        (
                            "reverses",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversals",
                                to="ledger.transfer",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credits",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="debits",
                                to="ledger.account",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Reversed",
                    fields=[
                        (
                            "transfer",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="reversed_row",
                                serialize=False,
                                to="ledger.transfer",
                            ),
                        ),
                        ("amount", largesse.records.AmountField()),
                        ("reversed", largesse.records.AmountField()),
                    ],
                    options={
                        "verbose_name_plural": "reversed amounts",
                    },
                ),
            ],
        ),
    ]
