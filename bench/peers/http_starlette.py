"""The peer of QU-5: a Starlette and msgspec endpoint that parses a cart and answers a constant."""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Line(msgspec.Struct):
    sku: str
    quantity: int


class Cart(msgspec.Struct):
    lines: list[Line]


_decoder = msgspec.json.Decoder(Cart)


async def quote(request: Request) -> Response:
    cart = _decoder.decode(await request.body())
    answer = msgspec.json.encode({"due": "12.34", "lines": len(cart.lines)})
    return Response(answer, media_type="application/json")


application = Starlette(routes=[Route("/v1/quotes", quote, methods=["POST"])])
