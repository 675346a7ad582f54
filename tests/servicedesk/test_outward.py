"""Addresses that the desk may call, and those of its own network that it never does."""

import socket
import time
from ipaddress import ip_address
from threading import Thread
from typing import Any

import pytest

from servicedesk import outward
from servicedesk.env import BadSetting, networks
from servicedesk.outward import (
    Unreachable,
    WebAddressForbidden,
    WebAddressInvalid,
    checked_numbers,
    connected,
    is_allowed,
    post,
    read_web_address,
)

OWN = """
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1 198.18.0.1
::1 :: fe80::1 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1::
2001:0:4136:e378:8000:63bf:3fff:fdd2 fec0::1 192.0.0.8 192.88.99.1 3fff::1
""".split()


@pytest.mark.parametrize("number", OWN)
def test_no_number_of_the_own_network_is_called(number: str) -> None:
    assert not is_allowed(ip_address(number))


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_numbers_are_called(number: str) -> None:
    assert is_allowed(ip_address(number))


def test_a_network_that_was_named_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_NETWORKS", "10.1.0.0/16, fd00::/8")
    assert is_allowed(ip_address("10.1.2.3"))
    assert is_allowed(ip_address("::ffff:10.1.2.3"))
    assert is_allowed(ip_address("fd00::1"))
    assert not is_allowed(ip_address("10.2.0.1"))


def test_a_network_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_NETWORKS", "10.1.2.3/16")
    with pytest.raises(BadSetting, match="WEBHOOK_NETWORKS"):
        networks("WEBHOOK_NETWORKS")


@pytest.mark.parametrize(
    "text",
    ["", "listener.example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "https://a b/", "http://x:0/",
     "https://name:secret@example.org/", "https://example.org/#part", "https://exa\nmple.org/", "http://[::1/",
     "https://example.org/" + "x" * 500, "https://пример.рф/"],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(text: str) -> None:
    with pytest.raises(WebAddressInvalid) as refused:
        read_web_address(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1/", "https://[::1]:8443/x", "http://169.254.169.254/latest/meta-data"]
)
def test_a_number_of_the_own_network_is_refused_where_it_is_typed(text: str) -> None:
    with pytest.raises(WebAddressForbidden):
        read_web_address(text)


def test_a_name_is_refused_when_one_of_its_numbers_lies_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.5", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: found)
    with pytest.raises(WebAddressForbidden):
        checked_numbers("two-faced.example", 443)


def test_a_name_that_means_this_machine_is_refused() -> None:
    with pytest.raises(WebAddressForbidden):
        checked_numbers("localhost", 80)


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers differently the second time is never asked a second time."""
    asked: list[Any] = []
    found = [(2, 1, 6, "", ("93.184.215.14", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **most: asked.append(host) or found)
    reached: list[Any] = []

    def connect(place: Any, *rest: Any) -> None:
        reached.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable), connected(read_web_address("http://rebinding.example/")):
        pass
    assert (asked, reached) == (["rebinding.example"], [("93.184.215.14", 80)])


def test_an_answer_that_drips_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_NETWORKS", "127.0.0.0/8")
    monkeypatch.setattr(outward, "WHOLE", 0.3)
    slow = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _place = slow.accept()
        try:
            while True:
                line.sendall(b"H")
                time.sleep(0.05)
        except OSError:
            line.close()

    Thread(target=drip, daemon=True).start()
    address = read_web_address(f"http://127.0.0.1:{slow.getsockname()[1]}/")
    begun = time.monotonic()
    with pytest.raises(Unreachable), connected(address) as connection:
        post(connection, address=address, body=b"{}", headers={})
    assert time.monotonic() - begun < 3
    slow.close()
