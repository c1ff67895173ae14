from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "largesse.shop"
    label = "shop"
    verbose_name = "Shop"
