"""Groups of fewer than ten stay hidden, and no subtraction brings them to light."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zhenzan.report.diagnosis.small_groups import (
    FEWEST,
    dealt_out,
    is_small,
    part_of,
    stretches,
    told,
)

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), max_size=8)
HOURS = st.lists(
    st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=40
)


@given(COUNTS)
def test_a_small_group_is_never_told(counts: dict[str, int]) -> None:
    for name, shown in told(counts).items():
        assert shown in {None, counts[name]}
        assert shown is None or not is_small(shown)


@given(COUNTS)
def test_what_is_hidden_cannot_be_subtracted(counts: dict[str, int]) -> None:
    hidden = [name for name, shown in told(counts).items() if shown is None]
    whole = sum(counts[name] for name in hidden)
    everybody = all(counts[name] < FEWEST or name in hidden for name in counts)
    assert not hidden or everybody or (len(hidden) >= 2 and whole >= FEWEST)


@given(COUNTS)
def test_nothing_is_hidden_without_need(counts: dict[str, int]) -> None:
    if not any(map(is_small, counts.values())):
        assert told(counts) == counts


def test_the_smallest_of_the_large_goes_along() -> None:
    assert told({"a": 3, "b": 12, "c": 500}) == {"a": None, "b": None, "c": 500}
    assert told({"a": 3, "b": 4, "c": 12, "d": 500}) == {
        "a": None,
        "b": None,
        "c": None,
        "d": 500,
    }
    assert told({"a": 6, "b": 7, "c": 12}) == {"a": None, "b": None, "c": 12}


@given(st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_part_is_told_with_its_rest(counts: tuple[int, int]) -> None:
    count, whole = counts
    part = part_of(count, whole)
    assert part.whole == whole
    assert (part.count is None) == (is_small(count) or is_small(whole - count))
    assert part.count in {None, count}


@given(HOURS)
def test_a_stretch_is_told_only_where_nobody_stands_alone(hours: list[tuple[int, int]]) -> None:
    found = stretches(hours)
    assert [n for one in found for n in one.steps] == [likes for likes, _ in hours]
    assert sum(one.fake for one in found) == sum(fake for _, fake in hours)
    assert len(found) <= 1 or all(one.may_be_told for one in found)
    for one in found:
        if one.may_be_told:
            assert not is_small(one.fake)
            assert not one.fake or not is_small(sum(one.steps) - one.fake)


@given(HOURS)
def test_no_step_has_more_fake_likes_than_likes(hours: list[tuple[int, int]]) -> None:
    drawn = dealt_out(hours)
    assert len(drawn) == len(hours)
    assert all(0 <= fake <= likes for fake, (likes, _) in zip(drawn, hours, strict=True))
    assert sum(drawn) <= sum(fake for _, fake in hours) + 0.05 * len(hours)


def test_fake_likes_of_a_stretch_are_dealt_out_evenly() -> None:
    assert dealt_out([(30, 0), (12, 12), (30, 15)]) == (0, 12, 15)
    assert dealt_out([(5, 5), (5, 5), (20, 0)]) == (5, 5, 0)
    assert dealt_out([(20, 4), (20, 8), (7, 0)]) == (6, 6, 0)
    assert dealt_out([(30, 15), (10, 5)]) == (15, 5)
    assert dealt_out([(9, 9)]) == (0,)
