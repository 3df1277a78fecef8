import pytest
from factsheet_schemas import Budget
from factsheet_service.core.ceilings import within
from factsheet_service.core.errors import UsageError


@pytest.mark.parametrize(
    ("asked", "ceiling", "given"),
    [
        ({}, {}, {}),
        ({"calls": 9}, {}, {"calls": 9}),
        ({}, {"calls": 5}, {"calls": 5}),
        ({"calls": 5}, {"calls": 5}, {"calls": 5}),
        ({"tokens": 7}, {"calls": 5}, {"calls": 5, "tokens": 7}),
    ],
)
def test_a_ceiling_holds_where_no_less_was_asked(asked, ceiling, given):
    assert within(Budget(**asked), Budget(**ceiling)) == Budget(**given)


@pytest.mark.parametrize(("name", "most"), [("calls", 5), ("tokens", 5), ("minutes", 0.5)])
def test_more_is_refused(name, most):
    with pytest.raises(UsageError, match=f"budget.{name}: this server allows {most:g} at most"):
        within(Budget(**{name: 6}), Budget(**{name: most}))
