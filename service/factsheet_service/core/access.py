"""Who may do what: scopes, callers, and the scope that a request needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .errors import Forbidden, UsageError


class Scope(StrEnum):
    """What a key is good for; none includes another."""

    READ = "read"
    WRITE = "write"  # uploads, extractions, cancelling, schemas, webhooks
    ERASE = "erase"  # jobs and companies, for good
    ADMIN = "admin"  # whole tenants


ALL_SCOPES = frozenset(Scope)

_OF_METHOD = {"GET": Scope.READ, "HEAD": Scope.READ, "DELETE": Scope.ERASE}
_OF_ROUTE = {
    ("DELETE", "/companies/{company}/documents/{document:path}"): Scope.WRITE,
    ("DELETE", "/webhooks/{webhook_id}"): Scope.WRITE,
    ("DELETE", "/tenants/{tenant}"): Scope.ADMIN,
}


def scope_for(method: str, route: str) -> Scope:
    """The scope that a route asks for, by its method and its path's template.

    A route that nobody listed reads, writes or erases as its method says, so none stands open.
    """
    return _OF_ROUTE.get((method, route)) or _OF_METHOD.get(method, Scope.WRITE)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request: whose data it is about, and what it may do with them."""

    id: str  # the key's; requests are counted by it
    tenant: str = ""
    scopes: frozenset[Scope] = ALL_SCOPES

    def needs(self, scope: Scope) -> None:
        """Raises Forbidden where the caller has no such scope."""
        if scope not in self.scopes:
            has = ", ".join(sorted(self.scopes))
            raise Forbidden(f"this needs a key with the scope {scope}; yours has {has}")


def scopes_from(names: Iterable[str]) -> frozenset[Scope]:
    """Scopes by their names. Raises UsageError for another name, or none at all."""
    known = {scope.value: scope for scope in Scope}
    given = tuple(names)
    for name in given:
        if name not in known:
            raise UsageError(f"no scope {name!r}; they are {', '.join(known)}")
    if not given:
        raise UsageError(f"a key needs a scope; they are {', '.join(known)}")
    return frozenset(known[name] for name in given)
