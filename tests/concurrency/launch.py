"""The server with the functions replaced that `bugs` names, called as `largesse serve` is.

A worker is a new interpreter, which loads the main module again, under another name, before it begins.
"""

from __future__ import annotations

import argparse
import os

import django


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("serve")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--database")
    parser.add_argument("--port", type=int)
    parser.add_argument("--workers", type=int)
    said = parser.parse_args()
    os.environ["LARGESSE_DATABASE"] = said.database
    os.environ["DJANGO_SETTINGS_MODULE"] = "largesse.server.settings"

    django.setup()
    from largesse.server.serving import serve

    serve("127.0.0.1", said.port, said.workers)


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__":
    from tests.concurrency.bugs import plant

    django.setup()
    plant()
