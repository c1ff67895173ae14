from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class BusinessConfig(AppConfig):
    name = "largesse.business"
    label = "business"
    verbose_name = "The business"

    def ready(self) -> None:
        from largesse.business.schema import after_migrations, before_migrations
        from largesse.business.values import currency
        from largesse.records import CURRENCY_SOURCE

        CURRENCY_SOURCE.ask = currency

        pre_migrate.connect(before_migrations, dispatch_uid="largesse.business")
        post_migrate.connect(after_migrations, dispatch_uid="largesse.business")
