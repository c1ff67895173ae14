"""What is set up once and seldom changed stands under Settings, by subject."""

from __future__ import annotations

from typing import NamedTuple


class Subject(NamedTuple):
    """One page of settings, and the permission that opens it."""

    title: str
    sentence: str
    icon: str
    view: str
    permission: str


SECTIONS: tuple[tuple[str, tuple[Subject, ...]], ...] = (
    (
        "General",
        (
            Subject(
                "Configuration",
                "Named settings, all on one page that can be searched.",
                "sliders-horizontal",
                "admin:configuration",
                "business.view_setting",
            ),
            Subject(
                "Business",
                "Name, currency, rounding, time zone and week.",
                "landmark",
                "admin:business_business_changelist",
                "business.view_business",
            ),
        ),
    ),
    (
        "Management",
        (
            Subject(
                "Product groups",
                "Named sets of products that offers ask for.",
                "boxes",
                "admin:catalog_productgroup_changelist",
                "catalog.view_productgroup",
            ),
            Subject(
                "Locations",
                "Stores, outlets and branches, with their tax tables.",
                "map-pin",
                "admin:catalog_location_changelist",
                "catalog.view_location",
            ),
            Subject(
                "Tags",
                "Words on customers that conditions ask for.",
                "tags",
                "admin:crm_tag_changelist",
                "crm.view_tag",
            ),
        ),
    ),
    (
        "Access",
        (
            Subject(
                "Users",
                "Who can sign in.",
                "user-round",
                "admin:business_user_changelist",
                "business.view_user",
            ),
            Subject(
                "Roles",
                "What the people who have a role may see and do.",
                "shield",
                "admin:auth_group_changelist",
                "auth.view_group",
            ),
            Subject(
                "API keys",
                "What programs sign in with.",
                "key-round",
                "admin:api_apikey_changelist",
                "api.view_apikey",
            ),
        ),
    ),
)
