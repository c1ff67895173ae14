from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "largesse.server"
    label = "server"
    verbose_name = "The server"

    def ready(self) -> None:
        from largesse.server import production  # noqa: F401 - registers the checks at the start
