"""A visit follows redirects step by step, each one checked and in turn."""

from __future__ import annotations

import threading
from email.utils import formatdate

import pytest
from tests.web.conftest import Request, Site, redirect, serve, visitor

from corpuskit.documents import Unread
from corpuskit.reasons import Reason
from corpuskit.web.client import Answer
from corpuskit.web.visitor import MOST_REDIRECTS, Validators, Visitor

PAGE = b"<html><body><p>A page about the river.</p></body></html>"


def seen(guest: Visitor, url: str, validators: Validators | None = None) -> Answer:
    answer = guest.visit(url, validators)
    assert isinstance(answer, Answer), answer
    return answer


def missed(guest: Visitor, url: str) -> Unread:
    answer = guest.visit(url)
    assert isinstance(answer, Unread), answer
    assert answer.location == url
    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, status: int) -> None:
    site.pages = {"/a": redirect("b?x#part", status), "/b": redirect(site.url("/c"), status), "/c": PAGE}
    answer = seen(visitor(), site.url("/a"))
    assert (answer.url, answer.redirected_from, answer.body) == (site.url("/c"), site.url("/a"), PAGE)
    assert site.paths() == ["/a", "/b?x", "/c"]


def test_a_page_in_its_place_was_not_redirected(site: Site) -> None:
    site.pages = {"/": PAGE}
    assert seen(visitor(), site.url()).redirected_from is None


def test_ten_redirects_are_followed_and_no_more(site: Site) -> None:
    site.pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(30)} | {f"/{MOST_REDIRECTS}": PAGE}
    assert seen(visitor(), site.url("/0")).body == PAGE
    site.pages[f"/{MOST_REDIRECTS}"] = redirect(f"/{MOST_REDIRECTS + 1}")
    site.asked.clear()
    problem = missed(visitor(), site.url("/0"))
    assert (problem.status, problem.reason) == ("failed", Reason.TOO_MANY_REDIRECTS)
    assert len(site.paths()) == MOST_REDIRECTS + 1


def test_a_circle_is_seen_at_once(site: Site) -> None:
    site.pages = {"/a": redirect("/b"), "/b": redirect("/a"), "/self": redirect("/self")}
    for path, steps in (("/a", ["/a", "/b"]), ("/self", ["/self"])):
        site.asked.clear()
        assert missed(visitor(), site.url(path)).reason is Reason.TOO_MANY_REDIRECTS
        assert site.paths() == steps


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/", "http://user:secret@127.0.0.1/", "http://[", "data:,x"],
)
def test_a_redirect_to_what_is_no_page_is_not_followed(site: Site, target: str) -> None:
    site.pages = {"/": redirect(target)}
    problem = missed(visitor(), site.url())
    assert (problem.status, problem.reason) == ("skipped", Reason.BAD_URL)
    assert target[:20] in problem.detail


def test_a_redirect_to_a_private_address_is_not_followed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpuskit.web import connections

    # one address of this machine stands for the public internet here, all others stay what they are
    monkeypatch.setattr(connections, "is_public", lambda address: address == "127.0.0.1")
    with serve(Site(pages={"/secret": PAGE}), "127.0.0.2") as inside:
        site.pages = {"/": redirect(inside.url("/secret", "127.0.0.2"))}
        problem = missed(visitor(allow_private=False), site.url())
        assert (problem.status, problem.reason) == ("skipped", Reason.ADDRESS_NOT_ALLOWED)
        assert "127.0.0.2" in problem.detail
        assert inside.asked == []


def test_the_time_of_all_redirects_counts(site: Site) -> None:
    def slow(request: Request) -> None:
        threading.Event().wait(0.25)
        number = int(request.path[1:])
        request.answer(302, Location=f"/{number + 1}")

    site.pages = {f"/{number}": slow for number in range(20)}
    problem = missed(visitor(seconds=0.6), site.url("/0"))
    assert (problem.reason, problem.detail.rpartition(": ")[2]) == (Reason.TIMEOUT, "more than 0.6 s")
    assert len(site.paths()) <= 3


def test_waiting_for_a_turn_does_not_count(site: Site) -> None:
    site.pages = {"/a": redirect("/b"), "/b": redirect("/c"), "/c": PAGE}
    assert seen(visitor(seconds=0.5, delay=0.4), site.url("/a")).body == PAGE
    assert min(site.gaps()) >= 0.4


# Busy servers


def busy(times: int, status: int, after: str) -> tuple[list[int], object]:
    """A page that is busy for some times."""
    left = [times]

    def page(request: Request) -> None:
        left[0] -= 1
        request.answer(status, Retry_After=after) if left[0] >= 0 else request.answer(200, PAGE)

    return left, page


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_wants(site: Site, status: int) -> None:
    _, site.pages["/"] = busy(1, status, "1")  # type: ignore[assignment]
    assert seen(visitor(), site.url()).body == PAGE
    assert site.gaps()[-1] >= 1


def test_a_server_that_stays_busy_is_left(site: Site) -> None:
    _, site.pages["/"] = busy(99, 429, "0")  # type: ignore[assignment]
    assert seen(visitor(), site.url()).status == 429
    assert site.paths() == ["/"] * 3


@pytest.mark.parametrize("after", ["99999", formatdate(4_000_000_000, usegmt=True)])
def test_a_server_that_wants_a_long_rest_gets_it(site: Site, after: str) -> None:
    _, site.pages["/"] = busy(99, 429, after)  # type: ignore[assignment]
    site.pages["/2"] = PAGE
    guest = visitor()
    assert seen(guest, site.url()).status == 429
    problem = missed(guest, site.url("/2"))
    assert (problem.status, problem.reason) == ("failed", Reason.HTTP_STATUS)
    assert "left alone" in problem.detail
    assert site.paths() == ["/"]


def test_a_server_that_does_not_say_when_is_not_asked_again(site: Site) -> None:
    site.pages["/"] = lambda request: request.answer(503)
    assert seen(visitor(), site.url()).status == 503
    assert site.paths() == ["/"]


# Validators


def test_validators_go_to_the_address_they_came_from(site: Site) -> None:
    site.pages = {"/a": redirect("/b"), "/b": lambda request: request.answer(304)}
    answer = seen(visitor(), site.url("/a"), Validators(site.url("/b"), '"1"', "Wed, 21 Oct 2015 07:28:00 GMT"))
    assert answer.status == 304
    first, second = (asked.headers for asked in site.asked if asked.path != "/robots.txt")
    assert "if-none-match" not in first
    assert second["if-none-match"] == '"1"'
    assert second["if-modified-since"] == "Wed, 21 Oct 2015 07:28:00 GMT"


def test_without_validators_nothing_is_asked_conditionally(site: Site) -> None:
    site.pages = {"/": PAGE}
    seen(visitor(), site.url(), Validators(site.url()))
    assert not {"if-none-match", "if-modified-since"} & {*site.asked[-1].headers}


def test_a_validator_that_no_header_can_carry_is_left_out(site: Site) -> None:
    site.pages = {"/": PAGE}
    seen(visitor(), site.url(), Validators(site.url(), '"→"', "Wed,\n 21 Oct"))
    assert not {"if-none-match", "if-modified-since"} & {*site.asked[-1].headers}
