"""What Alder & Finch sells: things for the kitchen and the table, candles, gifts.

A row of `RANGE` is a first number, a name, a price, an icon, a product group, and the variants,
which are numbered on from the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

RANGE: Final = """
AP-2041 | Linen apron | 50.00 | shirt | aprons | flax, ink, moss, rust, chalk, slate
AP-2061 | Half apron | 34.00 | shirt | aprons | flax, ink, rust, indigo stripe
AP-2081 | Children’s apron | 26.00 | shirt | aprons | flax, mustard, sky
SB-1180 | Walnut serving board | 50.00 | utensils | boards | medium, round, long, with handle
SB-1190 | Oak chopping board | 38.00 | utensils | boards | small, medium, large
SB-1200 | Cheese board, slate | 32.00 | utensils | boards | round, oblong
TW-330 | Tea towel | 9.00 | waves | linens | ink stripe, flax, moss check, rust, chalk, fig, fern, ash
TW-350 | Linen napkin, set of four | 36.00 | waves | linens | flax, ink, moss, rust, chalk
TW-370 | Table runner | 42.00 | waves | linens | flax, ink, rust, natural stripe
TW-390 | Pot holder, pair | 16.00 | waves | linens | flax, ink, moss, rust
KN-401 | Olive wood spoon | 12.00 | utensils | tools | small, medium, large, slotted
KN-411 | Beech spatula | 9.50 | utensils | tools | straight, angled, narrow
KN-421 | Whisk, steel | 14.00 | utensils | tools | small, balloon, flat
KN-431 | Paring knife | 28.00 | utensils | tools | beech, walnut, black
KN-441 | Kitchen shears | 24.00 | utensils | tools | black, brass
KN-451 | Marble mortar and pestle | 48.00 | utensils | tools | white, grey
KN-461 | Enamel mixing bowl | 22.00 | soup | bakeware | cream, blue rim, green rim, large cream
KN-471 | Loaf pan, blued steel | 26.00 | cooking-pot | bakeware | short, long
KN-481 | Pie dish, stoneware | 34.00 | cake | bakeware | chalk, moss, rust
KN-491 | Cooling rack | 18.00 | cake | bakeware | round, square
KN-501 | Cast-iron skillet | 44.00 | cooking-pot | cookware | 8 inch, 10 inch, 12 inch
KN-511 | Enamel casserole | 98.00 | cooking-pot | cookware | cream, moss, ink
KN-521 | Copper saucepan | 120.00 | cooking-pot | cookware | small, medium
KN-531 | Pour-over kettle | 64.00 | coffee | cookware | steel, black
KN-541 | Spice jar, set of six | 30.00 | package | storage | clear, amber
KN-551 | Storage jar with cork | 14.00 | package | storage | small, medium, large, extra large
KN-561 | Bread bin, ash | 68.00 | package | storage | natural, black
MG-201 | Stoneware mug | 14.50 | coffee | mugs | chalk, ink, sand, moss, rust, slate, oat, fern
MG-221 | Espresso cup | 11.00 | coffee | mugs | chalk, ink, moss, rust
MG-241 | Latte bowl | 18.00 | coffee | mugs | chalk, moss, sand
BW-310 | Stoneware bowl | 22.00 | soup | stoneware | moss, chalk, ink, rust, slate, oat
BW-330 | Serving bowl | 46.00 | soup | stoneware | chalk, ink, moss
PL-101 | Dinner plate | 24.00 | utensils | stoneware | chalk, ink, moss, rust, slate, oat
PL-121 | Side plate | 16.00 | utensils | stoneware | chalk, ink, moss, rust, slate, oat
PL-141 | Pasta plate | 26.00 | utensils | stoneware | chalk, ink, moss
PL-161 | Platter, oval | 58.00 | utensils | stoneware | chalk, moss
GL-501 | Tumbler | 9.00 | wine | glass | clear, smoke, green, amber
GL-521 | Wine glass | 16.00 | wine | glass | red, white, stemless
GL-541 | Carafe | 36.00 | wine | glass | clear, smoke
GL-561 | Water jug | 32.00 | wine | glass | clear, green
GL-581 | Coupe | 18.00 | wine | glass | clear, smoke
FL-601 | Flatware, four pieces | 48.00 | utensils | flatware | brushed, brass, black
FL-621 | Cheese knives, set of three | 30.00 | utensils | flatware | walnut, brass
FL-641 | Salad servers | 28.00 | utensils | flatware | olive wood, horn
VS-701 | Bud vase | 19.00 | flower-2 | vases | chalk, ink, moss, rust
VS-721 | Tall vase | 54.00 | flower-2 | vases | chalk, smoke glass
CN-110 | Soy candle | 18.00 | flame | soy-candles | cedar, tonka, fig, sea salt, tomato leaf, rain
CN-116 | Soy candle | 18.00 | flame | soy-candles | amber, linen, juniper, hearth
CN-130 | Soy candle, large | 34.00 | flame | soy-candles | cedar, fig, amber, hearth, juniper
CN-150 | Travel candle in a tin | 11.00 | flame | soy-candles | cedar, fig, rain, linen, juniper
TC-011 | Taper candle pair | 12.00 | flame-kindling | tapers | ivory, moss, rust, ink, chalk, plum, gold
BW-022 | Beeswax pillar | 24.00 | flame-kindling | pillars | medium, tall, short
BW-032 | Beeswax tea lights, twelve | 15.00 | flame | pillars | plain, in glass
VG-040 | Votive glass | 30.00 | lamp | holders | smoke, clear, amber, green
CH-050 | Candlestick, brass | 28.00 | flame-kindling | holders | low, tall, pair
CH-060 | Hurricane lantern | 62.00 | lamp | holders | small, large
MB-090 | Match bottle | 9.00 | flame-kindling | candle-care | clear, green, rose
MB-100 | Wick trimmer | 18.00 | wrench | candle-care | brass, black
MB-110 | Candle snuffer | 20.00 | sparkles | candle-care | brass, black
DF-120 | Reed diffuser | 38.00 | leaf | scents | cedar, fig, linen, juniper
RS-130 | Room spray | 22.00 | leaf | scents | cedar, fig, linen
TB-118 | Canvas tote | 24.00 | shopping-bag | totes | natural, ink, moss, market stripe
TE-201 | Cotton tee | 28.00 | shirt | spirit-wear | navy, maroon, forest, heather
NB-301 | Notebook, cloth-bound | 17.00 | book-open | paper | ink, moss, rust, natural
NB-311 | Letterpress cards, eight | 18.00 | mail | paper | botanical, birds, thank you, birthday
NB-321 | Wrapping paper, three sheets | 8.00 | gift | paper | fern, finch, stripe
NB-331 | Recipe book, blank | 29.00 | book-open | paper | flax, ink
SO-401 | Olive oil soap | 8.50 | bath | bath | cedar, lavender, oat, mint
SO-411 | Hand balm | 14.00 | bath | bath | cedar, lavender, unscented
SO-421 | Waffle towel | 26.00 | bath | bath | chalk, moss, sand
TY-501 | Wooden stacking toy | 24.00 | toy-brick | children | animals, rainbow
TY-511 | Felt finch | 16.00 | toy-brick | children | gold, rose, blue
FD-601 | Fig jam | 9.50 | soup | pantry | classic, with port
FD-611 | Wildflower honey | 13.00 | flower-2 | pantry | small, large
FD-621 | House blend coffee | 16.00 | coffee | pantry | whole bean, ground, decaf
FD-631 | Herbal tea | 11.00 | leaf | pantry | mint, chamomile, rooibos
FD-641 | Shortbread | 8.00 | cake | pantry | butter, lemon, cardamom
FD-651 | Olive oil | 24.00 | soup | pantry | mild, peppery
FD-661 | Sea salt flakes | 7.50 | utensils | pantry | plain, smoked, rosemary
FD-671 | Maple syrup | 18.00 | leaf | pantry | amber
KN-571 | Salt cellar | 16.00 | package | storage | olive wood, marble, stoneware
KN-581 | Tea strainer | 12.00 | coffee | tools | steel, brass
KN-591 | Cookie cutters | 14.00 | cake | bakeware | stars, leaves, birds
FL-661 | Butter knife | 14.00 | utensils | flatware | walnut, brass, horn
PL-181 | Egg cup | 9.00 | utensils | stoneware | chalk, ink, moss, rust
VS-741 | Planter | 26.00 | flower-2 | vases | chalk, rust, slate
NB-341 | Pencils, twelve | 12.00 | pencil | paper | graphite, colored
TY-521 | Picture book | 18.00 | book-open | children | finches, alder tree
"""

SPECIAL: Final = """
PU-001 | Preferred customer upgrade | 25.00 | badge-check | preferred-upgrade
GC-010 | Gift wrapping | 6.00 | gift | services
WS-020 | Candle pouring class | 65.00 | flame | services
WS-030 | Knife sharpening | 12.00 | utensils | services
"""

WEIGHED: Final = """
FD-701 | Coffee beans, by weight | 32.00 | coffee | pantry
FD-711 | Loose tea, by weight | 58.00 | leaf | pantry
"""

KITS: Final[Mapping[tuple[str, str, str, str], Mapping[str, int]]] = {
    ("KT-001", "Breakfast for two", "68.00", "coffee"): {"MG-201": 2, "BW-311": 2},
    ("KT-002", "Candle trio", "48.00", "flame"): {"CN-110": 1, "CN-112": 1, "CN-116": 1},
    ("KT-003", "Housewarming box", "92.00", "house"): {
        "SB-1180": 1,
        "TW-330": 2,
        "CN-112": 1,
        "MB-090": 1,
    },
    ("KT-004", "Host’s table for four", "228.00", "utensils"): {
        "PL-101": 4,
        "PL-121": 4,
        "GL-501": 4,
        "TW-350": 1,
    },
    ("KT-005", "Baker’s gift", "88.00", "cake"): {"KN-461": 1, "KN-481": 1, "AP-2041": 1},
    ("KT-006", "Pantry box", "46.00", "gift"): {
        "FD-601": 1,
        "FD-611": 1,
        "FD-641": 1,
        "FD-621": 1,
    },
}

OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "GC-010": ("MG-201", "AP-2041", "KN-431", *(sku for sku, *_ in KITS)),
    "WS-030": ("KN-431", "KN-432", "KN-433"),
}
"""What is offered with other products, and with which."""

MENU: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "kitchen": (
        "Kitchen",
        ("aprons", "boards", "linens", "tools", "bakeware", "cookware", "storage"),
    ),
    "table": ("Table", ("mugs", "stoneware", "glass", "flatware", "vases")),
    "candles": (
        "Candles",
        ("soy-candles", "tapers", "pillars", "holders", "candle-care", "scents"),
    ),
    "gifts": (
        "Gifts",
        ("kits", "totes", "paper", "bath", "children", "pantry", "services", "preferred-upgrade"),
    ),
}
"""The shop's menu: what each group of it is called, and of which groups it is made."""

