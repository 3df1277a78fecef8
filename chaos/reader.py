"""What the model answers: from the lines of its prompt alone, so the same prompt gets the same.

Of nine answers one is garbage and one is cut off, by the hash of what was asked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NOT_OF_THE_REPLY = ("priority", "cache_salt")
ONE_IN = 9
QUESTIONS = frozenset({"detect", "group", "deep", "verify"})
_LINE = re.compile(r"^(\d+) (.+)$", re.MULTILINE)
_FORMS = (
    (r"^(.+) is the Borrower\.", ("borrower_name", "", r"\1")),
    (r"^(.+) is the Sponsor", ("sponsor_name", "", r"\1"), ("has_sponsor", "", "Yes")),
    (r"^The project stands in (\w+)", ("project_country", "", r"\1")),
    (
        r"^(Facility \w) is a (term loan) facility of ((EUR) [\d,]+)",
        ("facility_name", r"\1", r"\1"),
        ("tranche_type", r"\1", "Term Loan"),
        ("currency", r"\1", r"\4"),
        ("credit_limit", r"\1", r"\3"),
    ),
    (r"^The final maturity date of (Facility \w) is (.+)\.$", ("maturity_date", r"\1", r"\2")),
    (r"^The Margin on (Facility \w) is ([\d.]+) per cent", ("spread_pct", r"\1", r"\2%")),
    (r"^The commitment fee on (Facility \w) is ([\d.]+)", ("commitment_fee_pct", r"\1", r"\2%")),
    (r"below ([\d.]+x)\.$", ("lockup_b_dscr", "", r"\1"), ("covenants", "", "Yes")),
    (r"This agreement is dated (\d+ \w+ \d{4})", ("inception_date", "", r"\1")),
)


@dataclass(frozen=True, slots=True)
class Said:
    """The text of an answer, and why it ended."""

    content: str
    finish_reason: str = "stop"


def key_of(body: Mapping[str, Any]) -> str:
    """The hash of a request without what no reply depends on."""
    asked = {name: value for name, value in body.items() if name not in NOT_OF_THE_REPLY}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def kind_of(body: Mapping[str, Any]) -> str:
    """What a request is: a question's kind, or a probe of the server."""
    named = body.get("response_format", {}).get("json_schema", {}).get("name", "probe")
    return named if named in QUESTIONS else "probe"


def said(body: Mapping[str, Any], key: str) -> Said:
    """The answer to a request whose hash is ``key``."""
    if kind_of(body) == "probe":
        return Said(_probed(body))
    rows = [] if kind_of(body) == "verify" else list(_rows(body))
    whole = json.dumps(rows, ensure_ascii=False)
    match int(key[:8], 16) % ONE_IN:
        case 0:
            return Said(f"Sure! Here are the rows: {whole[: len(whole) // 2]}<|im_end|> {{{{")
        case 1:
            return Said(whole[: len(whole) // 2], "length")
        case _:
            return Said(whole)


def _probed(body: Mapping[str, Any]) -> str:
    """The smallest answer that the probe's grammar allows."""
    if "response_format" not in body:
        return "[]"
    row = body["response_format"]["json_schema"]["schema"]["items"]
    return json.dumps([[row["prefixItems"][0]["enum"][0], "", "", 1]])


def _rows(body: Mapping[str, Any]) -> Iterator[list[str | int]]:
    form = body["response_format"]["json_schema"]
    asked = form["schema"]["items"]["prefixItems"][0]["enum"]
    window, _, _ = body["messages"][1]["content"].rpartition("\nQuestion: ")
    for number, line in _LINE.findall(window):
        for pattern, *stated in _FORMS:
            if found := re.search(str(pattern), line):
                for field, names, value in stated:
                    if field in asked:
                        is_name = form["name"] == "detect"
                        yield [
                            field,
                            "" if is_name else found.expand(names),
                            found.expand(value),
                            int(number),
                        ]
