"""The server with the functions replaced that `bugs` names, called as `largesse serve` is.

Its workers are forks, so that it is there in half the time, and have the same bugs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("serve")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--database")
    parser.add_argument("--port", type=int)
    parser.add_argument("--workers", type=int)
    said = parser.parse_args()
    os.environ["LARGESSE_DATABASE"] = said.database

    # Loads the settings and all that answers.
    from largesse.server import wsgi  # noqa: F401
    from largesse.server.serving import serve
    from tests.concurrency.bugs import plant

    plant()
    chosen = multiprocessing.set_start_method
    multiprocessing.set_start_method = lambda *_, **__: chosen("fork", force=True)
    serve("127.0.0.1", said.port, said.workers)


if __name__ == "__main__":
    main()
