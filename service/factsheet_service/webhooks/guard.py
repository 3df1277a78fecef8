"""Connections to where messages may go, and nowhere else.

A name is resolved once, all its addresses are checked, and the connection is made to one of those:
a name that is answered otherwise the next time (DNS rebinding) leads nowhere. TLS and ``Host`` go
by the name.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import ip_address

import httpcore2

from factsheet_service.core.webhooks import IPAddress

Resolve = Callable[[str, int], Awaitable[Sequence[IPAddress]]]
Allow = Callable[[IPAddress], bool]


class AddressRefused(Exception):
    """The name is not, or not only, of public addresses."""


async def resolved(host: str, port: int) -> Sequence[IPAddress]:
    """The addresses of a name, each once. Raises OSError if it has none."""
    asking = asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    try:
        found = await asking
    except UnicodeError as error:  # a label of more than 63 letters
        raise OSError(f"no name: {host}") from error
    return [ip_address(text) for text in dict.fromkeys(str(one[4][0]) for one in found)]


class Guard(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that are allowed."""

    def __init__(
        self,
        is_allowed: Allow,
        resolve: Resolve = resolved,
        network: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._is_allowed = is_allowed
        self._resolve = resolve
        self._network = network or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (as the library has it)
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the first address that answers.

        Raises AddressRefused if any is not allowed, OSError and httpcore2's if none answers.
        """
        addresses = await self._resolve(host, port)
        if not all(map(self._is_allowed, addresses)):
            raise AddressRefused("its address is not public")
        for address in addresses[:-1]:
            try:
                return await self._network.connect_tcp(str(address), port, timeout)
            except httpcore2.NetworkError:
                continue
        return await self._network.connect_tcp(str(addresses[-1]), port, timeout)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._network.sleep(seconds)
