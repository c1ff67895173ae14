from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "largesse.catalog"
    label = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from largesse.business.models import AMOUNTS_EXIST
        from largesse.catalog.models import Product

        AMOUNTS_EXIST.append(Product.objects.exists)
