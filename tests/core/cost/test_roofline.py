import pytest
from factsheet_service.core.cost import PROFILES
from factsheet_service.core.cost.roofline import STEP_S, Chunk, roofline

SLICE = roofline(PROFILES["a100-3g.20gb"])
CONTEXTS = [6000, 7000, 8000]


def test_steps_taken_together_take_as_long_as_one_by_one():
    one_by_one = sum(SLICE.decode_s([c + n for c in CONTEXTS], 1) for n in range(50))
    assert SLICE.decode_s(CONTEXTS, 50) == pytest.approx(one_by_one)


def test_a_batch_reads_the_weights_once():
    alone, together = SLICE.decode_s([6000], 1), SLICE.decode_s([6000] * 8, 1)
    assert together - alone == pytest.approx(7 * 6000 * SLICE.kv_token_s)


def test_a_large_batch_is_bound_by_its_products():
    linear = SLICE.decode_s([0] * 100, 1) - STEP_S
    assert linear == pytest.approx(100 * SLICE.token_s)


def test_decoding_beside_a_long_chunk_costs_no_read_of_the_weights():
    chunk = [Chunk(0, 4000)]
    extra = SLICE.prefill_s(chunk, [6000]) - SLICE.prefill_s(chunk, [])
    assert extra == pytest.approx(6000 * SLICE.kv_token_s + SLICE.token_s)


def test_chunks_of_a_prompt_cost_what_it_costs_whole_but_for_the_steps():
    whole = SLICE.prefill_s([Chunk(0, 4000)], [])
    parts = SLICE.prefill_s([Chunk(0, 1000)], []) + SLICE.prefill_s([Chunk(1000, 3000)], [])
    assert parts - STEP_S == pytest.approx(whole)


def test_a_hybrid_model_also_moves_the_state_of_each_sequence():
    hybrid = roofline(PROFILES["a100-3g.20gb-9b"])
    extra = hybrid.decode_s([0, 0], 1) - hybrid.decode_s([0], 1)
    assert extra == pytest.approx(hybrid.sequence_s)
    assert hybrid.sequence_s > 0 == SLICE.sequence_s
