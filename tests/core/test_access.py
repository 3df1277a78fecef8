import pytest
from factsheet_service.core.access import Caller, Scope, scope_for, scopes_from
from factsheet_service.core.errors import Forbidden, UsageError


@pytest.mark.parametrize(
    ("method", "route", "scope"),
    [
        ("GET", "/jobs", Scope.READ),
        ("HEAD", "/jobs", Scope.READ),
        ("POST", "/companies/{company}/extract", Scope.WRITE),
        ("PUT", "/schemas/{name}", Scope.WRITE),
        ("DELETE", "/companies/{company}/documents/{document:path}", Scope.WRITE),
        ("DELETE", "/jobs/{job_id}", Scope.ERASE),
        ("DELETE", "/companies/{company}", Scope.ERASE),
        ("DELETE", "/tenants/{tenant}", Scope.ADMIN),
        ("DELETE", "/whatever/comes", Scope.ERASE),
        ("PATCH", "/whatever/comes", Scope.WRITE),
    ],
)
def test_a_route_asks_for_a_scope(method, route, scope):
    assert scope_for(method, route) is scope


def test_a_caller_without_the_scope_is_told_which_it_lacks():
    reader = Caller("k", scopes=frozenset({Scope.READ}))
    reader.needs(Scope.READ)
    with pytest.raises(Forbidden, match=r"scope write; yours has read"):
        reader.needs(Scope.WRITE)


def test_no_scope_includes_another():
    for held in Scope:
        for other in set(Scope) - {held}:
            with pytest.raises(Forbidden):
                Caller("k", scopes=frozenset({held})).needs(other)


def test_scopes_are_named():
    assert scopes_from(["read", "admin"]) == {Scope.READ, Scope.ADMIN}
    with pytest.raises(UsageError, match="no scope 'all'; they are read, write, erase, admin"):
        scopes_from(["all"])
    with pytest.raises(UsageError, match="needs a scope"):
        scopes_from([])
