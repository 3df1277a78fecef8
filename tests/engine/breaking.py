"""JSON broken in the four classic ways: a trailing comma, text around it, several objects, quotes.

Each way comes in a few forms, as models have been seen to write them. None loses a word of the
answer. It runs inside vLLM, so it needs the standard library alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from engine.dice import Dice

Rows = list[list]
_SHAPE = "[[field key, [names], value, [line numbers]], ...]"


def written(rows: Rows) -> str:
    """Rows in the answer's form, in the fewest tokens."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def trailing_comma(rows: Rows, dice: Dice) -> str:
    """Behind the last row, the last element of each, or the last number of each."""
    each = [written(row) for row in rows]
    forms = (
        f"[{','.join(each)},]",
        f"[{','.join(row[:-1] + ',]' for row in each)}]",
        f"[{','.join(row[:-2] + ',]]' for row in each)}]",
    )
    return dice.pick(forms[: 3 if rows else 1], "comma")


def text_around(rows: Rows, dice: Dice) -> str:
    """Before, behind or both; sometimes with brackets of its own."""
    text = written(rows)
    forms = (
        f"Here are the rows that the lines state:\n\n```json\n{text}\n```",
        f"{text}\n\nNote: I have left out what the lines do not state [see lines 1 to 5].",
        f"Sure! In the form {_SHAPE} the answer is:\n{text}\nLet me know if you need more.",
        f'Lines [3] and [7] speak of it ("as amended").\n{text}',
    )
    return dice.pick(forms, "text")


def several_objects(rows: Rows, dice: Dice) -> str:
    """An answer per row, two halves, bare rows, or objects around rows or in place of them."""
    middle = (len(rows) + 1) // 2
    halves = [rows[:middle], rows[middle:]]
    if len(rows) < 2:
        return dice.pick(("\n", ", "), "between").join(map(written, halves))
    forms = (
        "\n".join(written([row]) for row in rows),
        ",\n".join(written([row]) for row in rows),
        "".join(map(written, halves)),
        "\n\n".join(f'{{"rows": {written(half)}}}' for half in halves),
        "\n".join(map(_named, rows)),
        "\n".join(map(written, rows)),
    )
    return dice.pick(forms, "objects")


def _named(row: list) -> str:
    keys = ("field", "facilities", "value", "lines")
    return json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False)


def quote_trouble(rows: Rows, dice: Dice) -> str:
    """Single ones, as Python writes them or throughout; typographic; none about keys; none escaped;
    one pair too many, about the whole."""
    text = written(rows)
    if not rows:
        return json.dumps(text)
    forms = [
        repr(rows),
        text.replace('\\"', "'").replace('"', "'"),
        _curly(rows),
        json.dumps(text, ensure_ascii=False),
        _with_bare_keys(rows),
    ]
    if '\\"' in text:
        forms += [text.replace('\\"', '"')] * 2
    return dice.pick(forms, "quotes")


def _with_bare_keys(rows: Rows) -> str:
    return "[" + ",".join(f"[{row[0]},{written(row[1:])[1:]}" for row in rows) + "]"


def _curly(rows: Rows) -> str:
    """Typographic quotes around strings; those inside stay as they are."""

    def quoted(text: str) -> str:
        return f"“{text}”"

    inner = ",".join(
        f"[{quoted(field)},[{','.join(map(quoted, names))}],{quoted(value)},{lines}]"
        for field, names, value, lines in rows
    )
    return f"[{inner}]"


WAYS: Sequence[Callable[[Rows, Dice], str]] = (
    trailing_comma,
    text_around,
    several_objects,
    quote_trouble,
)


def broken(rows: Rows, dice: Dice) -> str:
    """The rows as JSON that no parser takes."""
    return dice.pick(WAYS, "way")(rows, dice)
