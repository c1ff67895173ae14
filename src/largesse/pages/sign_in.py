"""Signing in: what the form says when it is refused, to customers and staff alike."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm


class SignIn(AuthenticationForm):
    """The form of `pages/sign_in.html`.

    It does not tell a wrong name from a wrong password, so that nobody learns which names exist.
    """

    error_messages = {  # noqa: RUF012
        "invalid_login": "No account has this name and password. Capitals matter in both.",
        "inactive": "This account is closed. Ask an administrator to open it again.",
    }
