"""Conditions in CEL: checked before they are kept, bounded in cost, the same everywhere (CO-5)."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import perf_counter

import pytest

import largesse as lg
from largesse.engine.conditions.expression import LANGUAGE
from largesse.engine.expressions import COST_MAX, LENGTH_MAX
from tests.engine.judging import Judged, judged, past
from tests.words import NOW, book, cart, customer, off, product, promotion, spec


def told(expression: str, *lines: str, **fields) -> Judged:
    return judged(lg.Expression(expression=expression), *lines, **fields)


def faults(expression: str) -> list[str]:
    return [message for _, message in lg.Expression(expression=expression).faults()]


MUG = product("mug", "20.00", measures=lg.Measures(volume_2=300))
ANNA = customer(
    "anna", "vip", "gold",
    organizations=frozenset({"school"}), joined=date(2026, 11, 1), birthday=date(1990, 2, 3),
    sponsor="dora", referrer="bert",
)  # fmt: skip
HISTORY = [
    past("2026-11-21T08:00:00+00:00", ("mug", 2, 3000)),
    past("2026-01-02", ("mug", 1, 2000)),
]


@spec("CO-5")
@pytest.mark.parametrize(
    "expression",
    [
        "cart.subtotal == 5500 && cart.original_subtotal == 5500",
        "cart.units == 4",
        "cart.skus == ['mug', 'hat']",
        "cart.units_of['mug'] == 3 && cart.amount_of['hat'] == 1000",
        "!('pen' in cart.units_of)",
        "cart.volume_2 == 900 && cart.volume_1 == 0",
        "cart.shipping == 450",
        "cart.currency == 'USD' && cart.channel == 'till'",
        "cart.location == '' && cart.party == ''",
        "cart.country == 'AT' && cart.shipping_method == 'post'",
        "'SPRING' in cart.codes",
        "cart.day == '2026-11-21' && cart.month == 11",
        "cart.weekday == 'saturday' && cart.hour == 10",
        "customer.known && customer.id == 'anna' && customer.type == 'customer'",
        "customer.tags == ['gold', 'vip'] && 'school' in customer.organizations",
        "customer.joined == '2026-11-01' && customer.days_since_joining == 20",
        "customer.birthday.startsWith('1990')",
        "customer.sponsor == 'dora' && customer.referrer == 'bert'",
        "facts.referred_customers == 3",
        "facts.party_total == 700 && facts.party_orders == 2 && facts.party_bookings == 1",
        "facts.orders.ever == 2 && facts.orders.day == 1",
        "facts.units.year == 3 && facts.units.calendar_month == 2 && facts.units.week == 2",
        "facts.spent.calendar_year == 5000 && facts.spent.day == 3000",
        "cart.skus.exists(sku, sku.startsWith('m') && cart.units_of[sku] >= 3)",
        "cart.skus.filter(sku, cart.amount_of[sku] > 1000).size() == 1",
        "cart.skus.all(sku, size(sku) == 3) // each of them",
    ],
)
def test_an_expression_reads_the_cart_the_customer_and_the_facts(expression):
    assert told(
        expression, "3 mug @ 15.00", "1 hat @ 10.00",
        products=[MUG, product("hat", "10.00")], customer=ANNA, shipping="4.50", country="at",
        shipping_method="post", channel=lg.Channel.TILL, codes=["spring"], history=HISTORY,
        referred=3, party=lg.PartyTotals(700, 2, 1),
    )  # fmt: skip


@spec("CO-5")
def test_what_is_not_known_is_empty():
    assert told(
        "!customer.known && customer.id == '' && customer.tags == [] && customer.joined == '' "
        "&& customer.days_since_joining == -1 && cart.country == '' && facts.party_total == 0",
        customer=None,
    )


@spec("CO-5", "EX-1")
def test_an_expression_that_is_false_says_what_it_asks_for():
    assert told("cart.units > 3").sentence == "Holds if cart.units > 3; it is not so."
    meant = lg.Expression(expression="cart.units > 3", meaning="more than 3 units are bought")
    assert judged(meant).sentence == "Holds if more than 3 units are bought; it is not so."


@spec("CO-5", "EX-1")
@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("cart.units_of['pen'] > 1", "key not found in map"),
        ("1 / (cart.units - 1) > 0", "divide by zero"),
        ("cart.units + 9223372036854775807 > 0", "integer overflow"),
    ],
)
def test_an_expression_that_comes_to_no_answer_is_not_met_and_says_why(expression, reason):
    refused = told(expression)

    assert refused.code == "expression_failed"
    assert reason in refused.sentence


@spec("CO-5")
@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("cart.subtotl >= 1", "1:5: undeclared reference to 'cart.subtotl'; did you mean cart.sub"),
        (
            "order.total >= 1",
            "1:6: undeclared reference to 'order.total'; variables begin with cart",
        ),
        (
            "cart.units >= 'x'",
            "1:12: found no matching overload for '_>=_' applied to '(int, string)'",
        ),
        (
            "cart.units >= 8.5",
            "1:12: found no matching overload for '_>=_' applied to '(int, double)'",
        ),
        (
            "cart.units > 1 &&\n  cart.skus > 2",
            "2:13: found no matching overload for '_>_' applied to",
        ),
        ("cart.units", "1:1: comes to int; an expression is true or false"),
        ("cart.units >", "1:13: the expression ends too early"),
        ("", "1:1: the expression ends too early"),
        ("cart.units > > 1", "1:14: extraneous input '>'"),
        ("now() > 1", "1:1: now is no function here; there are"),
        ("cart.skus.map(a, a) == []", "1:11: map is no function here; there are"),
        ("'a'.matches('b')", "1:5: matches is no function here; there are"),
        ("timestamp('2026-01-01T00:00:00Z') > x", "1:1: timestamp is no function here; there are"),
        (
            "cart.skus.\n all(a, a == 'x' || cart.skus.all(b, a == b))",
            "2:31: all must not stand within",
        ),
        ("{'a': 1}.size() > 0", "1:1: { is not allowed"),
        (r"'\x41' == 'A'", "1:1: a text has no backslash"),
        ("r'a' == 'a'", "1:2: a text stands in one pair of quotes, with no letter before"),
        ("'''a''' == 'a'", "1:3: a text stands in one pair of quotes, with no letter before"),
        ("'a\n' == 'a'", "1:1: this text is not closed on its line"),
        ("true" + " " * LENGTH_MAX, "1:1: has 1,004 characters; at most 1,000 are allowed"),
        ("(" * 200 + "true" + ")" * 200, "1:1: expression recursion limit exceeded"),
    ],
    ids=lambda each: each[:30],
)
def test_what_is_wrong_is_told_with_its_line_and_column(expression, fault):
    assert faults(expression)[0].startswith(fault)


@spec("CO-5", "BI-1")
def test_several_mistakes_are_told_at_once():
    assert len(faults("cart.unts > 1 && cart.skuss == 'x'")) == 2


@spec("CO-5")
def test_a_book_refuses_an_expression_that_is_wrong():
    with pytest.raises(lg.Faults, match="did you mean cart"):
        book(promotion(off("10%"), lg.Expression(expression="cart.subtotl > 1")))


@spec("CO-5", "CO-1")
def test_only_what_an_expression_names_is_asked_of_the_records():
    def needed(expression: str) -> lg.FactsNeeded:
        offer = promotion(off("10%"), lg.Expression(expression=expression))
        return book(offer).facts_needed(cart("1 mug @ 1.00", customer=customer()))

    assert needed("cart.units > 1") == lg.FactsNeeded()
    spent = needed("facts . spent\n.year > 1")
    since = lg.Calendar().since(lg.Period.YEAR, NOW)
    assert spent.history == (lg.HistoryQuery(None, since, measure="amount"),)
    assert needed("facts.referred_customers > 1").asks == {"referred_customers"}
    assert needed("facts.party_orders > 1").asks == {"party"}


# --- bounded in cost -------------------------------------------------------------------------------

SIZE = 400
CROWD = [product(f"s{n}", "1.00") for n in range(SIZE)]
SKUS = [f"1 s{n}" for n in range(SIZE)]


def _filled(body: str) -> str:
    """The body in a loop over all products, as often as the length allows."""
    count = (LENGTH_MAX - 30) // (len(body) + 4)
    return f"cart.skus.all(a, {' && '.join([body] * count)})"


@spec("CO-5")
@pytest.mark.parametrize(
    "body",
    [
        "cart.units_of == cart.units_of",
        "!('x' in cart.skus)",
        "(cart.skus + cart.skus + cart.skus).size() > 1",
        "(cart.units_of == cart.units_of)",
        "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].size() > 1",
    ],
)
def test_a_hostile_expression_ends_quickly_on_a_large_cart(body):
    expression = _filled(body)
    assert faults(expression) == []
    values = {
        "cart.skus": [f"s{n}" for n in range(SIZE)],
        "cart.units_of": {f"s{n}": n for n in range(SIZE)},
    }

    began = perf_counter()
    LANGUAGE.evaluate(expression, values)
    # It takes half a second where nothing else runs.
    assert perf_counter() - began < 10


@spec("CO-5")
def test_what_would_cost_too_much_is_not_begun_and_says_so():
    refused = told(_filled("cart.units_of == cart.units_of"), *SKUS, products=CROWD)

    assert refused.sentence == (
        "Its expression came to no answer: the cart has too many different products for it."
    )
    assert told("cart.skus.all(a, cart.units_of[a] > 0)", *SKUS, products=CROWD)


@spec("CO-5")
def test_the_largest_cart_of_an_everyday_expression_is_within_the_bound():
    values = {"cart.skus": [f"s{n}" for n in range(800)], "cart.units_of": dict.fromkeys("abc", 1)}
    from largesse.engine.expressions import _cost

    assert _cost("cart.skus.exists(sku, cart.units_of[sku] >= 3)", values) < COST_MAX


# --- the library behind it -------------------------------------------------------------------------

WITHOUT = """
import sys
sys.modules["cel_expr_python"] = None
import largesse as lg
"""


def python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@spec("CO-5", "IF-1", "QU-7")
def test_the_library_is_loaded_when_an_expression_is_first_checked():
    loaded = "import largesse as lg, sys\nprint('cel_expr_python' in sys.modules)"
    check = (
        "\nlist(lg.Expression(expression='true').faults())\nprint('cel_expr_python' in sys.modules)"
    )

    assert python(loaded + check).split() == ["False", "True"]


@spec("CO-5")
def test_without_the_library_an_expression_is_refused_with_what_to_install():
    fault = "print(*lg.Expression(expression='cart.units > 1').faults())"

    assert python(WITHOUT + fault) == (
        "('expression', 'expressions need a library that is not there; install it with largesse[cel]')"
    )


@spec("CO-5")
def test_without_the_library_all_else_prices():
    assert python(WITHOUT + "print(lg.percent('5'))") == "50000"


@spec("CO-5", "QU-25")
def test_many_threads_may_evaluate_at_once():
    def work(number: int) -> bool:
        values = {"cart.units": number}
        return all(
            LANGUAGE.evaluate(f"cart.units >= {number} || cart.units == {n}", values).holds
            for n in range(40)
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(32)))
