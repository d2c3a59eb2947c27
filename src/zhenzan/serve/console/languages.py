"""Which language a page is in: the one that was chosen, or else the browser's."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from zhenzan.settings import Language

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_COOKIE = "zhenzan-language"
YEAR_SECONDS = 31_536_000


def chosen(request: Request) -> Language | None:
    """The language that the address asks for, if it does."""
    return known(request.query_params.get("lang"))


def known(word: str | None) -> Language | None:
    """A word as a language; None if it is none that we speak."""
    return next((lang for lang in LANGUAGES if lang == word), None)


def language_of(request: Request, preferred: str | None = None) -> Language:
    """The language of a page.

    Args:
        request: What is answered.
        preferred: The user's own choice, or that of whoever wrote the link.
    """
    found = chosen(request) or known(request.cookies.get(LANGUAGE_COOKIE)) or known(preferred)
    if found:
        return found
    asked = request.headers.get("accept-language", "").lower().split(",")
    first = next((word.strip()[:2] for word in asked if word.strip()[:2] in LANGUAGES), "en")
    return known(first) or "en"


def remember(request: Request, response: Response) -> None:
    """Keep the language that the address asked for."""
    lang = chosen(request)
    if lang:
        response.set_cookie(
            LANGUAGE_COOKIE,
            lang,
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="lax",
            secure=True,
        )
