from factsheet_service.core.retrieval.ranks import blended, ranks_of

GROUP_OF = {"margin": "prices", "fee": "prices", "limit": "basics"}
WORDS = ranks_of({"margin": {0: 2.0, 1: 5.0}, "limit": {2: 1.0}}, GROUP_OF, 4)


def test_a_passage_ranks_for_a_group_by_the_best_of_its_fields():
    assert WORDS.by_group == [{"prices": 1}, {"prices": 0}, {"basics": 0}, {}]


def test_a_better_rank_counts_more_and_no_match_nothing():
    first, second = WORDS.total[1], WORDS.total[0]
    assert first > second > WORDS.total[3] == 0.0


VECTORS = ranks_of({"fee": {3: 0.9, 0: 0.1}}, GROUP_OF, 4)


def test_vectors_alone_set_the_order_and_words_the_levels():
    alone = blended(WORDS, VECTORS, 1.0)
    levels = sorted(WORDS.total, reverse=True)
    assert [alone.total[number] for number in (3, 0)] == levels[:2]
    assert sorted(alone.total, reverse=True) == levels
    assert alone.by_group == VECTORS.by_group


def test_both_orders_count_in_the_blend():
    half = blended(WORDS, VECTORS, 0.5)
    order = sorted(range(4), key=lambda n: -half.total[n])
    assert set(order[:2]) == {0, 3}  # 0 is known to both, 3 is the vectors' best
    assert half.by_group == [{"prices": 1}, {"prices": 0}, {"basics": 0}, {"prices": 0}]
