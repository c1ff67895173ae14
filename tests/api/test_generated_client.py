"""A client that is generated from the description of the API can do all that a shop needs."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.concurrency.shop import Shop
from tests.words import spec

pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.django_db(databases=[])]


@pytest.fixture
def generated(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client, signed in to a running server."""
    address = f"http://127.0.0.1:{shop.address.port}"
    with urllib.request.urlopen(f"{address}/v1/openapi.json") as answer:
        (tmp_path / "openapi.json").write_bytes(answer.read())
    (tmp_path / "config.json").write_text(json.dumps({"post_hooks": []}))
    said = subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json",
            "--output-path", "largesse_client", "--meta", "none", "--config", "config.json",
            "--fail-on-warning",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("largesse_client")
    with module.AuthenticatedClient(base_url=address, token=shop.address.secret) as client:
        yield client


def do(
    path: str, client: Any, *arguments: Any, body: dict[str, Any] | None = None, **said: Any
) -> Any:
    """Call an operation of the generated client; its body is built by the generated model."""
    module = importlib.import_module(f"largesse_client.api.{path}")
    if body is not None:
        hint = module.sync.__annotations__["body"]
        model = next(each for each in get_args(hint) or (hint,) if hasattr(each, "from_dict"))
        said["body"] = model.from_dict(body)
    answer = module.sync_detailed(*arguments, client=client, **said)
    assert answer.parsed is not None, answer
    return answer.parsed


@spec("IF-20", "OR-1")
def test_a_generated_client_quotes_places_posts_cancels_and_refunds(generated: Any) -> None:
    cart = {"lines": [{"sku": "MUG", "quantity": 3}], "location": "main", "customer": "anna"}
    quote = do("quotes.create_quote", generated, body=cart)
    assert quote.proven is True
    due = quote.due.to_dict()

    def placed(key: str) -> str:
        order = {**cart, "confirmed_due": due}
        done = do("orders.create_order", generated, body=order, idempotency_key=key)
        assert (done.state, done.due.to_dict()) == ("placed", due)
        return str(done.id)

    first, second = placed("generated-1"), placed("generated-2")
    assert placed("generated-1") == first
    verbs = (
        (first, "post", "posted"),
        (second, "cancel", "cancelled"),
        (first, "refund", "refunded"),
    )
    for order, verb, state in verbs:
        key = f"generated-{verb}"
        done = do(f"orders.{verb}_order", generated, order, body={}, idempotency_key=key)
        assert done.state == state
    assert do("orders.get_order", generated, first).refunded.to_dict() == due
    assert len(do("journal_entries.list_journal_entries", generated, order=first).data) > 3


@spec("IF-21")
def test_a_generated_client_reads_problems(generated: Any) -> None:
    problem = do("quotes.create_quote", generated, body={"lines": [{"sku": "NO-SUCH"}]})
    assert (problem.code, problem.errors[0].field) == ("invalid_request", "lines[0].sku")
