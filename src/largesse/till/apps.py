from django.apps import AppConfig


class TillConfig(AppConfig):
    name = "largesse.till"
    label = "till"
    verbose_name = "Till"
