from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "largesse.orders"
    label = "orders"
    verbose_name = "Orders"
