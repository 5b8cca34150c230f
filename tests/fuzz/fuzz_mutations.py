"""Careless and hostile changes to files: bytes, tokens, and the structure of what they hold."""

import datetime
import math
import random
import re
from collections.abc import Callable
from copy import deepcopy

LEVELS = ("byte", "token", "structure")
TOKEN = re.compile(r"[A-Za-z_]+|[0-9]+|\s+|[^\w\s]")
RETYPED = (
    *("", "0", "-1", "1e400", "-1e-400", "nan", "inf", "-inf", "true", "[]", "{}", '""', "null"),
    *('"0.00"', '"1e5"', "9" * 30, "9" * 5000, "0x7f", "0b1", "0o17", "1_000", "١٢", "½"),
    *("1979-05-27", "'", '"', '"""', "'''", "=", "[", "]", "[[", "{", "}", "#", "\\", "\\u0000"),
    *("\x00", "\r", "\t", "é", "e\u0301", "\u202e", "\ufeff", "\u2028", "𝟙", "−", "rt", "control"),
    *("pfs", "os", "kind", ",", ";", ",,", "1,5", "1.2.3", "--", "../..", "$(true)", "`true`"),
    *("__import__", "%s", "{0}"),
)
NUMBERS = (
    *(0, -0.0, 1, -1, 2, 0.5, 1e-300, 5e-324, 1e308, -1e308, math.nan, math.inf, -math.inf),
    *(2**31, 2**63, 2**64, 10**30, 10**400, -(10**18), 1e16, 0.1 + 0.2, 100_000, 1_000_000),
)
MARKS = (b"\x00", b"\xff", b"\xc3", b"\n", b"\r", b'"', b",")
TEXTS = (
    *("", " ", "a" * 2000, "\u0000", "\U0001f600", "é", "e\u0301", "\u202etxt", "\u2028"),
    *("line\nline", "tab\t", '"', "\\", "nan", "1e5", "0x10", "none", "true", "__class__", "{x}"),
    *("%d", "../../x", "/dev/null", "http://x.invalid/", "2 ** 3", "((((((((((1))))))))))"),
    *("9" * 400, "1 / 0", "n", "round(n)", "exp(1000)", "0.5 ± 0.1", "<0.001"),
)


def mutated_bytes(content: bytes, rng: random.Random) -> bytes:
    """Flip, lose, double, overwrite or insert bytes, one to eight times."""
    found = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(found) + 1)
        length = rng.choice((1, 1, 1, 2, 4, 16, 64, 512))
        match rng.randrange(7):
            case 0 if place < len(found):
                found[place] ^= 1 << rng.randrange(8)
            case 1:
                del found[place : place + length]
            case 2:
                found[place:place] = found[place : place + length]
            case 3:
                found[place : place + length] = rng.randbytes(length)
            case 4:
                found[place:place] = rng.choice(
                    (b"\x00", b"\xff", b"\xc3", b"\n", b"\r", b'"', b",")
                )
            case 5 if rng.random() < 0.1:
                del found[place:]
            case 6:
                other = rng.randrange(len(found) + 1)
                found[place : place + length] = found[other : other + length]
    return bytes(found)


def mutated_tokens(content: bytes, rng: random.Random) -> bytes:
    """Change words, numbers and lines of a text as hands would, one to four times."""
    lines = content.decode("utf-8", errors="replace").split("\n")
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(lines))
        words = TOKEN.findall(lines[place]) or [""]
        word = rng.randrange(len(words))
        match rng.randrange(9):
            case 0:
                del lines[place]
            case 1:
                lines.insert(rng.randrange(len(lines)), lines[place])
            case 2:
                words[word] = ""
            case 3 | 4:
                words[word] = rng.choice(RETYPED)
            case 5:
                words = [re.sub(r"\d", lambda _: str(rng.randrange(10)), part) for part in words]
            case 6:
                other = rng.choice(lines)
                words[word] = rng.choice(TOKEN.findall(other) or [""])
            case 7:
                other = rng.randrange(len(lines))
                lines[place], lines[other] = lines[other], lines[place]
            case 8:
                words[word:word] = [rng.choice(RETYPED)]
        if place < len(lines) and lines[place] and rng.random() < 0.999:
            lines[place] = "".join(words) if TOKEN.findall(lines[place]) else lines[place]
        if not lines:
            lines = [""]
    return "\n".join(lines).encode("utf-8", errors="replace")


def any_value(rng: random.Random, *, depth: int = 0) -> object:
    """Give a value of any type and size that TOML can hold."""
    match rng.randrange(9):
        case 0 | 1 | 2:
            return rng.choice(NUMBERS)
        case 3 | 4:
            return rng.choice(TEXTS)
        case 5:
            return rng.random() < 0.5
        case 6:
            return datetime.date(1979, 5, 27)
        case 7 if depth < 4:
            return [any_value(rng, depth=depth + 1) for _ in range(rng.randrange(4))]
        case 8 if depth < 4:
            keys = rng.sample(("kind", "name", "hr", "value", "é", "", "x"), rng.randrange(4))
            return {key: any_value(rng, depth=depth + 1) for key in keys}
    return rng.choice((1e-9, -5, 3, 0.25, 36.0))


def nested(rng: random.Random) -> object:
    """Give a list or table within itself, up to 3,000 deep."""
    value: object = rng.choice((1, "x"))
    table = rng.random() < 0.5
    for _ in range(rng.choice((3, 30, 300, 3000))):
        value = {"kind": value} if table else [value]
    return value


