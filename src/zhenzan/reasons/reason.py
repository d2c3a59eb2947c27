"""What a reason code is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenzan.model import EntityType, Family
    from zhenzan.settings import Language


@dataclass(frozen=True)
class Reason:
    """One reason code.

    Attributes:
        code: The word in ``reasons`` and ``reason_code`` columns.
        entity: What it is said about.
        family: The kind of evidence; corroboration counts families.
        title: A few words, by language.
        sentence: A template over the evidence's facts, by language.
    """

    code: str
    entity: EntityType
    family: Family
    title: dict[Language, str]
    sentence: dict[Language, str]


def reason(
    code: str, entity: EntityType, family: Family, en: tuple[str, str], zh: tuple[str, str]
) -> Reason:
    """A reason code with its title and sentence in each language."""
    return Reason(code, entity, family, {"en": en[0], "zh": zh[0]}, {"en": en[1], "zh": zh[1]})
