"""What is told apart by tenant, derived from one secret of the server by HMAC-SHA256 (RFC 2104).

The secret itself is used for nothing else, and no key tells anything of another.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field

MARK_CHARS = 12  # of 5 bits each
_CACHE_SALT_CHARS = 32


@dataclass(frozen=True, slots=True)
class TenantKeys:
    """The keys of one tenant; "" is who runs the service alone."""

    tenant: str
    key: bytes = field(repr=False)

    @property
    def documents(self) -> bytes:
        """What marks around the text of documents are made with, see ``mark_of``."""
        return _derived(self.key, "documents")

    @property
    def cache_salt(self) -> str | None:
        """Keeps the prefixes that the server has cached apart from other tenants'.

        None for who is alone: there is nobody to keep them from.
        """
        return _derived(self.key, "cache").hex()[:_CACHE_SALT_CHARS] if self.tenant else None

    def memo_salt(self, fresh_job: str | None = None) -> str:
        """Keeps paid answers apart: from other tenants', and those of a fresh job from all others.

        "" for who is alone, so that their answers do not depend on the secret.
        """
        own = _derived(self.key, "memo").hex() if self.tenant else ""
        return own if fresh_job is None else f"{own}/{fresh_job}"


def tenant_keys(secret: bytes, tenant: str) -> TenantKeys:
    """A tenant's keys."""
    return TenantKeys(tenant, _derived(secret, tenant))


def mark_of(key: bytes, document_sha256: str) -> str:
    """What stands around the text of a document in a prompt, and cannot stand in it.

    Who writes a document does not know the key, and the mark depends on all that they write. It is
    the same at every call, so that prefixes stay shared.
    """
    digest = _derived(key, document_sha256)
    return base64.b32encode(digest).decode()[:MARK_CHARS].lower()


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")
