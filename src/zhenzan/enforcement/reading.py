"""Read a policy file: every key is known, every value in range, every condition checked."""

from __future__ import annotations

import difflib
import itertools
import re
import tomllib
from typing import TYPE_CHECKING, Any

from zhenzan.enforcement.conditions import TABLES, columns_of, read_condition
from zhenzan.enforcement.ladder import STEPS, Rung, height
from zhenzan.enforcement.policy import Breaker, Caps, Policy, Rule
from zhenzan.errors import CallError
from zhenzan.model import Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
MOST_BYTES = 200_000
MOST_POINTS = 100
MOST_DAYS = 365
MOST_COUNT = 10_000_000
Table = dict[str, Any]


def read_policy(path: Path) -> Policy:
    """Read and check a policy file.

    Raises:
        CallError: The file cannot be read, or something in it is wrong; the sentence says what.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > MOST_BYTES:
            raise CallError(f"{path} has more than {MOST_BYTES:,} bytes.", "Split the policy.")
        return parse_policy(raw.decode("utf-8"))
    except OSError as error:
        raise CallError(
            f"The policy {path} cannot be read: {error.strerror}.", "Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise CallError(f"{path} is not text in UTF-8.", "Save it as UTF-8.") from error


def parse_policy(text: str) -> Policy:
    """Check the text of a policy; see ``read_policy``."""
    text = text.replace("\r\n", "\n")  # one policy, one version, on every system
    try:
        whole = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CallError(f"The policy is not TOML: {error}.", "See docs/policy.md.") from error
    place = "The policy"
    _known(
        whole,
        ("name", "basis", "half_life_days", "sample", "rules", "ladder", "caps", "breaker"),
        place,
    )
    name = _text(whole, "name", place)
    if not NAME.fullmatch(name):
        raise CallError(
            f"'{name}' is no name of a policy.", "Use small letters, digits and hyphens."
        )
    rules = whole.get("rules")
    if not isinstance(rules, list) or not rules:
        raise CallError("The policy has no rules.", "Add at least one [[rules]].")
    read = tuple(_rule(rule, number) for number, rule in enumerate(rules, start=1))
    repeated = {rule.id for rule in read if [r.id for r in read].count(rule.id) > 1}
    if repeated:
        raise CallError(f"Two rules are called '{min(repeated)}'.", "Name each rule once.")
    ladder = _ladder(whole.get("ladder"))
    for rule in read:
        if rule.severity < ladder[0].points:
            raise CallError(
                f"Rule '{rule.id}' gives {rule.severity} points, but the lowest step of the ladder "
                f"begins at {ladder[0].points}.",
                "Raise its severity, or lower the ladder.",
            )
    return Policy(
        name=name,
        rules=read,
        ladder=ladder,
        half_life_days=_whole(whole, "half_life_days", place, 1, MOST_DAYS, 90),
        caps=_caps(_section(whole, "caps")),
        breaker=_breaker(_section(whole, "breaker")),
        sample=_share(whole, "sample", place, 0.02),
        basis=_basis(_section(whole, "basis")),
        text=text,
    )


def _rule(rule: object, number: int) -> Rule:
    place = f"Rule {number}"
    if not isinstance(rule, dict):
        raise CallError(f"{place} is no table.", "Write [[rules]].")
    name = _text(rule, "id", place)
    if not NAME.fullmatch(name):
        raise CallError(f"'{name}' is no name of a rule.", "Use small letters, digits, hyphens.")
    place = f"Rule '{name}'"
    _known(rule, ("id", "on", "when", "severity", "at_least", "at_most"), place)
    on = _text(rule, "on", place)
    if on not in TABLES:
        raise CallError(f"{place} is on '{on}', which is no table.", _near(on, TABLES))
    if "at_least" in rule and on not in {"likes", "contents"}:
        raise CallError(
            f"{place} has at_least, which counts likes; its table is {on}.",
            "Leave it out, or ask for fake_likes in the condition.",
        )
    when = _text(rule, "when", place)
    return Rule(
        id=name,
        on=on,
        when=when,
        sql=read_condition(when, on, f"The condition of rule '{name}'"),
        severity=_whole(rule, "severity", place, 1, MOST_POINTS, None),
        at_least=_whole(rule, "at_least", place, 1, MOST_COUNT, 1),
        at_most=_step(rule["at_most"], place) if "at_most" in rule else STEPS[-1],
    )


def _ladder(ladder: object) -> tuple[Rung, ...]:
    if not isinstance(ladder, dict) or not ladder:
        raise CallError("The policy has no ladder.", "Add [ladder] with at least one step.")
    rungs = []
    for name, facts in ladder.items():
        place = f"The step {name} of the ladder"
        step = _step(name, "The ladder")
        if not isinstance(facts, dict):
            raise CallError(f"{place} is no table.", "Write { points = 2, days = 7 }.")
        _known(facts, ("points", "days"), place)
        points = _whole(facts, "points", place, 1, MOST_POINTS, None)
        rungs.append(Rung(step, points, _whole(facts, "days", place, 1, MOST_DAYS, None)))
    rungs.sort(key=lambda rung: height(rung.step))
    for mild, severe in itertools.pairwise(rungs):
        if mild.points >= severe.points:
            raise CallError(
                f"The ladder asks {severe.points} points for {severe.step}, and "
                f"{mild.points} for the milder {mild.step}.",
                "Ask more points for the severer step.",
            )
    return tuple(rungs)


def _caps(caps: Table) -> Caps:
    place = "The section caps"
    usual = Caps()
    _known(caps, ("per_hour", "per_policy", "per_cohort", "cohort"), place)
    cohort = _text(caps, "cohort", place) if "cohort" in caps else usual.cohort
    columns = [name for name, kind in columns_of("accounts").items() if kind == "text"]
    if cohort not in columns:
        raise CallError(f"'{cohort}' tells no cohorts apart.", _near(cohort, columns))
    return Caps(
        per_hour=_whole(caps, "per_hour", place, 0, MOST_COUNT, usual.per_hour),
        per_policy=_whole(caps, "per_policy", place, 0, MOST_COUNT, usual.per_policy),
        per_cohort=_whole(caps, "per_cohort", place, 0, MOST_COUNT, usual.per_cohort),
        cohort=cohort,
    )


def _breaker(breaker: Table) -> Breaker:
    place = "The section breaker"
    usual = Breaker()
    _known(breaker, ("most_share", "most_jump", "most_overturned"), place)
    jump = breaker.get("most_jump", usual.most_jump)
    if isinstance(jump, bool) or not isinstance(jump, int | float) or not 1 <= jump <= 1_000:
        raise CallError(f"{place}: most_jump is no number from 1 to 1,000.", "Write 3.0.")
    return Breaker(
        most_share=_share(breaker, "most_share", place, usual.most_share),
        most_jump=float(jump),
        most_overturned=_share(breaker, "most_overturned", place, usual.most_overturned),
    )


def _basis(basis: Table) -> dict[str, str]:
    _known(basis, ("en", "zh"), "The section basis")
    if set(basis) != {"en", "zh"}:
        raise CallError(
            "The policy does not say in both languages which rule of the platform it enforces.",
            "Add [basis] with en = '…' and zh = '…': the person concerned reads it.",
        )
    return {lang: _text(basis, lang, "The section basis") for lang in ("en", "zh")}


def _section(whole: Table, name: str) -> Table:
    found = whole.get(name, {})
    if not isinstance(found, dict):
        raise CallError(f"{name} is no section.", f"Write [{name}].")
    return found


def _known(table: Table, names: tuple[str, ...], place: str) -> None:
    for name in table:
        if name not in names:
            raise CallError(f"{place} has a key '{name}' that nobody knows.", _near(name, names))


def _step(name: object, place: str) -> Step:
    if name not in list(STEPS):
        raise CallError(f"{place} names a step '{name}' that there is not.", _near(name, STEPS))
    return Step(str(name))


def _text(table: Table, name: str, place: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        raise CallError(f"{place}: {name} is missing or no text.", f"Write {name} = '…'.")
    return found.strip()


def _whole(table: Table, name: str, place: str, low: int, high: int, usual: int | None) -> int:
    found = table.get(name, usual)
    if isinstance(found, bool) or not isinstance(found, int) or not low <= found <= high:
        raise CallError(
            f"{place}: {name} is missing or no whole number from {low} to {high:,}.",
            f"Write {name} = {max(low, 1)}.",
        )
    return found


def _share(table: Table, name: str, place: str, usual: float) -> float:
    found = table.get(name, usual)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 1:
        raise CallError(f"{place}: {name} is no share from 0 to 1.", f"Write {name} = {usual}.")
    return float(found)


def _near(name: object, known: Iterable[str]) -> str:
    words = [str(word) for word in known]
    close = difflib.get_close_matches(str(name), words, n=1)
    return f"Did you mean {close[0]}?" if close else f"Choose from {', '.join(words)}."
