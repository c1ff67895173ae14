"""Whatever is sent is answered as the description says, and never with a fault of ours."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from largesse.api.openapi import document, every_route
from tests.concurrency.shop import Shop
from tests.words import soak, spec

pytestmark = [pytest.mark.xdist_group("shop"), pytest.mark.django_db(databases=[])]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def fuzzed(shop: Shop, name: str, times: int) -> set[int]:
    """Send an operation so many requests, right and wrong ones; the statuses that came back."""
    schema = schemathesis.openapi.from_dict(document())
    schema.config.update(base_url=f"http://127.0.0.1:{shop.address.port}")
    operation = schema.find_operation_by_id(name)
    statuses: set[int] = set()

    @hypothesis.settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(strategy(operation))
    def send(case: Any) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {shop.address.secret}"})
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    send()
    return statuses


def strategy(operation: Any) -> Any:
    """Requests as the description has them, and such as break it."""
    modes = schemathesis.GenerationMode
    return operation.as_strategy(generation_mode=modes.POSITIVE) | operation.as_strategy(
        generation_mode=modes.NEGATIVE
    )


NAMES = [route.name for route in every_route()]


@spec("QU-24")
@pytest.mark.parametrize("name", NAMES)
def test_no_request_is_answered_otherwise_than_described(shop: Shop, name: str) -> None:
    assert fuzzed(shop, name, 8) - {401}


@soak
@spec("QU-24")
@pytest.mark.parametrize("name", NAMES)
def test_no_request_of_many_is_answered_otherwise_than_described(shop: Shop, name: str) -> None:
    assert fuzzed(shop, name, 200) - {401}