TITLES: Final[Mapping[str, str]] = {
    "soy-candles": "soy candles",
    "preferred-upgrade": "Preferred upgrade",
    "spirit-wear": "Spirit wear",
    "candle-care": "candle care",
}

OTHER_GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "classroom": ("Classroom", ("AP-2041", "TB-118", "NB-301", "NB-302", "TB-119")),
    "fundraiser": ("Fundraiser", ("CN-112", "CN-110", "CN-116", "FD-641", "FD-621")),
    "autumn": (
        "Autumn boards",
        ("SB-1180", "SB-1181", "SB-1182", "SB-1183", "SB-1190", "SB-1191", "SB-1192"),
    ),
    "last-chance": (
        "last-chance pieces",
        ("TC-016", "VS-704", "GL-504", "NB-323", "TY-513", "CN-119", "PL-125", "MG-207"),
    ),
}

TAX_FREE_FOOD: Final = "food"

LISTED_HIGHER: Final[Mapping[str, str]] = {
    "KN-511": "120.00",
    "KN-512": "120.00",
    "KN-521": "150.00",
    "CH-061": "75.00",
    "VS-721": "64.00",
    "TC-016": "15.00",
    "GL-504": "12.00",
}
"""Products whose list price is above what they sell for."""


class Good(NamedTuple):
    """A product as the demo makes it; amounts in minor units."""

    sku: str
    name: str
    price: int
    icon: str
    group: str
    family: str
    weighed: bool = False


def goods() -> Iterator[Good]:
    """All products but the kits."""
    for row in _rows(RANGE):
        first, name, price, icon, group, variants = row
        prefix, _, number = first.partition("-")
        for i, variant in enumerate(variants.split(", ")):
            sku = f"{prefix}-{int(number) + i:0{len(number)}d}"
            yield Good(sku, f"{name}, {variant}", cents(price), icon, group, name)
    for text, weighed in ((SPECIAL, False), (WEIGHED, True)):
        for sku, name, price, icon, group in _rows(text):
            yield Good(sku, name, cents(price), icon, group, name, weighed)


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


def cents(text: str) -> int:
    """Minor units of a price as it is written above."""
    return int(text.replace(".", ""))
