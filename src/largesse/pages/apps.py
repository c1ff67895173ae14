from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "largesse.pages"
    label = "pages"
    verbose_name = "Pages"
