from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "largesse.ledger"
    label = "ledger"
    verbose_name = "The ledger"

    def ready(self) -> None:
        from largesse.ledger.triggers import after_migrations

        post_migrate.connect(after_migrations, sender=self, dispatch_uid="largesse.ledger")
