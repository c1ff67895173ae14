from django.apps import AppConfig


class RepConfig(AppConfig):
    name = "largesse.rep"
    label = "rep"
    verbose_name = "Rep"
