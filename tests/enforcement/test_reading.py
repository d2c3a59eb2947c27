"""Policy files: what is wrong is told by name; the example is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.enforcement.policies import policy, policy_text, rule

from zhenzan.enforcement import parse_policy, read_policy
from zhenzan.errors import CallError

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-policy.toml"


def test_the_example_is_right() -> None:
    read = read_policy(EXAMPLE)
    assert read.name == "invalid-likes"
    assert [rung.points for rung in read.ladder] == [1, 2, 4, 6, 10]


def test_the_text_is_the_version() -> None:
    one, other = policy(), policy(rule(severity=3))
    assert one.version == policy().version != other.version
    assert parse_policy(policy_text().replace("\n", "\r\n")).version == one.version


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("name =", "is not TOML", "docs/policy.md"),
        (policy_text(top="sampel = 0.1"), "a key 'sampel'", "Did you mean sample?"),
        (policy_text(top="sample = 2"), "sample is no share", "sample = "),
        (policy_text(top="half_life_days = true"), "half_life_days", "half_life_days = "),
        (policy_text(name="My Policy"), "no name of a policy", "small letters"),
        (policy_text(rule(on="acounts")), "is on 'acounts'", "Did you mean accounts?"),
        (policy_text(rule(severity=0)), "severity is missing", "severity = "),
        (policy_text(rule(), rule()), "Two rules are called 'all'", "once"),
        (policy_text(rule(more="at_least = 2")), "counts likes", "fake_likes"),
        (policy_text(rule(more="at_most = 'jail'")), "a step 'jail'", "Choose from"),
        (policy_text(rule("x > 1")), "has no column 'x'", "Choose from"),
        (policy_text(ladder={"limit_likin": (1, 1)}), "'limit_likin'", "limit_liking?"),
        (
            policy_text(ladder={"discount_likes": (5, 1), "limit_liking": (5, 1)}),
            "The ladder asks 5 points for limit_liking",
            "more points",
        ),
        (policy_text(ladder={"limit_liking": (3, 1)}), "begins at 3", "Raise its severity"),
        (policy_text(ladder={"limit_liking": (2, 0)}), "days is missing", "days = 1"),
        (policy_text(caps="per_day = 3"), "a key 'per_day'", "per_"),
        (policy_text(caps="per_hour = -1"), "per_hour", "per_hour"),
        (policy_text(caps="cohort = 'account_id'"), "tells no cohorts apart", "Choose from"),
        (policy_text(breaker="most_jump = 0.5"), "most_jump", "3.0"),
        (policy_text().replace("zh = ", "de = "), "a key 'de'", "en, zh"),
        (policy_text().replace('en = "L', '# "L'), "does not say in both languages", "[basis]"),
        ("name = 'x'", "has no rules", "[[rules]]"),
        ("name = 'x'\nrules = 3", "has no rules", "[[rules]]"),
        ("name = 'x'\nrules = [3]", "is no table", "[[rules]]"),
        (f"name = 'x'\n{rule()}", "has no ladder", "[ladder]"),
    ],
)
def test_what_is_wrong_is_told(text: str, sentence: str, hint: str) -> None:
    with pytest.raises(CallError) as error:
        parse_policy(text)
    assert sentence in error.value.sentence
    assert hint in error.value.hint


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="cannot be read"):
        read_policy(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(CallError, match="not text in UTF-8"):
        read_policy(tmp_path / "latin.toml")
    (tmp_path / "long.toml").write_bytes(b"#" * 200_001)
    with pytest.raises(CallError, match="more than 200,000 bytes"):
        read_policy(tmp_path / "long.toml")
