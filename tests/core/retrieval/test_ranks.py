from factsheet_service.core.retrieval.ranks import blended, ranks_of

GROUP_OF = {"margin": "prices", "fee": "prices", "limit": "basics"}
WORDS = ranks_of({"margin": {0: 2.0, 1: 5.0}, "limit": {2: 1.0}}, GROUP_OF, 4)


def test_a_passage_ranks_for_a_group_by_the_best_of_its_fields():
    assert WORDS.by_group == [{"prices": 1}, {"prices": 0}, {"basics": 0}, {}]


def test_a_better_rank_counts_more_and_no_match_nothing():
    first, second = WORDS.total[1], WORDS.total[0]
    assert first > second > WORDS.total[3] == 0.0


def test_both_orders_count_in_the_blend_by_their_weight():
    vectors = ranks_of({"prices": {3: 0.9, 0: 0.1}}, GROUP_OF, 4)
    half = blended(WORDS, vectors, 0.5)
    assert half.total[3] == vectors.total[3] / 2
    assert half.total[1] == WORDS.total[1] / 2
    assert half.by_group[3] == {"prices": 0}
