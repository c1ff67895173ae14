from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "largesse.crm"
    label = "crm"
    verbose_name = "Customers and organizations"
