"""How a spreadsheet shows a stored value: the number formats that financial models use."""

from __future__ import annotations

import datetime as dt
import re

_SECTION = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DECIMALS = re.compile(r"[0#?]\.([0#?]+)")
_DIGITS = re.compile(r"[0#?][0#?,.%]*")
_NOISE = re.compile(r"\[[^\]]*\]|_.|\*.")  # colours, conditions, padding
_SHOWN = re.compile(r'"([^"]*)"|\\(.)|([€$£¥x ])')
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")


def shown(value: object, number_format: str | None) -> str:
    """The value as the sheet shows it, on one line; the plain value where the format is unusual."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _date(value)
    if isinstance(value, int | float):
        return _number(value, number_format or "General")
    return " ".join(str(value).split())


def _date(value: dt.datetime | dt.date | dt.time) -> str:
    """ISO 8601, which no reader mistakes, whatever order of day and month the sheet shows."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()


def _number(value: float, number_format: str) -> str:
    section = _section_for(value, number_format)
    digits = _SECTION.sub("", section)
    if not re.search(r"[0#]", digits) or "E" in digits or "/" in digits:
        return _plain(value)
    match = _DECIMALS.search(digits)
    decimals = len(match.group(1)) if match else 0
    scaled = value * 100 if "%" in digits else value
    text = f"{scaled:{',' if ',' in digits.rstrip(',') else ''}.{decimals}f}"
    before, after = _around(section)
    return f"{before}{text}{'%' if '%' in digits else ''}{after}".strip()


def _section_for(value: float, number_format: str) -> str:
    sections = number_format.split(";")
    if value == 0 and len(sections) > 2 and re.search(r"[0#]", _SECTION.sub("", sections[2])):
        return sections[2]
    return sections[0]  # negative numbers keep their sign, whatever brackets the sheet uses


def _around(section: str) -> tuple[str, str]:
    """Words and currency signs that the format puts before and behind the digits."""
    section = _CURRENCY.sub(lambda match: f'"{match.group(1)}"', section)
    before, after = (*_DIGITS.split(_NOISE.sub("", section), maxsplit=1), "")[:2]
    return _words(before), _words(after)


def _words(part: str) -> str:
    return "".join(quoted or escaped or bare for quoted, escaped, bare in _SHOWN.findall(part))


def _plain(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}" if isinstance(value, float) else str(value)
