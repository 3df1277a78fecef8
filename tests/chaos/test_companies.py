from chaos.companies import company


def test_the_same_seed_and_number_give_the_same_files():
    assert company(3, 5) == company(3, 5)


def test_no_two_companies_have_a_file_in_common():
    texts = [text for number in range(40) for text in company(3, number).files.values()]
    assert len(set(texts)) == len(texts) == 60


def test_every_second_company_has_an_amendment():
    assert [len(company(1, number).files) for number in range(4)] == [1, 2, 1, 2]
