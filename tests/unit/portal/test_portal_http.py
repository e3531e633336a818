# SPDX-FileCopyrightText: The c9800.slp authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP layer against a server that misbehaves."""

from __future__ import annotations

import base64
import re
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.c9800.slp.plugins.module_utils.portal.http import (
    CallError,
    HttpClient,
    describe,
    retry_after,
)
from ansible_collections.c9800.slp.plugins.module_utils.slp.errors import PortalError

from tests.unit.portal.servers import Canned, Cssm, Pki, Proxy, in_thread, serve_cssm

PAGE = "<!DOCTYPE html><html><head><title>Sign in\n to the guest network</title></head></html>"


@pytest.fixture
def http(pki: Pki, pauses: list[float]) -> HttpClient:
    return HttpClient(ca_path=pki.ca_path, timeout=5, sleep=pauses.append)


def get(http: HttpClient, cssm: Cssm, path: str = "/x?token=canary") -> Any:
    return http.decode(http.request("GET", cssm.url + path, repeatable=True))


def post(http: HttpClient, cssm: Cssm) -> Any:
    return http.decode(http.request("POST", f"{cssm.url}/x", body=b"{}", repeatable=False))


def test_integers_stay_whole(http: HttpClient, cssm: Cssm) -> None:
    cssm.script["x"] = [Canned(body='{"poll_id":773126444402795033,"other":18446744073709551615}')]
    assert get(http, cssm) == {"poll_id": 773126444402795033, "other": 18446744073709551615}


@pytest.mark.parametrize(
    ("canned", "words"),
    [
        (Canned(body=PAGE), 'HTTP 200: a web page titled "Sign in to the guest network"'),
        (Canned(body=b""), "HTTP 200: an empty answer"),
        (Canned(body='{"status":"OK_PO'), 'HTTP 200: "{"status":"OK_PO"'),
        (Canned(body=b"\xff\xfe"), "the answer is not JSON"),
        (Canned(body="[" * 100_000), "the answer is not JSON"),
        (Canned(body='{"status":', after="cut"), "the answer is cut off (10 octets came, 100 are missing)"),
    ],
    ids=["html", "empty", "half", "binary", "nested", "cut"],
)
def test_unusable_answers_are_described(http: HttpClient, cssm: Cssm, canned: Canned, words: str) -> None:
    cssm.script["x"] = [canned] * 5
    with pytest.raises(PortalError) as caught:
        get(http, cssm)
    assert words in str(caught.value)
    assert f"{cssm.url.removeprefix('https://')}/x: " in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("after", ["hang", "drip"])
def test_the_time_limit_holds_for_the_whole_answer(pki: Pki, cssm: Cssm, after: str) -> None:
    cssm.script["x"] = [Canned(body="{", after=after)]
    with pytest.raises(CallError, match=r"nothing within 0.3 s|cut off") as caught:
        post(HttpClient(ca_path=pki.ca_path, timeout=0.3), cssm)
    assert caught.value.sent


def test_an_answer_larger_than_the_limit_is_refused(pki: Pki, cssm: Cssm) -> None:
    cssm.script["x"] = [Canned(body=b" " * 3_000_000)]
    with pytest.raises(PortalError, match="larger than 1000000 octets"):
        post(HttpClient(ca_path=pki.ca_path, max_bytes=1_000_000), cssm)


RETRIES = [
    # call, statuses and Retry-After headers, calls made, pauses taken
    (get, [(503, None), (502, None), (200, None)], 3, [2.0, 4.0]),
    (get, [(504, None), (429, "7"), (200, None)], 3, [2.0, 7.0]),
    (get, [(503, None)] * 5, 4, [2.0, 4.0, 8.0]),
    (get, [(429, "3600")], 1, []),  # more than it is ready to wait
    (get, [(500, None)], 1, []),
    (post, [(429, None), (200, None)], 2, [2.0]),
    (post, [(503, "1"), (200, None)], 2, [1.0]),
    (post, [(503, None)], 1, []),  # may have been accepted
    (post, [(504, "1")], 1, []),  # a gateway speaks, not the portal
]


