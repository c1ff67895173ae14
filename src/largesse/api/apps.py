from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "largesse.api"
    label = "api"
    verbose_name = "API"
