"""What a case draws: dots where likes are, a graph without a link too many or too few."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhenzan.serve.console.drawings import dots_by_content, dots_by_time
from zhenzan.serve.console.evidence import (
    MOST_ACCOUNTS,
    MOST_CONTENTS,
    MOST_ORIGINS,
    Evidence,
    Like,
    links_of,
)

LIKES = st.builds(
    Like,
    us=st.integers(0, 10**13),
    account_id=st.integers(0, 60).map(lambda n: f"a{n}"),
    content_id=st.integers(0, 40).map(lambda n: f"c{n}"),
    verdict=st.just("fake"),
    device=st.none() | st.integers(0, 30),
    address=st.none() | st.integers(0, 30),
)


@given(st.lists(LIKES, min_size=1, max_size=80))
def test_every_dot_is_inside_and_the_own_ones_are_told_apart(likes: list[Like]) -> None:
    evidence = Evidence(ring_likes=tuple(likes))
    for plot in (dots_by_time(evidence, "a1"), dots_by_content(evidence, "a1")):
        dots = [dot.split("h")[0].split() for dot in (plot.others + plot.own).split("M") if dot]
        assert dots
        assert all(0 <= float(x) <= plot.width for x, _ in dots)
        assert all(0 <= float(y) <= plot.height for _, y in dots)
        assert bool(plot.own) == any(like.account_id == "a1" for like in likes)
        assert (plot.own_y is not None) == bool(plot.own)


@given(st.lists(LIKES, max_size=200))
def test_links_are_those_of_the_likes_between_what_is_shown(likes: list[Like]) -> None:
    links = links_of(Evidence(ring_likes=tuple(likes)), "own")
    assert links.nodes["account"][0] == "own"
    assert len(links.nodes["account"]) <= MOST_ACCOUNTS
    assert len(links.nodes["content"]) <= MOST_CONTENTS
    for kind in ("device", "address"):
        assert len(links.nodes[kind]) <= MOST_ORIGINS
        for origin in links.nodes[kind]:
            users = {like.account_id for like in likes if str(getattr(like, kind)) == origin}
            assert len(users) > 1, "what only one account uses connects nobody"
    accounts = set(links.nodes["account"])
    expected = {
        (("account", like.account_id), (kind, str(value)))
        for like in likes
        for kind, value in (
            ("content", like.content_id),
            ("device", like.device),
            ("address", like.address),
        )
        if like.account_id in accounts and str(value) in links.nodes[kind]
    }
    assert links.pairs == expected
