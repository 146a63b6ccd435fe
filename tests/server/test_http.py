"""What the server makes of requests that are malformed, doubled, too large, too slow or meant for somebody else.

Torture list of the security design: 58 to 65.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import time

import pytest

from tests.running import Running
from workspace.server import LARGEST_BODY, LARGEST_DISCARDED


def raw(running: Running, request: bytes, seconds: float = 5) -> bytes:
    """Send bytes on a connection and read all that comes back until it closes or falls silent."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=seconds) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while chunk := connection.recv(65536):
                answer += chunk
                if _is_whole(answer):
                    connection.settimeout(0.3)
        except (TimeoutError, ConnectionError):
            pass  # refused before all was sent
        return answer


def _is_whole(answer: bytes) -> bool:
    head, _end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return length is not None and len(body) >= int(length[1])


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


HOST = b"Host: localhost\r\n"


def test_a_plain_request_is_answered(demo: Running) -> None:
    assert status(raw(demo, b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")) == 200


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 4 4\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 0x4\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Content-Length : 4\r\n",
        b"X-Folded: a\r\n b\r\n",
        b" X-Leading: a\r\n",
        b"X-Nul: a\x00b\r\n",
        b"X-Bare: a\rb\r\n",
        b"NoColon\r\n",
    ],
)
def test_what_two_readers_could_read_differently_is_refused_and_closed(demo: Running, headers: bytes) -> None:
    smuggled = b"0\r\n\r\nGET /readyz HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = raw(demo, b"POST /healthz HTTP/1.1\r\n" + HOST + headers + b"\r\n" + smuggled)
    assert status(answer) in {400, 501}
    assert answer.count(b"HTTP/1.") == 1, "the smuggled request was answered"
    assert b"ready" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /healthz HTTP/1.1\nHost: localhost\n\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
        b"GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"get /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /health z HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_a_malformed_request_is_refused_at_once(demo: Running, request_: bytes) -> None:
    assert status(raw(demo, request_)) == 400


@pytest.mark.parametrize("hosts", [b"Host: evil.example\r\n", b"Host: localhost\r\nHost: evil.example\r\n", b""])
def test_only_our_own_host_once_is_answered(demo: Running, hosts: bytes) -> None:
    assert status(raw(demo, b"GET /sign-in HTTP/1.1\r\n" + hosts + b"\r\n")) == 400


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
def test_a_body_that_is_too_large_is_told_of_in_our_words(demo: Running, expect: bytes) -> None:
    size = LARGEST_BODY + 1_000_000
    head = b"POST /r/skarfjord/documents/uploads HTTP/1.1\r\n" + HOST + expect
    head += b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: " + str(size).encode() + b"\r\n\r\n"
    answer = raw(demo, head if expect else head + bytes(size), seconds=20)
    assert status(answer) == 413
    assert "Filene er for store til sammen. Send høyst 100 MB om gangen.".encode() in answer
    assert b"Til forsiden" in answer


def test_a_body_beyond_all_measure_is_cut_off(demo: Running) -> None:
    head = b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Content-Length: " + str(LARGEST_DISCARDED).encode() + b"\r\n\r\n"
    assert status(raw(demo, head)) == 413


