from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "largesse.offers"
    label = "offers"
    verbose_name = "Offers"

    def ready(self) -> None:
        from largesse.offers import signals  # noqa: F401
