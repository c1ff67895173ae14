"""Who buys from Alder & Finch: names that one meets in a town on the Pacific coast, mixed by chance."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

FIRST: Final = """
Ada Adaeze Agnes Aiko Aisha Alejandra Amara Amina Ana Anders Andre Anika Anouk Antonio Arjun Asha
Astrid Beatriz Bence Bilal Bram Brigid Camila Carlos Carmen Chiara Chidi Chloe Clara Daniel Dante
Darius Delphine Dev Diego Dina Dmitri Ebba Eduardo Eilidh Elena Elif Emeka Emil Esther Eun-ji
Farah Fatima Felix Fiona Florence Francesca Gabriel George Giulia Grace Greta Hana Hannah Harriet
Hassan Helga Henry Hiroshi Ibrahim Idris Ilse Imani Ines Ingrid Isaac Isla Ivan Jamal James Jasmin
Joaquín José Josephine Jonas Joyce June Kamila Karim Katya Keiko Kenji Kofi Laila Lars Leila Leo
Liam Lina Linh Louise Lucía Luis Magnus Mai Malik Margaret Maria Mariam Mateo Maya Mei Mercedes
Mina Miriam Mohammed Naledi Naomi Nadia Nikhil Nina Noor Nora Olga Oliver Omar Oona Oscar Otis
Paloma Patrick Pia Pieter Priya Quentin Rafael Ravi Rebecca Rosa Ruth Salma Samir Samuel Sanna
Santiago Sara Sofia Solveig Stella Sunita Tadeo Tamar Tendai Teresa Thandi Theo Thomas Tomás Uma
Ursula Valentina Vera Victor Wanjiru Wei Willa Xiomara Yara Yasmin Yosef Yuki Zahra Zoë
"""

LAST: Final = """
Abdi Acosta Adler Agarwal Ahmed Almeida Amari Andersen Anderson Arslan Baker Bakke Banerjee Bauer
Begum Bergman Berg Bianchi Boateng Brandt Brennan Brown Carter Castillo Chang Chen Choi Clarke
Cohen Costa Cruz Dahl Das Delgado Diaz Dlamini Dubois Edwards Ekström Elliott Eriksen Evans Farouk
Fernández Fischer Fitzgerald Flores Foster Fujita Galvão García Goldberg González Gray Green Gupta
Haddad Hall Hamid Hansen Harper Hassan Hayashi Hernández Hoffmann Holm Hughes Hussein Ibarra Iyer
Jackson Jansen Jensen Johnson Jones Kaplan Kaya Kelly Khan Kim Kowalski Kumar Lam Larsen Lee Levy
Li Lindqvist Lopez Lowe Lund Mahmoud Malik Marino Martin Martínez Mbeki Mehta Mensah Meyer Miller
Mitchell Moore Morales Moreau Morgan Mori Müller Mwangi Nakamura Nelson Nguyen Nielsen Novak Nwosu
Oconnor Okafor Oliveira Olsen Ong Ortiz Osei Owens Park Patel Pereira Perez Petrov Pham Phillips
Popescu Quinn Rahman Ramírez Reed Reyes Rivera Roberts Robinson Rodríguez Romero Rossi Sandoval
Santos Sato Schmidt Schneider Scott Shah Sharma Silva Singh Smith Sokolov Solberg Sørensen Stewart
Strand Suzuki Tan Tanaka Taylor Thompson Torres Tran Turner Usman Valdez Van_Dijk Vargas Vega
Virtanen Wagner Walker Wang Ward Watanabe Weber White Williams Wilson Wong Wright Yamada Yang
Yilmaz Young Zhang Zhou Ziegler
"""

PLACES: Final = (("206", "Seattle"), ("503", "Portland"), ("303", "Denver"), ("360", "Olympia"))

TAGS: Final = (("newsletter", 45), ("teacher", 9), ("trade", 6), ("founding", 4), ("market", 12))
"""Each with the percentage of customers that have it."""


class Person(NamedTuple):
    """A customer as the demo makes it."""

    number: str
    name: str
    email: str
    phone: str
    birthday: tuple[int, int, int]
    joined_days_ago: int
    tags: tuple[str, ...]
    is_distributor: bool


REGULARS: Final = ("Marta Ilves", "Harriet Lowe", "Samir Haddad", "Hannah Osei", "Ada Nwosu")
"""They come first, so that a seed changes everybody but them."""


def people(chance: Random, customers: int, distributors: int) -> Iterator[Person]:
    """So many people, no two of one name; the last of them are distributors."""
    named: set[str] = set()
    for i in range(customers + distributors):
        name = REGULARS[i] if i < len(REGULARS) else _new_name(chance, named)
        named.add(name)
        area, _ = chance.choice(PLACES)
        yield Person(
            number=f"C-{10_001 + i}" if i < customers else f"D-{501 + i - customers}",
            name=name,
            email=f"{_plain(name)}@example.com",
            # 555-0100 to 555-0199 are nobody's.
            phone=f"+1 {area} 555 01{chance.randrange(100):02d}",
            birthday=(
                chance.randrange(1946, 2006),
                chance.randrange(1, 13),
                chance.randrange(1, 29),
            ),
            joined_days_ago=chance.randrange(20, 1500),
            tags=_tags(chance) if i >= len(REGULARS) else (),
            is_distributor=i >= customers,
        )


def _tags(chance: Random) -> tuple[str, ...]:
    return tuple(tag for tag, share in TAGS if chance.randrange(100) < share)


def _new_name(chance: Random, named: set[str]) -> str:
    first, last = FIRST.split(), LAST.split()
    while True:
        name = f"{chance.choice(first)} {chance.choice(last)}".replace("_", " ")
        if name not in named:
            return name.replace("Oconnor", "O’Connor")


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
    return ".".join(
        "".join(c for c in letters if c.isascii() and (c.isalpha() or c == " ")).lower().split()
    )