@pytest.mark.parametrize(("call", "answers", "calls", "taken"), RETRIES)
def test_retries(
    http: HttpClient,
    cssm: Cssm,
    pauses: list[float],
    call: Any,
    answers: list[tuple[int, str | None]],
    calls: int,
    taken: list[float],
) -> None:
    cssm.script["x"] = [
        Canned(status, {"status": status}, {"Retry-After": wait} if wait else {}) for status, wait in answers
    ]
    assert call(http, cssm)["status"] == answers[calls - 1][0]
    assert (len(cssm.seen), pauses) == (calls, taken)


def test_how_long_the_portal_wants_to_be_left_alone_is_told(http: HttpClient, cssm: Cssm) -> None:
    cssm.script["x"] = [Canned(429, "slow down", {"Retry-After": "3600"})]
    with pytest.raises(PortalError, match=r'HTTP 429, Retry-After 3600: "slow down"\)\. The portal limits the rate'):
        get(http, cssm)


def test_what_may_have_been_accepted_is_not_sent_again(http: HttpClient, cssm: Cssm, pauses: list[float]) -> None:
    cssm.script["x"] = [Canned(body="{", after="cut")] * 2 + [Canned(body="{}")]
    with pytest.raises(CallError) as caught:
        post(http, cssm)
    assert (len(cssm.seen), pauses, caught.value.sent) == (1, [], True)
    assert get(http, cssm) == {}
    assert (len(cssm.seen), pauses) == (3, [1.0])