def places(content: object, above: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Path of everything in a nested structure."""
    if isinstance(content, dict):
        entries = list(content.items())
    elif isinstance(content, list):
        entries = list(enumerate(content))
    else:
        return []
    found = []
    for name, value in entries:
        found.append((*above, name))
        found += places(value, (*above, name))
    return found


def mutated_structure(content: dict[str, object], rng: random.Random) -> bytes:
    """Change types, extremes, names and nesting of a table, one to three times; as TOML."""
    whole = deepcopy(content)
    for _ in range(rng.choice((1, 1, 2, 3))):
        try:
            found = places(whole)
        except RecursionError:
            break
        if not found:
            break
        path = rng.choice(found)
        try:
            _change(_parent(whole, path), path[-1], whole, rng)
        except (RecursionError, OverflowError):
            break
    text = as_toml(whole)
    if rng.random() < 0.05:
        lines = text.split("\n")
        lines.insert(rng.randrange(len(lines)), rng.choice(lines))
        text = "\n".join(lines)
    return text.encode("utf-8", errors="replace")


def _parent(whole: object, path: tuple[object, ...]) -> object:
    for part in path[:-1]:
        whole = whole[part]  # type: ignore[index]
    return whole


def _change(here: object, name: object, whole: dict[str, object], rng: random.Random) -> None:
    match rng.randrange(11):
        case 0 | 1 | 2:
            here[name] = any_value(rng)
        case 3 | 4 if isinstance(here[name], int | float) and not isinstance(here[name], bool):
            here[name] = _near(here[name], rng)
        case 5:
            del here[name]
        case 6 if isinstance(here, list):
            here.extend(deepcopy(here[name]) for _ in range(rng.choice((1, 1, 40))))
        case 6:
            new = rng.choice((str(name)[:-1], f"{name}s", str(name).upper(), "kind", "é", ""))
            here[new] = here.pop(name)
        case 7:
            other = rng.choice(places(whole))
            here[name] = deepcopy(_parent(whole, other)[other[-1]])
        case 8:
            here[name] = [here[name]] if rng.random() < 0.5 else {"kind": here[name]}
        case 9 if rng.random() < 0.2:
            here[name] = nested(rng)
        case 10 if isinstance(here, dict):
            here[rng.choice(TEXTS)] = any_value(rng)
        case _:
            here[name] = rng.choice(NUMBERS)


def _near(value: float, rng: random.Random) -> object:
    change = rng.randrange(6)
    if change == 0:
        return -value
    if change == 1:
        return value * rng.choice((10, 100, 0.1, 1e6))
    if change == 2:
        return str(value)
    if change == 3 and isinstance(value, int):
        return float(value) if abs(value) < 2**53 else 1.5
    return value + rng.choice((1, -1, 0.5, 1e-9))


def as_toml(content: dict[str, object]) -> str:
    """Write a table as TOML, one line for each entry at the top."""
    return "\n".join(f"{_quoted(str(name))} = {_inline(value)}" for name, value in content.items())


def _inline(value: object) -> str:
    parts: list[str] = []
    waiting: list[object] = [value]
    # A stack of its own, as values may lie deeper than Python's calls reach.
    while waiting:
        one = waiting.pop()
        match one:
            case _Raw():
                parts.append(one.text)
            case dict():
                entries: list[object] = [_Raw("{")]
                for place, (name, inner) in enumerate(one.items()):
                    entries += [_Raw(f"{', ' if place else ''}{_quoted(str(name))} = "), inner]
                waiting += reversed([*entries, _Raw("}")])
            case list() | tuple():
                entries = [_Raw("[")]
                for place, inner in enumerate(one):
                    entries += [_Raw(", " if place else ""), inner]
                waiting += reversed([*entries, _Raw("]")])
            case bool():
                parts.append("true" if one else "false")
            case str():
                parts.append(_quoted(one))
            case int():
                parts.append(str(one))
            case float():
                parts.append(repr(one))
            case _:
                parts.append(str(one))
    return "".join(parts)


class _Raw:
    """Text that is written as it is."""

    def __init__(self, text: str) -> None:
        self.text = text


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    return sign if sign >= " " and sign != "\x7f" else f"\\u{ord(sign):04X}"


def mutated_cells(content: bytes, rng: random.Random) -> bytes:
    """Change cells, rows, columns and marks of a CSV file, one to three times."""
    rows = [line.split(",") for line in content.decode("utf-8").split("\n") if line]
    for _ in range(rng.randint(1, 3)):
        _change_rows(rows, rng)
        rows = rows or [[""]]
    text = "\n".join(",".join(row) for row in rows) + "\n"
    match rng.randrange(14):
        case 0:
            text = text.replace("\n", "\r\n")
        case 1:
            text = text.replace(",", rng.choice((";", "\t", "|", ", ")))
        case 2:
            return text.encode(rng.choice(("utf-16", "utf-32", "utf-8-sig")))
        case 3:
            text = text.replace("\n", "\n" * 3)
    return text.encode("utf-8", errors="replace")


def _change_rows(rows: list[list[str]], rng: random.Random) -> None:
    row = rng.randrange(len(rows))
    column = rng.randrange(max(len(rows[row]), 1))
    value = rng.choice(RETYPED) if rng.random() < 0.5 else repr(rng.choice(NUMBERS))
    match rng.randrange(10):
        case 0 | 1 | 2 | 3:
            rows[row][column : column + 1] = [value]
        case 4:
            del rows[row]
        case 5:
            rows.insert(rng.randrange(len(rows) + 1), list(rows[row]))
        case 6:
            for one in rows:
                del one[column : column + 1]
        case 7:
            for one in rows:
                one[column:column] = one[column : column + 1] or [value]
        case 8:
            for one in rows[rng.randrange(2) :]:
                one[column : column + 1] = [value]
        case 9:
            rng.choice((rows.reverse, rows.clear, rows[row].reverse))()


Mutator = Callable[[bytes, random.Random], bytes]