def test_headers_and_addresses_have_limits(demo: Running) -> None:
    assert status(raw(demo, b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 20_000 + b"\r\n\r\n")) == 431
    assert status(raw(demo, b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n")) == 414
    # far above, the connection may be closed before all was sent, and the answer lost on the way
    for far in (b"/ HTTP/1.1\r\nX: " + b"a" * 100_000, b"/" + b"a" * 64_000, b"/?q=" + b"a" * 1_000_000):
        assert status(raw(demo, b"GET " + far + b" HTTP/1.1\r\n" + HOST + b"\r\n")) in {0, 414, 431}


@pytest.mark.parametrize(
    "path",
    [
        b"/%ff",
        b"/r/%c0%ae/",
        b"/r/..%2f..%2fetc/",
        b"/static/..%2f..%2fpyproject.toml",
        b"/./x",
        b"/r/skarfjord/documents/%00",
    ],
)
def test_paths_that_lead_nowhere_are_not_found(demo: Running, path: bytes) -> None:
    answer = raw(demo, b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n")
    assert status(answer) in {303, 308, 400, 404}
    assert b"hatchling" not in answer


def test_query_that_is_not_utf8_is_no_fault(demo: Running) -> None:
    assert status(raw(demo, b"GET /sign-in?next=%ff%fe HTTP/1.1\r\n" + HOST + b"\r\n")) in {200, 400}


def test_methods(demo: Running) -> None:
    for method, expected in {b"TRACE": 405, b"PROPFIND": 405, b"DELETE": 405, b"OPTIONS": 200}.items():
        answer = raw(demo, method + b" /sign-in HTTP/1.1\r\n" + HOST + b"\r\n")
        assert status(answer) == expected
        assert b"Allow:" in answer
    override = b"GET /sign-out HTTP/1.1\r\n" + HOST + b"X-HTTP-Method-Override: POST\r\n\r\n"
    assert status(raw(demo, override)) == 405


def test_head_has_the_headers_and_no_body(demo: Running) -> None:
    answer = raw(demo, b"HEAD /sign-in HTTP/1.1\r\n" + HOST + b"\r\n", seconds=2)
    head, _end, body = answer.partition(b"\r\n\r\n")
    assert status(answer) == 200
    assert b"Content-Security-Policy" in head
    assert body == b""


@pytest.mark.parametrize("header", [b"X-Forwarded-For", b"X-Forwarded-Host", b"Forwarded", b"X-Real-Ip"])
def test_nobody_steps_in_through_a_proxy(demo: Running, header: bytes) -> None:
    value = b"for=127.0.0.1" if header == b"Forwarded" else b"127.0.0.1"
    assert status(raw(demo, b"GET /step-in HTTP/1.1\r\n" + HOST + header + b": " + value + b"\r\n\r\n")) == 404


@pytest.mark.parametrize(
    "header", [b"X_Forwarded_For", b"X_Forwarded-Host", b"X_Real_Ip", b"HX_Request", b"Content_Length"]
)
def test_a_header_with_an_underscore_is_none(demo: Running, header: bytes) -> None:
    """Torture case 59: it would reach the application under the same name as the one with a dash."""
    answer = raw(demo, b"GET /step-in HTTP/1.1\r\n" + HOST + header + b": 10.0.0.1\r\n\r\n")
    assert status(answer) == 200
    assert b"<!doctype html>" in answer


def test_forwarded_addresses_are_not_believed(demo: Running) -> None:
    answer = raw(
        demo, b"GET / HTTP/1.1\r\n" + HOST + b"X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n\r\n"
    )
    assert b"evil.example" not in answer


def test_a_sender_who_asks_first_is_told_to_go_on(demo: Running) -> None:
    """Torture case 67: `Expect: 100-continue`, and no other expectation."""
    head = b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
    with socket.create_connection(("127.0.0.1", demo.port), timeout=5) as connection:
        connection.sendall(head + b"Content-Length: 9\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        first = connection.recv(1000)
        assert first.startswith(b"HTTP/1.1 100 Continue\r\n") and first.endswith(b"\r\n\r\n")
        connection.sendall(b"email=a@b")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert status(answer) == 400, "read to its end, and refused because it has no token"
    assert answer.count(b"HTTP/1.1 ") == 1
    with socket.create_connection(("127.0.0.1", demo.port), timeout=5) as connection:
        connection.sendall(head + b"Content-Length: 999999999999\r\nExpect: 100-continue\r\n\r\n")
        assert status(connection.recv(1000)) == 413, "not told to send what will be refused"


def test_compressed_for_those_who_take_it(demo: Running) -> None:
    """Torture case 67, through the real server: the body is what its length and its encoding say."""
    for accepted, is_packed in ((b"gzip", True), (b"gzip;q=0", False), (b"br, *;q=0", False)):
        head = HOST + b"Sec-Fetch-Site: none\r\nAccept-Encoding: " + accepted + b"\r\n\r\n"
        for path in (b"/sign-in", b"/static/regionrom.css"):
            header, _end, body = raw(demo, b"GET " + path + b" HTTP/1.1\r\n" + head).partition(b"\r\n\r\n")
            assert (b"Content-Encoding: gzip" in header) is is_packed
            assert re.search(rb"Vary: [^\r]*Accept-Encoding", header)
            length = re.search(rb"Content-Length: (\d+)", header)
            assert length is not None and int(length[1]) == len(body)
            text = gzip.decompress(body) if is_packed else body
            assert text.startswith((b"<!doctype html>", b"\n<!doctype html>", b"/*", b"@")), text[:50]


def test_silent_and_slow_clients_do_not_keep_others_waiting(demo: Running) -> None:
    """Headers that never end, bodies that trickle, readers that do not read."""
    slow = [socket.create_connection(("127.0.0.1", demo.port)) for _ in range(400)]
    try:
        for number, connection in enumerate(slow):
            if number % 2:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: local")
            else:
                connection.sendall(b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\na")
        began = time.monotonic()
        assert status(raw(demo, b"GET /sign-in HTTP/1.1\r\n" + HOST + b"\r\n")) == 200
        print(f"answered beside 400 slow clients after {time.monotonic() - began:.2f} s")
    finally:
        for connection in slow:
            connection.close()


def test_every_answer_says_how_it_may_be_used(demo: Running) -> None:
    head = raw(demo, b"GET /sign-in HTTP/1.1\r\n" + HOST + b"\r\n").partition(b"\r\n\r\n")[0].decode()
    for header in (
        "Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
        "Referrer-Policy: same-origin",
        "Cache-Control: no-store", "X-Request-Id: ",
    ):  # fmt: skip
        assert header in head
    assert "Server:" not in head
    assert "unsafe" not in head


def test_the_log_holds_lines_of_json_and_nothing_personal(demo: Running) -> None:
    raw(demo, b"GET /sign-in?next=/hemmelig-sti HTTP/1.1\r\n" + HOST + b"User-Agent: navn@example.no\r\n\r\n")
    time.sleep(0.2)
    text = (demo.instance.parent / "serve.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"at", "request", "method", "route", "status", "ms", "person"} <= set(lines[-1])
    for personal in ("hemmelig-sti", "example.no", "Skogfjær", "skarfjord.example"):
        assert personal not in text
