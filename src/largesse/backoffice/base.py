"""What the pages of all records have: search, filters, an export, a history, decimal amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from simple_history.template_utils import HistoricalRecordContextHelper
from unfold import admin as unfold_admin  # type: ignore[import-untyped]
from unfold.decorators import action as unfold_action  # type: ignore[import-untyped]

from largesse.backoffice import exporting
from largesse.backoffice.amounts import AmountInput, RateInput, currency_of, rate_shown, shown
from largesse.engine.money import Currency
from largesse.pages.templatetags.pages import badge
from largesse.records import AmountField, RateField

if TYPE_CHECKING:
    # Unfold says nothing of types; its classes are Django's with more.
    Pages = admin.ModelAdmin[Any]
    Tables = admin.TabularInline[Any, Any]
else:
    Pages = unfold_admin.ModelAdmin
    Tables = unfold_admin.TabularInline

EXPORTED_AT_ONCE: Final = 2_000
"""How many rows of an exported file are read at once."""

Act = TypeVar("Act", bound=Callable[..., Any])


def page_action(*, description: str, url_path: str, icon: str) -> Callable[[Act], Act]:
    """A button above the list, with an address of its own; for those who may see the list."""
    found: Callable[[Act], Act] = unfold_action(
        description=description, url_path=url_path, icon=icon, permissions=["view"]
    )
    return found


class OurForms:
    """Forms in our own controls; amounts and rates are entered as decimals."""

    formfield_overrides: ClassVar[dict[type[models.Field[Any, Any]], dict[str, Any]]] = {
        models.CharField: {"widget": forms.TextInput},
        models.SlugField: {"widget": forms.TextInput},
        models.EmailField: {"widget": forms.EmailInput},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.BooleanField: {"widget": forms.CheckboxInput},
        models.IntegerField: {"widget": forms.NumberInput},
        models.BigIntegerField: {"widget": forms.NumberInput},
        models.PositiveIntegerField: {"widget": forms.NumberInput},
        models.PositiveSmallIntegerField: {"widget": forms.NumberInput},
        models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
        models.DateTimeField: {
            "widget": forms.SplitDateTimeWidget(
                date_format="%Y-%m-%d",
                time_format="%H:%M",
                date_attrs={"type": "date", "class": "input"},
                time_attrs={"type": "time", "class": "input"},
            )
        },
    }

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if isinstance(db_field, (AmountField, RateField)):
            common = {
                "label": capfirst(db_field.verbose_name),
                "help_text": db_field.help_text,
                "required": not db_field.blank,
            }
            if db_field.has_default():
                common["initial"] = db_field.get_default()
            if isinstance(db_field, RateField):
                return RateInput(**common)
            return AmountInput(known=currency_of(request), **common)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # A record is added on its own page, not in a window over another one.
            field.widget = field.widget.widget
        return field


class Rows(OurForms, Tables):  # type: ignore[misc]
    """Records that belong to another one, as a table in its form."""

    extra = 0


class RecordAdmin(OurForms, Pages):  # type: ignore[misc]
    """The pages of one kind of record.

    `heading` stands above the list where it isn't what the records are called, and `called` is what an
    empty list calls them; `purpose` says what they are for, where there are none yet. `search_hint` is
    what the search field asks for.
    """

    heading: ClassVar[str] = ""
    called: ClassVar[str] = ""
    purpose: ClassVar[str] = ""
    search_hint: ClassVar[str] = ""
    export_fields: ClassVar[Sequence[str]] = ()
    list_per_page = 50
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    list_filter_sheet = False
    show_full_result_count = False
    actions_list: Sequence[str] = ("export",)
    object_history_template = "backoffice/history.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Each row carries the code of its currency, so that none has to be looked up."""
        rows: QuerySet[Any] = super().get_queryset(request)
        if any(field.name == "currency" for field in self.model._meta.get_fields()):
            return rows
        return rows.annotate(currency=Value(currency_of(request).code))

    def row(self, request: HttpRequest, object_id: str) -> Any:
        """The record that an address names, for a reader who may see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return self.get_queryset(request).get(pk=unquote(object_id))
        except (self.model.DoesNotExist, ValidationError, ValueError):
            raise Http404 from None

    # --- export ------------------------------------------------------------------------------

    @page_action(description="Export", url_path="export", icon="download")
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All rows that the list's search and filters leave, as CSV; that it was done is recorded."""
        rows = self.get_changelist_instance(request).get_queryset(request)
        fields = self.exported(request)
        currency = currency_of(request)
        joined = [f.name for f in fields if isinstance(f, models.ForeignKey)]
        rows = rows.select_related(*joined) if joined else rows
        name = self.opts.verbose_name_plural
        exporting.record(request, self.model, f"{rows.count()} {name}", "csv")
        head = [str(capfirst(field.verbose_name)) for field in fields]
        return exporting.response(
            str(name).replace(" ", "-"), head, self._cells(rows, fields, currency)
        )

    def exported(self, request: HttpRequest) -> list[models.Field[Any, Any]]:
        """The fields of the exported file: those named, or all of the record's own."""
        opts = self.model._meta
        if self.export_fields:
            return [opts.get_field(name) for name in self.export_fields]
        return [f for f in opts.concrete_fields if not isinstance(f, models.JSONField)]

    def _cells(
        self, rows: QuerySet[Any], fields: Sequence[models.Field[Any, Any]], currency: Currency
    ) -> Iterator[list[str | int]]:
        for row in self.exported_rows(rows):
            yield [self.exported_cell(field, row, currency) for field in fields]

    def exported_rows(self, rows: QuerySet[Any]) -> Iterator[Any]:
        """The rows of the exported file, read as they are sent."""
        return rows.iterator(chunk_size=EXPORTED_AT_ONCE)

    def exported_cell(
        self, field: models.Field[Any, Any], row: Any, currency: Currency
    ) -> str | int:
        return exporting.cell(field, row, currency)

    # --- history -----------------------------------------------------------------------------

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what, and when: each change with the old value and the new."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "original": row,
            "opts": self.opts,
            "changes": self.changes_of(request, row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def changes_of(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """The latest hundred changes of a record, newest first."""
        if not hasattr(self.model, "history"):
            return []
        kept = list(
            self.model.history.filter(**{self.opts.pk.attname: row.pk})
            .select_related("history_user")
            ._select_related_history_tracked_objs()[:101]
        )
        found = []
        for i, record in enumerate(kept[:100]):
            before = kept[i + 1] if i + 1 < len(kept) else None
            found.append(
                {
                    "at": record.history_date,
                    "by": record.history_user,
                    "kind": {"+": "Added", "~": "Changed", "-": "Deleted"}[record.history_type],
                    "why": record.history_change_reason,
                    "fields": self._differences(request, record, before),
                }
            )
        return found

    def _differences(self, request: HttpRequest, record: Any, before: Any) -> list[dict[str, Any]]:
        if before is None:
            return []
        delta = record.diff_against(before, foreign_keys_are_objs=True)
        told = _Told(self.model, record, currency_of(request))
        return [
            item for item in told.context_for_delta_changes(delta) if item["old"] != item["new"]
        ]


class ReadOnly(RecordAdmin):
    """Records that only the use cases write."""

    actions = ()
    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _Told(HistoricalRecordContextHelper):  # type: ignore[misc]
    """A change in the units that people read."""

    def __init__(self, model: type[models.Model], record: Any, currency: Currency):
        super().__init__(model, record)
        self.currency = currency

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        field = self.model._meta.get_field(change.field)
        if isinstance(field, AmountField):
            return shown(value, self.currency.code)
        if isinstance(field, RateField):
            return rate_shown(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if value is None or value == "":
            return "–"
        return super().prepare_delta_change_value(change, value)


def switch(field: str, to: bool, title: str) -> Callable[..., None]:
    """A bulk action that sets a flag of the chosen rows, one by one, so that each has its history."""

    @admin.action(description=title, permissions=["change"])
    def act(page: RecordAdmin, request: HttpRequest, rows: QuerySet[Any]) -> None:
        changed = 0
        for row in rows.exclude(**{field: to}):
            setattr(row, field, to)
            row.save()
            changed += 1
        noun = page.opts.verbose_name if changed == 1 else page.opts.verbose_name_plural
        page.message_user(request, f"{title}: {changed} {noun}.")

    act.__name__ = f"{field}_{'on' if to else 'off'}"
    return act


def badge_shown(state: str) -> SafeString:
    """A state as a badge of the design system."""
    return badge(state)
