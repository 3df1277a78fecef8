import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address

import httpcore2
import pytest
from factsheet_service.core.errors import UsageError
from factsheet_service.core.webhooks import checked_url, is_public, may_be_reached
from factsheet_service.stores.outbox import Delivery
from factsheet_service.webhooks.guard import AddressRefused, Guard, resolved
from factsheet_service.webhooks.posting import Poster
from hypothesis import given
from hypothesis import strategies as st
from support.receiver import receiving

PUBLIC, OTHER, PRIVATE = "93.184.216.34", "93.184.216.35", "10.0.0.8"
DELIVERY = Delivery("msg_1", "w", "https://hooks.example/x", "whsec_" + "A" * 32, "{}", 1, 0.0)


class Names:
    """Answers each question for a name with the next of its answers."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.num_asked = 0

    async def __call__(self, host, port):
        self.num_asked += 1
        return [ip_address(one) for one in self.answers.pop(0)]


class Stream(httpcore2.AsyncMockStream):
    def __init__(self, network):
        super().__init__([b"HTTP/1.1 204 No Content\r\n\r\n"])
        self.network = network

    async def write(self, buffer, **_):
        self.network.sent += buffer

    async def start_tls(self, ssl_context, server_hostname=None, **_):
        self.network.names.append((server_hostname, ssl_context.verify_mode))
        return self


class Network(httpcore2.AsyncNetworkBackend):
    """Notes what is connected to; ``down`` addresses do not answer."""

    def __init__(self, *down):
        self.down = down
        self.connected = []
        self.names = []
        self.sent = b""

    async def connect_tcp(self, host, port, *_, **__):
        self.connected.append(host)
        if host in self.down:
            raise httpcore2.ConnectError("refused")
        return Stream(self)


async def test_a_name_is_resolved_once_and_the_checked_address_connected_to():
    names, network = Names([PUBLIC], [PRIVATE]), Network()  # rebound at once
    outcome = await Poster(network=Guard(is_public, names, network)).post(DELIVERY)
    assert outcome.failure is None
    assert (names.num_asked, network.connected) == (1, [PUBLIC])


async def test_tls_and_host_go_by_the_name():
    network = Network()
    await Poster(network=Guard(is_public, Names([PUBLIC]), network)).post(DELIVERY)
    assert network.names == [("hooks.example", ssl.CERT_REQUIRED)]
    assert b"\r\nhost: hooks.example\r\n" in network.sent.lower()


async def test_a_name_that_was_public_once_is_checked_each_time():
    names, network = Names([PUBLIC], [PRIVATE]), Network()
    poster = Poster(network=Guard(is_public, names, network))
    await poster.post(DELIVERY)
    assert (await poster.post(DELIVERY)).failure == "its address is not public"
    assert network.connected == [PUBLIC]


@pytest.mark.parametrize("answer", [[PRIVATE], [PUBLIC, PRIVATE], [PUBLIC, "::ffff:10.0.0.8"]])
async def test_all_addresses_of_a_name_are_checked(answer):
    network = Network()
    with pytest.raises(AddressRefused):
        await Guard(is_public, Names(answer), network).connect_tcp("hooks.example", 443)
    assert network.connected == []


async def test_the_next_address_is_tried_where_one_does_not_answer():
    network = Network(PUBLIC)
    await Guard(is_public, Names([PUBLIC, OTHER]), network).connect_tcp("hooks.example", 443)
    assert network.connected == [PUBLIC, OTHER]


async def test_none_that_answers_is_a_failure():
    network = Network(PUBLIC)
    outcome = await Poster(network=Guard(is_public, Names([PUBLIC]), network)).post(DELIVERY)
    assert outcome.failure == "cannot be reached: ConnectError"


async def test_the_machine_itself_is_refused_by_its_name_too():
    async with receiving() as (receiver, _):
        guard = Guard(is_public)
        with pytest.raises(AddressRefused):
            await guard.connect_tcp("localhost", 80)
        assert receiver.received.empty()


async def test_this_machine_has_addresses():
    found = await resolved("localhost", 80)
    assert all(address.is_loopback for address in found)
    assert found


async def test_what_is_no_name_cannot_be_resolved():
    with pytest.raises(OSError, match="no name"):
        await resolved("a" * 64 + ".example", 443)


async def test_a_reply_that_does_not_come_is_a_failure():
    async with receiving() as (receiver, url):
        receiver.statuses = [0]
        guard = Guard(partial(may_be_reached, is_local=True))
        poster = Poster(is_local=True, network=guard, timeout_s=0.2)
        delivery = Delivery("msg_1", "w", url, "whsec_" + "A" * 32, "{}", 1, 0.0)
        assert (await poster.post(delivery)).failure == "no answer within 0.2 s"


async def test_redirects_are_not_followed():
    async with receiving() as (receiver, url):
        receiver.statuses, receiver.headers = [302], {"location": url}
        delivery = Delivery("msg_1", "w", url, "whsec_" + "A" * 32, "{}", 1, 0.0)
        assert (await Poster(is_local=True).post(delivery)).failure == "HTTP 302"
        await receiver.next()
        assert receiver.received.empty()


async def test_an_endless_reply_is_not_read():
    read = asyncio.Event()

    async def endless(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n")
        await reader.read()  # until the other hangs up
        read.set()
        writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    delivery = Delivery("msg_1", "w", url, "whsec_" + "A" * 32, "{}", 1, 0.0)
    assert (await Poster(is_local=True).post(delivery)).failure is None
    async with asyncio.timeout(10):
        await read.wait()
    server.close()


async def test_an_address_of_this_machine_is_refused_when_that_is_no_longer_set():
    delivery = Delivery("msg_1", "w", "http://127.0.0.1:9/", "whsec_" + "A" * 32, "{}", 1, 0.0)
    assert (await Poster().post(delivery)).failure == "body.url: https only"


async def test_the_signature_can_be_verified():
    now = datetime.now(UTC)
    async with receiving() as (receiver, url):
        delivery = Delivery("msg_1", "w", url, "whsec_" + "A" * 32, '{"a":1}', 1, 0.0)
        await Poster(is_local=True, clock=lambda: now).post(delivery)
        received = await receiver.next()
    assert received.opened(delivery.secret) == {"a": 1}
    assert received.headers["webhook-timestamp"] == str(int(now.timestamp()))


def urls_taken(text):
    """Addresses that may be registered."""
    try:
        return bool(checked_url(f"https://{text}", is_local=False))
    except UsageError:
        return False


@given(st.from_regex("[!-~]{1,40}", fullmatch=True).filter(urls_taken))
def test_no_address_that_is_taken_breaks_a_post(rest):
    async def post():
        poster = Poster(network=Guard(is_public, Names([PUBLIC]), Network()))
        return await poster.post(replace(DELIVERY, url=f"https://{rest}"))

    outcome = asyncio.run(post())
    assert outcome.failure is None or "cannot be reached" in outcome.failure
