"""Expressions in CEL, the Common Expression Language: checked before they are kept, bounded in cost.

This is the one module that knows the library behind them, which is loaded when an expression is first
checked or evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, NamedTuple

from largesse.engine.faults import Fault, Faults

LENGTH_MAX: Final = 1_000
"""The most characters of an expression."""
COST_MAX: Final = 10_000_000
"""The most steps that evaluating an expression may take, as `_cost` bounds them."""

Kind = str
"""The type of a variable, as CEL calls it: bool, int, string, list<string>, map<string, int>."""

MACROS: Final = frozenset({"all", "exists", "exists_one", "filter"})
"""What goes through a list; one must not stand within another."""
FUNCTIONS: Final = MACROS | {"contains", "endsWith", "has", "int", "size", "startsWith", "string"}
"""The functions that an expression may call: none of them reads a clock or costs more than it shows."""

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|//[^\n]*)|(?P<text>"[^"\n]*"|'[^'\n]*')|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<number>\.?\d[\w.]*)|(?P<other>.)""",
    re.ASCII,
)
_ERROR: Final = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): ([^\n]*)")
_MISSING: Final = "expressions need a library that is not there; install it with largesse[cel]"


class Token(NamedTuple):
    """A word, a text or a sign of an expression."""

    kind: str
    text: str
    at: int


class Outcome(NamedTuple):
    """What an expression came to: true, false, or nothing for a reason."""

    holds: bool
    failure: str = ""


class Language:
    """The variables that expressions may name, by their type."""

    def __init__(self, variables: Mapping[str, Kind]):
        self.variables = variables
        self._environment: Any = None
        self.compiled = lru_cache(maxsize=10_000)(self._compiled)
        self.used = lru_cache(maxsize=10_000)(self._used)

    def faults(self, expression: str) -> list[str]:
        """What is wrong with an expression, each at its line and column; none for a sound one."""
        try:
            self.compiled(expression)
        except ImportError:
            return [_MISSING]
        except ValueError as wrong:
            return list(wrong.args)
        return []

    def evaluate(self, expression: str, values: Mapping[str, Any]) -> Outcome:
        """What an expression comes to for values of the variables that it uses.

        Raises `Faults` for one that `faults` refuses.
        """
        found = self.faults(expression)
        if found:
            raise Faults([Fault("expression", expression, each) for each in found])
        if _cost(expression, values) > COST_MAX:
            return Outcome(False, "the cart has too many different products for it")
        return _outcome(self.compiled(expression), values)

    def _used(self, expression: str) -> tuple[str, ...]:
        """The variables that an expression may use: at least those that it does."""
        words = {token.text for token in _tokens(expression) if token.kind == "word"}
        return tuple(name for name in self.variables if words.issuperset(name.split(".")))

    def _compiled(self, expression: str) -> Any:
        """The program of an expression. Raises ValueError with what is wrong, ImportError."""
        found = tuple(_own_faults(expression))
        if found:
            raise ValueError(*found)
        try:
            program = self._made().compile(expression)
        except RuntimeError as wrong:
            raise ValueError(*self._told(str(wrong))) from None
        kind = program.return_type().name()
        if kind != "BOOL":
            raise ValueError(f"1:1: comes to {kind.lower()}; an expression is true or false")
        return program

    def _made(self) -> Any:
        if self._environment is None:
            from cel_expr_python import cel

            types = {
                "bool": cel.Type.BOOL,
                "int": cel.Type.INT,
                "string": cel.Type.STRING,
                "list<string>": cel.Type.List(cel.Type.STRING),
                "map<string, int>": cel.Type.Map(cel.Type.STRING, cel.Type.INT),
            }
            variables = {name: types[kind] for name, kind in self.variables.items()}
            self._environment = cel.NewEnv(variables=variables)
        return self._environment

    def _told(self, message: str) -> list[str]:
        """The library's complaints, each as its place and a sentence."""
        told = []
        for line, column, what in dict.fromkeys(_ERROR.findall(message)):
            at = f"{max(1, int(line))}:{max(1, int(column))}"
            what = _reason(what).removeprefix("syntax error: ").replace(" (in container '')", "")
            what = re.sub("mismatched input '<EOF>'.*", "the expression ends too early", what)
            told.append(f"{at}: {what.partition(' expecting {')[0]}{self._meant(what)}")
        return told or [f"1:1: {_reason(message)}"]

    def _meant(self, complaint: str) -> str:
        unknown = re.match(r"undeclared reference to '([^']*)'", complaint)
        if unknown is None:
            return ""
        close = get_close_matches(unknown[1], self.variables, n=1)
        return (
            f"; did you mean {close[0]}?"
            if close
            else "; variables begin with cart, customer or facts"
        )


