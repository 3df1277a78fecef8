"""Whatever the words, there is a value or a reason why not."""

from __future__ import annotations

import time

import pytest
from factsheet_schemas import FieldSpec, FieldType
from factsheet_service.core.normalise import NotAValue, agrees, normalise, render, same
from hypothesis import given, settings
from hypothesis import strategies as st

SAMPLES = (
    "1 12 2.5 1,250 1.250,00 ½ 1/4 31/12/2030 2031-03 March 30.02.2020 % bps per cent EUR $ £ m bn"
    " '000 x : to and or of one two-thirds hundred million months weeks year first anniversary"
    " after the Closing Date ; , . ( ) - not less than Yes No at maturity ² ٣ € D35.11"
)
WORDS = st.sampled_from(SAMPLES.split())
TEXTS = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join))


def of_type(kind: FieldType) -> FieldSpec:
    options = ({"value": "one", "synonyms": ("first",)}, {"value": "two"})
    has_options = kind in (FieldType.ENUM, FieldType.ENUM_LIST, FieldType.TALLY)
    return FieldSpec(
        key="field", label="F", type=kind, scope="deal", options=options if has_options else ()
    )


@pytest.mark.parametrize("kind", list(FieldType))
@settings(max_examples=25)
@given(written=TEXTS, quote=TEXTS)
def test_any_words_give_a_value_that_can_be_shown_and_compared_or_a_reason(kind, written, quote):
    spec = of_type(kind)
    try:
        value = normalise(spec, written, quote).value
    except NotAValue:
        return
    assert same(spec, value, value)
    assert isinstance(render(spec, value), str)
    assert isinstance(agrees(spec, value, quote), bool)


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize(
    "part", ["9", "1,", "one ", "a ", "1/4 of ", "on each ", "EUR ", "1.5 to ", "billion "]
)
def test_long_stretches_take_little_time(kind, part):
    spec, text = of_type(FieldType(kind)), part * (6_000 // len(part))
    started = time.process_time()
    try:
        value = normalise(spec, text, text).value
    except NotAValue:
        value = None
    agrees(spec, value, text)
    assert time.process_time() - started < 3
