"""A shop to be put under pressure: a database, its server with two workers, an office, and a crowd.

It is made once a run and shared by the tests of concurrency and of faults: starting it takes seconds.
"""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import pytest

from tests.concurrency.behaviours import cart, line, sends
from tests.concurrency.bugs import FOLDER, Planted
from tests.concurrency.clients import Address, Behaviour, Crowd
from tests.concurrency.engines import Engine, PostgreSQL, engine_of
from tests.concurrency.office import Office
from tests.concurrency.running import Running

ALLOTMENTS: Final = {"TEN": 10, "RACED": 10, "PLENTY": 1_000_000}
"""Free pots for the school, by the code of their allotment."""


SAMPLE: Final = "sample"


class Shop:
    """A running shop. `planted` has bugs that can be switched on, if it was made with them."""

    def __init__(self, shops: Shops, name: str, planted: Planted | None = None):
        self.engine, self.crowd, self.planted = shops.engine, shops.crowd, planted
        self.secret = shops.secret
        self.url = shops.engine.new(name, of=SAMPLE)
        self.office = shops.office.on(self.url)
        if planted is None:
            self.server = Running(self.url)
        else:
            self.server = Running(
                self.url, "tests.concurrency.launch", **{FOLDER: str(planted.folder)}
            )
        self.server.start()

    @property
    def address(self) -> Address:
        return Address(self.server.port, self.secret)

    @property
    def postgresql(self) -> PostgreSQL:
        """The database server, where there is one."""
        assert isinstance(self.engine, PostgreSQL)
        return self.engine

    def all_at_once(self, clients: int, behaviour: Behaviour, *said: Any) -> list[Any]:
        """What so many clients come back with who begin at the same moment."""
        return self.crowd.run(self.address, clients, behaviour, *said)

    def see_the_book(self) -> None:
        """Wait until every worker of the server has looked what is on offer now."""
        for _ in range(2):
            self.all_at_once(64, sends, "/quotes", cart(line("POT")), "")
            time.sleep(0.5)

    def close(self) -> None:
        self.server.kill()
        if self.planted is not None:
            self.planted.folder.rmdir()


class Shops:
    """Those of one run, made when they are first asked for."""

    def __init__(self, engine: str):
        self._engine = engine
        self._made: list[Any] = []

    def _keep(self, made: Any) -> Any:
        self._made.append(made)
        return made

    @cached_property
    def engine(self) -> Engine:
        return self._keep(engine_of(self._engine))

    @cached_property
    def crowd(self) -> Crowd:
        return self._keep(Crowd())

    @cached_property
    def office(self) -> Office:
        return self._keep(Office(self.engine.new(SAMPLE)))

    @cached_property
    def secret(self) -> str:
        """The secret of an API key of the sample, which every shop is a copy of."""
        secret: str = self.office.open_shop(allotments=ALLOTMENTS)
        self.office.on(self.engine.new("elsewhere")).leave()
        return secret

    @cached_property
    def plain(self) -> Shop:
        """As an owner runs it."""
        return self._keep(Shop(self, "plain"))

    @cached_property
    def rigged(self) -> Shop:
        """With bugs that can be switched on. Its books may be wrong."""
        bugs = Planted(Path(mkdtemp(prefix="largesse-planted-")))
        return self._keep(Shop(self, "rigged", bugs))

    def close(self) -> None:
        for made in reversed(self._made):
            made.close()


_SHOPS = pytest.StashKey[Shops]()


def shops(config: pytest.Config) -> Shops:
    """The shops of this run, on the engine that --database names."""
    if _SHOPS not in config.stash:
        config.stash[_SHOPS] = Shops(config.getoption("--database"))
        config.add_cleanup(config.stash[_SHOPS].close)
    return config.stash[_SHOPS]