def _outcome(program: Any, values: Mapping[str, Any]) -> Outcome:
    try:
        value = program.eval(data=values)
    except RuntimeError as wrong:
        return Outcome(False, _reason(str(wrong)))
    came_to = value.value()
    return Outcome(came_to) if isinstance(came_to, bool) else Outcome(False, _reason(str(came_to)))


def _reason(message: str) -> str:
    """The library's reason without its code: "NOT_FOUND: Key not found in map : a"."""
    said = re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", message.splitlines()[0])
    return said[:1].lower() + said[1:]


def _cost(expression: str, values: Mapping[str, Any]) -> int:
    """A bound on the steps of an expression, for each list or map that it names.

    Going through a list looks at its every entry, and may compare whole lists each time. Lists that the
    expression writes itself are no longer than its commas.
    """
    tokens = _tokens(expression)
    sizes = [len(value) for value in values.values() if isinstance(value, (list, dict))]
    longest = max([*sizes, sum(token.text == "," for token in tokens), 1])
    named = sum(token.kind == "word" for token in tokens)
    goes_through = any(token.text in MACROS for token in tokens)
    return named * longest * (longest if goes_through else 1)


@lru_cache(maxsize=10_000)
def _tokens(expression: str) -> tuple[Token, ...]:
    return tuple(
        Token(found.lastgroup or "", found[0], found.start())
        for found in _TOKEN.finditer(expression)
        if found.lastgroup != "space"
    )


def _own_faults(expression: str) -> Iterator[str]:
    """What CEL would allow and a promotion does not: what can't be checked, or costs too much."""
    if len(expression) > LENGTH_MAX:
        yield f"1:1: has {len(expression):,} characters; at most {LENGTH_MAX:,} are allowed"
        return
    tokens = _tokens(expression)
    calls: list[str] = []
    for i, token in enumerate(tokens):
        before = tokens[i - 1].text if i else ""
        if token.text in ("\\", "{", "}", "`"):
            yield _at(expression, token, f"{token.text} is not allowed")
        elif token.text in ('"', "'"):
            yield _at(expression, token, "this text is not closed on its line")
        elif token.kind == "text" and "\\" in token.text:
            yield _at(expression, token, "a text has no backslash")
        elif token.kind == "text" and i and _touches(tokens[i - 1], token):
            yield _at(
                expression, token, "a text stands in one pair of quotes, with no letter before"
            )
        elif token.text == "(":
            called = before if i and tokens[i - 1].kind == "word" else ""
            if called and called not in FUNCTIONS and called != "in":
                yield _at(expression, tokens[i - 1], _no_function(called))
            elif called in MACROS and not MACROS.isdisjoint(calls):
                yield _at(expression, tokens[i - 1], f"{called} must not stand within another")
            calls.append(called)
        elif token.text == ")" and calls:
            calls.pop()


def _touches(before: Token, text: Token) -> bool:
    return before.kind in ("word", "text") and before.at + len(before.text) == text.at


def _no_function(name: str) -> str:
    close = get_close_matches(name, FUNCTIONS, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"{name} is no function here; there are {', '.join(sorted(FUNCTIONS))}{meant}"


def _at(expression: str, token: Token, message: str) -> str:
    before = expression[: token.at]
    return f"{before.count(chr(10)) + 1}:{token.at - before.rfind(chr(10))}: {message}"
