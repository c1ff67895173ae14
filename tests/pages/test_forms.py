"""Any Django form comes out in this design, each error beside its field."""

from __future__ import annotations

import re

from django import forms
from django.template import Context, Template

from largesse.pages.board import board_form
from largesse.pages.widgets import PagesRenderer
from tests.words import spec


class Code(forms.Form):
    """One field, and a rule about the whole."""

    code = forms.CharField(help_text="On the voucher’s back.")

    def clean(self):
        raise forms.ValidationError("Nothing is in the cart yet.")


@spec("IF-38")
def test_an_error_stands_under_its_field_and_the_control_names_it():
    html = board_form().render()
    control = re.search(r'<input type="number"[^>]*>', html)
    assert control
    assert 'aria-invalid="true"' in control[0]
    assert 'aria-describedby="id_quantity_error"' in control[0]
    message = re.search(r'<span class="error" id="id_quantity_error">.*?</span></span>', html, re.S)
    assert message
    assert "117 are used already. Enter 117 or more." in message[0]
    assert html.index(control[0]) < html.index(message[0]) < html.index("Product group")


def test_what_was_typed_is_kept():
    assert 'value="soon"' in board_form().render()


def test_a_hint_is_read_out_before_the_error():
    html = Code({"code": ""}, renderer=PagesRenderer()).render()
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert 'id="id_code_helptext"' in html


def test_what_is_wrong_with_the_whole_stands_above():
    html = Code({"code": "X"}, renderer=PagesRenderer()).render()
    assert html.index("Nothing is in the cart yet.") < html.index("<input")


def test_each_kind_of_field_has_its_control():
    html = board_form().render()
    for part in (
        '<select name="group" class="select"',
        '<textarea name="note"',
        'class="input money"',
        '<label class="check"><input type="checkbox" name="members"',
        '<label class="switch"><input type="checkbox" name="referred"',
        '<legend class="label">If several qualify</legend>',
    ):
        assert part in html, part


def test_fields_that_may_stay_empty_say_so():
    html = board_form().render()
    assert len(re.findall(r'<span class="opt">optional</span>', html)) == 3


def test_a_unit_stands_beside_its_figure():
    html = Template('{% load pages %}{% field form.budget before="USD" %}').render(
        Context({"form": board_form()})
    )
    assert '<span class="unit unit-left">USD</span>' in html
