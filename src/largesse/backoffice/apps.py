from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BackOfficeConfig(AppConfig):
    name = "largesse.backoffice"
    label = "backoffice"
    verbose_name = "Back office"

    def ready(self) -> None:
        from largesse.backoffice.roles import after_migrations

        post_migrate.connect(after_migrations, sender=self, dispatch_uid="largesse.backoffice")
