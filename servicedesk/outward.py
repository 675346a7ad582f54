"""Requests that leave the desk for an address that somebody typed: never into the own network unless that is allowed.

A name is resolved once, every address it has is checked, and one that was checked is connected to, so that no second
answer of a name server leads elsewhere. Redirects are not followed, and no proxy of the environment is asked.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from servicedesk import env
from servicedesk.errors import DeskError, Invalid

PORTS = {"https": 443, "http": 80}
LONGEST_ADDRESS = 500
STEP = 5.0  # seconds for one answer on the line
WHOLE = 15.0  # seconds for the whole conversation, however slowly it drips
TRANSLATED = IPv6Network("64:ff9b::/96")  # IPv4 behind a translator
#: Special ones that `ipaddress` takes for public: of a site, of protocols, of relays that are no more, of documents.
SPECIAL = tuple(map(ip_network, ("fec0::/10", "192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))


class WebAddressInvalid(Invalid):
    code = "web_address_invalid"
    sentence = "“{address}” is no address that can be called: expected one such as https://listener.example.org/desk."


class WebAddressForbidden(Invalid):
    code = "web_address_forbidden"
    sentence = "“{host}” lies in the own network, where the desk calls nothing that WEBHOOK_NETWORKS does not name."


class Unreachable(DeskError):
    code = "unreachable"
    status = 503
    sentence = "{host} cannot be reached: {reason}"


def read_web_address(text: str) -> SplitResult:
    """The parts of an http or https address without a name, a password or a fragment in it.

    Raises WebAddressInvalid, and WebAddressForbidden for a number of the own network; names are looked up when called.
    """
    address = _parts(text.strip())
    if address is None:
        raise WebAddressInvalid(address=_shown(text))
    host = str(address.hostname)
    try:
        number = ip_address(host)
    except ValueError:
        return address
    if not is_allowed(number):
        raise WebAddressForbidden(host=host)
    return address


def _parts(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    is_plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= LONGEST_ADDRESS
    return parts if is_whole and is_plain and not (parts.username or parts.password or parts.fragment) else None


def _shown(text: str) -> str:
    """Without what may be a password before its @."""
    return text.strip().rpartition("@")[2][:100]


def is_allowed(number: IPv4Address | IPv6Address) -> bool:
    """Whether the desk may call this number: a public one, or one of WEBHOOK_NETWORKS."""
    inner = _inner(number)
    if any(inner in network for network in env.networks("WEBHOOK_NETWORKS")):
        return True
    tunnelled = isinstance(inner, IPv6Address) and bool(inner.sixtofour or inner.teredo)
    is_special = tunnelled or inner.is_multicast or inner.is_reserved or any(inner in network for network in SPECIAL)
    return inner.is_global and not is_special


def _inner(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 number within an IPv6 one that only wraps it."""
    if isinstance(number, IPv6Address) and number.ipv4_mapped:
        return number.ipv4_mapped
    if number in TRANSLATED:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number


def checked_numbers(host: str, port: int) -> list[str]:
    """Every number the name has. Raises WebAddressForbidden if the desk may not call one of them, and Unreachable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(host=host, reason=error) from error
    numbers = list(dict.fromkeys(str(place[0]) for *_rest, place in found))
    if not all(is_allowed(ip_address(number.partition("%")[0])) for number in numbers):
        raise WebAddressForbidden(host=host)
    return numbers


@contextmanager
def connected(address: SplitResult) -> Iterator[HTTPConnection]:
    """A connection to the address, cut after WHOLE seconds. Raises WebAddressForbidden and Unreachable."""
    host = str(address.hostname)
    port = address.port or PORTS[address.scheme]
    numbers = checked_numbers(host, port)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(host, port, timeout=STEP)
    guard = Timer(WHOLE, _cut, [connection])
    guard.daemon = True
    guard.start()
    try:
        connection.sock = socket.create_connection((numbers[0], port), STEP)
        if address.scheme == "https":
            connection.sock = _sealed(connection.sock, host)
            connection.sock.do_handshake()
        yield connection
    except (OSError, HTTPException) as error:
        raise Unreachable(host=host, reason=error or type(error).__name__) from error
    finally:
        guard.cancel()
        connection.close()


def _sealed(line: socket.socket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    return context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)


def _cut(connection: HTTPConnection) -> None:
    """End the conversation below whatever seals it: whoever reads or writes in the other thread gets an OSError."""
    with suppress(OSError):
        if connection.sock is not None:
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def post(connection: HTTPConnection, *, address: SplitResult, body: bytes, headers: Mapping[str, str]) -> int:
    """Send the body and return the status of the answer, whose own body is not read."""
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    connection.request("POST", target, body=body, headers=dict(headers))
    return connection.getresponse().status
