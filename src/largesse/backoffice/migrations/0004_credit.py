from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (
        ("backoffice", "0003_settling"),
        ("ledger", "0002_credited"),
    )

    operations = (
        migrations.AlterModelOptions(
            name="deed",
            options={
                "default_permissions": (),
                "managed": False,
                "permissions": [
                    ("post_order", "Can post an order"),
                    ("cancel_order", "Can cancel an order"),
                    ("refund_order", "Can refund an order"),
                    ("approve_order", "Can approve or decline a referred order"),
                    ("see_voucher_numbers", "Can see whole voucher numbers"),
                    ("settle_correction", "Can settle a correction of a host reward"),
                    ("give_credit", "Can give credit to customers by hand, and take it off"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditAccount",
            fields=[],
            options={
                "verbose_name": "credit account",
                "proxy": True,
                "default_permissions": ("view",),
                "indexes": [],
                "constraints": [],
            },
            bases=("ledger.account",),
        ),
    )
