"""Tables of where a run's tokens went."""

from __future__ import annotations

from collections.abc import Sequence

from factsheet_service.core.questions import Kind

from bench.accounts import EVERY, STAGES, SWEEP, Account
from bench.bars import Bar


def table(accounts: Sequence[Account]) -> str:
    """A line per company: how the bars on tokens stand."""
    head = (
        "| company | document tokens | windows | window / document "
        "| uncached of detection and sweep / document | of the whole job | values "
        "| output of the sweep / value | of the job |"
    )
    return "\n".join([head, "|" + "---|" * 9, *map(_line, accounts)])


def _line(one: Account) -> str:
    swept, whole, output, in_all = (bar.got for bar in token_bars(one))
    return (
        f"| {one.name} | {one.document:,} | {one.windows} | {one.window / one.document:.3f} "
        f"| {swept:.2f} | {whole:.2f} | {one.values} | {output:.1f} | {in_all:.1f} |"
    )


def token_bars(one: Account) -> list[Bar]:
    """The bar's figures on tokens; those on uncached ones are for documents of 80 K and more."""
    swept = one.uncached(SWEEP, STAGES[:1]) / one.document
    whole = one.uncached(EVERY, STAGES) / one.document
    output = one.output(SWEEP, STAGES[:1]) / max(one.values, 1)
    in_all = one.output(EVERY, STAGES) / max(one.values_in_all, 1)
    return [
        Bar("uncached of detection and sweep / document", 1.45, False, swept),
        Bar("uncached of the whole job / document", 1.6, False, whole),
        Bar("output of detection and sweep / value", 30, False, output),
        Bar("output of the whole job / value", 45, False, in_all),
    ]


def part_table(account: Account) -> str:
    """A line per kind of question: where an account's tokens went."""
    head = (
        "| stage | question | calls | empty | rows | question tokens, mean | longest "
        "| of document | output | per row | per empty answer |"
    )
    lines = [_part_line(account, *key) for key in sorted(account.parts)]
    return "\n".join([head, "|" + "---|" * 11, *lines])


def _part_line(account: Account, stage: str, kind: Kind) -> str:
    part = account.parts[stage, kind]
    full = part.output - part.output_empty
    return (
        f"| {stage} | {kind} | {part.calls} | {part.empty} | {part.rows} "
        f"| {part.question / part.calls:.0f} | {part.longest} "
        f"| {part.question / account.document:.3f} | {part.output:,} "
        f"| {full / max(part.rows, 1):.1f} | {part.output_empty / max(part.empty, 1):.1f} |"
    )