def test_what_never_left_is_sent_again(http: HttpClient, cssm: Cssm, pauses: list[float]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        cssm.url = f"https://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(CallError, match="refused") as caught:
            post(http, cssm)
    assert (pauses, caught.value.sent) == ([1.0, 2.0, 4.0], False)


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("-5", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_redirects_inside_the_host_are_followed_for_reads(http: HttpClient, cssm: Cssm) -> None:
    cssm.script["x"] = [Canned(307, headers={"Location": "/y"})]
    cssm.script["y"] = [Canned(body='{"a":1}')]
    assert get(http, cssm) == {"a": 1}


@pytest.mark.parametrize(
    ("call", "location", "words"),
    [
        (get, "https://elsewhere.example/login?token=canary", "to elsewhere.example"),
        (get, "http://127.0.0.1/x", "to 127.0.0.1"),
        (post, "/y", "redirects the call"),
        (get, "", "redirects in circles"),
    ],
)
def test_other_redirects_are_refused(http: HttpClient, cssm: Cssm, call: Any, location: str, words: str) -> None:
    cssm.script["x"] = [Canned(302, headers={"Location": location})] * 9
    with pytest.raises(PortalError, match=words) as caught:
        call(http, cssm)
    assert "canary" not in str(caught.value)


def test_a_certificate_of_an_unknown_ca_is_refused(cssm: Cssm, pauses: list[float]) -> None:
    with pytest.raises(CallError, match=r"certificate is not trusted.*ca_path") as caught:
        get(HttpClient(sleep=pauses.append), cssm)
    assert not caught.value.sent
    assert (cssm.seen, pauses) == ([], [])
    cssm.script["x"] = [Canned(body="{}")]
    assert get(HttpClient(validate_certs=False), cssm) == {}


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    pki = Pki(tmp_path, address="127.0.0.9")
    with in_thread(serve_cssm(Cssm(), pki.server)) as port:
        http = HttpClient(ca_path=pki.ca_path, retries=0)
        with pytest.raises(CallError, match="certificate is not trusted"):
            http.request("GET", f"https://127.0.0.1:{port}/x", repeatable=True)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_useless_ca_file_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    with pytest.raises(PortalError, match=r"ca\.pem: the CA file cannot be used"):
        HttpClient(ca_path=str(path))


@pytest.mark.parametrize("url", ["http://portal.example/x", "https://user:canary@portal.example/x", "portal.example"])
def test_only_https_urls_without_credentials(http: HttpClient, url: str) -> None:
    with pytest.raises(PortalError, match="no https URL") as caught:
        http.request("GET", url, repeatable=True)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("given", ["option", "environment"])
def test_calls_go_through_a_proxy(pki: Pki, cssm: Cssm, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Proxy(login="Basic " + base64.b64encode(b"us er:canary@pw").decode())
    cssm.script["x"] = [Canned(body='{"a":1}')]
    with in_thread(proxy.serve) as port:
        url = f"http://us%20er:canary%40pw@127.0.0.1:{port}"
        if given == "environment":
            monkeypatch.setenv("https_proxy", url)
        else:  # an explicit proxy counts, whatever the environment says
            monkeypatch.setenv("no_proxy", "*")
        http = HttpClient(ca_path=pki.ca_path, proxy=url if given == "option" else None)
        assert get(http, cssm) == {"a": 1}
    assert proxy.asked[0].startswith(f"CONNECT {cssm.url.removeprefix('https://')} HTTP/1.")


def test_no_proxy_is_obeyed(http: HttpClient, cssm: Cssm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    cssm.script["x"] = [Canned(body='{"a":1}')]
    assert get(http, cssm) == {"a": 1}


def test_a_proxy_that_refuses_is_named_as_the_cause(pki: Pki, cssm: Cssm, pauses: list[float]) -> None:
    proxy = Proxy(login="Basic nobody")
    with in_thread(proxy.serve) as port:
        http = HttpClient(ca_path=pki.ca_path, proxy=f"http://user:canary@127.0.0.1:{port}", sleep=pauses.append)
        with pytest.raises(CallError, match=r"proxy does not connect.*407") as caught:
            post(http, cssm)
    assert not caught.value.sent
    assert (len(proxy.asked), pauses) == (1, []), "each wrong login counts"
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://user:can/ary@proxy.example:3128",
        "http://user:can#ary@proxy.example",
        "http://user:can?ary@proxy.example",
    ],
)
def test_an_unescaped_password_of_a_proxy_is_not_quoted(url: str) -> None:
    with pytest.raises(PortalError, match=r"Write http://host:port .* as %2F %23") as caught:
        HttpClient(proxy=url)
    assert not {"can", "ary"} & set(re.split(r"\W+", str(caught.value)))


def test_a_port_that_is_no_number_is_told(http: HttpClient) -> None:
    with pytest.raises(PortalError, match=r"cssm\.example:port.*no https URL of a portal.*Write https://host/path"):
        http.request("GET", "https://cssm.example:port/x", repeatable=True)


def test_a_proxy_of_another_kind_is_refused() -> None:
    with pytest.raises(PortalError, match="Write http://host:port") as caught:
        HttpClient(proxy="socks5://user:canary@proxy.example:1080")
    assert "canary" not in str(caught.value)


def test_a_secret_that_the_portal_echoes_stays_out_of_the_error(http: HttpClient, cssm: Cssm) -> None:
    http.hide(["canary+1", None, ""])
    cssm.script["x"] = [Canned(body="you said canary+1 and canary%2B1")]
    with pytest.raises(PortalError, match=r"you said \*+ and \*+") as caught:
        get(http, cssm)
    assert "canary" not in str(caught.value)


def test_a_secret_that_the_quote_would_cut_in_two_stays_out_of_the_error(http: HttpClient, cssm: Cssm) -> None:
    http.hide(["canary" * 10])
    cssm.script["x"] = [Canned(body=f"{'x' * 180} {'canary' * 10}")]
    with pytest.raises(PortalError, match=r"x{180}") as caught:
        get(http, cssm)
    assert "canary" not in str(caught.value)


def test_long_texts_are_shortened() -> None:
    assert len(describe("x" * 10_000)) < 250
    assert describe("<html>") == "a web page"
