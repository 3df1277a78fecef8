"""Webhooks, decided: where they may go, what they say, and when they are tried again."""

from __future__ import annotations

import base64
import binascii
import secrets
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from factsheet_schemas.api import Job
from factsheet_schemas.webhooks import JobEnd, JobLinks, WebhookEvent, WebhookMessage

from .errors import UsageError

IPAddress = IPv4Address | IPv6Address

GIVE_UP_S = 24 * 3600.0
"""For so long a message is tried."""

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 4 * 3600.0

SECRET_PREFIX = "whsec_"
SECRET_BYTES = range(24, 65)
"""As Standard Webhooks has it."""


class Webhooks(StrEnum):
    """Whether this service posts to where its clients want."""

    OFF = "off"
    ON = "on"
    LOCAL = "local"  # also to this machine, and there without TLS


NAT64 = IPv6Network("64:ff9b::/96")


def message_of(job: Job) -> WebhookMessage:
    """What is told of a job that ended."""
    here = f"/jobs/{job.id}"
    links = JobLinks(job=here, result=f"{here}/result" if job.state.has_result else None)
    end = JobEnd(job=job.id, company=job.company, state=job.state, links=links)
    event = WebhookEvent(f"job.{job.state}")
    return WebhookMessage(type=event, timestamp=job.finished_at or job.created_at, data=end)


def wait_after(attempts: int, age_s: float, chance: float) -> float | None:
    """Seconds until a message is tried again that failed so often; None: it is given up.

    Doubles each time, less up to half of it by ``chance`` (0 to 1), so that not all come at once.
    """
    if age_s >= GIVE_UP_S:
        return None
    doubled = FIRST_WAIT_S * 2.0 ** min(attempts - 1, 30)  # beyond, it is the longest in any case
    return min(doubled, LONGEST_WAIT_S) * (1 - chance / 2)


def new_secret() -> str:
    """A secret to sign with."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def checked_secret(secret: str) -> str:
    """A secret that can be signed with. Raises UsageError."""
    try:
        num_bytes = len(base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True))
    except binascii.Error:
        num_bytes = 0
    if num_bytes not in SECRET_BYTES:
        raise UsageError("body.secret: give whsec_ and 24 to 64 bytes in base64, padded")
    return secret


def checked_url(url: str, is_local: bool) -> str:
    """An address that may be posted to, as far as its letters tell.

    With ``is_local`` it may also be of this machine, and there without TLS. Raises UsageError.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or not (url.isascii() and url.isprintable()) or " " in url:
        raise UsageError("body.url: no web address; in letters of ASCII, https://host/path")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise UsageError("body.url: an address without user, password and fragment")
    is_plain = parts.scheme == "http" and is_local and _is_loopback(host)
    if parts.scheme != "https" and not is_plain:
        raise UsageError("body.url: https only")
    if (literal := _literal(host)) and not may_be_reached(literal, is_local):
        raise UsageError("body.url: no public address")
    return url


def may_be_reached(address: IPAddress, is_local: bool) -> bool:
    """Whether a message may go to an address: a public one, or with ``is_local`` this machine."""
    return is_public(address) or (is_local and address.is_loopback)


def is_public(address: IPAddress) -> bool:
    """Whether it is an address of one host in the internet, and none that leads elsewhere:
    IPv6 addresses that stand for IPv4 ones are refused, whatever those are."""
    if isinstance(address, IPv6Address) and (
        address.ipv4_mapped
        or address.sixtofour
        or address.teredo
        or address in NAT64
        or address.is_site_local
    ):
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not (is_special or address.is_link_local)


def _is_loopback(host: str) -> bool:
    literal = _literal(host)
    return host == "localhost" or (literal is not None and literal.is_loopback)


def _literal(host: str) -> IPAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
