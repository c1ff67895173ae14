"""The mail server is read strictly from one URL; without one no mail leaves."""

from __future__ import annotations

import pytest

from largesse.server.mail import MailServer, mail_server


def test_without_a_url_no_mail_is_sent():
    assert mail_server("").backend.endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
        ("smtps://mail.example:2465", 2465, False, True),
    ],
)
def test_the_scheme_says_how_it_is_kept_secret(url: str, port: int, tls: bool, ssl: bool):
    found = mail_server(url)
    assert (found.host, found.port, found.use_tls, found.use_ssl) == (
        "mail.example",
        port,
        tls,
        ssl,
    )


def test_a_name_and_a_password_may_hold_any_character():
    found = mail_server("smtp+tls://ann%40shop:p%2Fss@mail.example")
    assert (found.host_user, found.host_password) == ("ann@shop", "p/ss")


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_what_is_no_mail_server_stops_the_start_and_shows_no_password(url: str):
    with pytest.raises(ValueError, match="LARGESSE_MAIL is no mail server"):
        mail_server(url)


def test_django_is_told_the_same_in_the_same_order():
    from django.conf import settings

    named = ["EMAIL_BACKEND", *(f"EMAIL_{name.upper()}" for name in MailServer._fields[1:])]
    assert all(hasattr(settings, name) for name in named)
    assert settings.EMAIL_TIMEOUT == 5
