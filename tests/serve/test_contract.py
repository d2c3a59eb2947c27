"""What the service says of itself is what it does: Schemathesis with all its checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth

from zhenzan.serve.data_folder import DataFolder
from zhenzan.serve.routes import ROUTES

from .served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhenzan.serve.route import Route

load_all_checks()
EXAMPLES, MANY_EXAMPLES = 10, 50
PATIENCE_S = 60.0
"""A scan that is asked for keeps a busy machine."""
DOCUMENTED = [route for route in ROUTES if route.documented]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    served = Served(DataFolder(tmp_path_factory.mktemp("contract") / "data"))
    loaded = schemathesis.openapi.from_url(f"http://127.0.0.1:{served.port}/v1/openapi.json")
    yield loaded, {"Authorization": f"Bearer {served.key}"}
    served.stop()


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("route", DOCUMENTED, ids=named)
def test_every_route_keeps_its_word(schema: Any, route: Route, mode: GenerationMode) -> None:
    hold_to_its_word(schema, route, mode, EXAMPLES)


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("route", DOCUMENTED, ids=named)
def test_every_route_keeps_its_word_long(schema: Any, route: Route, mode: GenerationMode) -> None:
    # Each example of this one is a whole scan.
    examples = EXAMPLES if (route.method, route.path) == ("POST", "/v1/scans") else MANY_EXAMPLES
    hold_to_its_word(schema, route, mode, examples)


def hold_to_its_word(schema: Any, route: Route, mode: GenerationMode, examples: int) -> None:
    wrong = route.body or any(parameter.place != "path" for parameter in route.parameters)
    if mode is GenerationMode.NEGATIVE and not wrong:
        return  # there is nothing to send wrongly
    described, headers = schema
    operation = described[route.path.replace(":path}", "}")][route.method]

    @settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        deadline=None,
        derandomize=True,
        database=None,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps_its_word(case: Any) -> None:
        case.call_and_validate(
            checks=CHECKS.get_all(),
            # Whoever shows many wrong keys is told to wait, before anything else.
            excluded_checks=[ignored_auth] if examples > EXAMPLES else [],
            headers=headers,
            timeout=PATIENCE_S,
        )

    keeps_its_word()
