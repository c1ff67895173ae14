"""What shoppers fill in: an address and a card, an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from largesse.business.models import User
from largesse.shop import payments


def _text(label: str, autocomplete: str, length: int, **fields: Any) -> forms.CharField:
    attrs = {"autocomplete": autocomplete, **fields.pop("attrs", {})}
    return forms.CharField(
        label=label, max_length=length, widget=forms.TextInput(attrs=attrs), **fields
    )


class CardForm(forms.Form):
    """The card that pays for an order."""

    card = _text(
        "Card number",
        "cc-number",
        32,
        help_text="A test card: 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined.",
        attrs={"inputmode": "numeric"},
    )

    def clean_card(self) -> str:
        digits = payments.digits_of(self.cleaned_data["card"])
        if not payments.is_card_number(digits):
            raise ValidationError("This is not a card number. Check the digits.")
        return digits


class CheckoutForm(CardForm):
    """Who gets the order, where, and the card that pays for it."""

    field_order = ("name", "email", "street", "postcode", "city", "country", "card")

    email = forms.EmailField(
        label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    name = _text("Name", "name", 160)
    street = _text("Street and number", "street-address", 200)
    postcode = _text("Postcode", "postal-code", 20)
    city = _text("City", "address-level2", 120)
    country = _text("Country", "country-name", 80)

    def __init__(self, *args: Any, is_free: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if is_free:
            # Nothing is due, so nothing has to be paid.
            del self.fields["card"]

    def told(self) -> dict[str, Any]:
        """Contact and address, as the order keeps them."""
        said = self.cleaned_data
        address = {name: said[name] for name in ("street", "postcode", "city", "country")}
        return {"contact": {"name": said["name"], "email": said["email"]}, "address": address}


class SignInForm(AuthenticationForm):
    """E-mail and password; staff may write their user name instead."""

    username = _text("E-mail", "username", 254)
    error_messages = {  # noqa: RUF012
        "invalid_login": "E-mail and password don’t belong together. Check both.",
        "inactive": "This account is closed.",
    }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class RegisterForm(forms.Form):
    """A new account."""

    name = _text("Name", "name", 160)
    email = forms.EmailField(
        label="E-mail", max_length=150, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="8 characters or more.",
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(username=email).exists():
            raise ValidationError("There is an account with this e-mail. Sign in instead.")
        return email

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "password" in said:
            user = User(username=said.get("email", ""), email=said.get("email", ""))
            try:
                validate_password(said["password"], user)
            except ValidationError as error:
                self.add_error("password", error)
        return said
