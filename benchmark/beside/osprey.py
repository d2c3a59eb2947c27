"""Osprey's engine on events: ``python -m benchmark.beside.osprey FOLDER WORK.json``.

A process in the environment that Osprey asks for. It stands alone, without its service: sources
are checked and compiled by its own validators, and each event goes through its executor.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from osprey.engine.ast.sources import Sources
from osprey.engine.ast_validator import validate_sources
from osprey.engine.ast_validator.validator_registry import ValidatorRegistry
from osprey.engine.executor.execution_context import Action
from osprey.engine.executor.execution_graph import compile_execution_graph
from osprey.engine.executor.executor import execute
from osprey.engine.executor.udf_execution_helpers import UDFHelpers
from osprey.engine.stdlib import get_config_registry
from osprey.engine.stdlib.udfs.json_data import JsonData
from osprey.engine.stdlib.udfs.rules import Rule
from osprey.engine.udf.registry import UDFRegistry
from osprey.worker._stdlibplugin.validator_regsiter import register_ast_validators

from benchmark.beside.contest import Clock
from benchmark.beside.ten_rules import RULES, answer, feature, osprey

if TYPE_CHECKING:
    from benchmark.beside.contest import Work


def compiled() -> Any:
    """The ten rules as Osprey's graph of execution."""
    for validator in register_ast_validators():
        ValidatorRegistry.register_to_instance(validator)
    validators = ValidatorRegistry.get_instance().instance_with_additional_validators(
        get_config_registry().get_validator()
    )
    sources = Sources.from_dict({"main.sml": osprey()})
    functions = UDFRegistry.with_udfs(JsonData, Rule)
    return compile_execution_graph(validate_sources(sources, functions, validators))


def decide(events: list[dict[str, Any]]) -> Work:
    """Whom each rule describes, event by event."""
    graph, helpers = compiled(), UDFHelpers()
    now = datetime.now(tz=UTC).replace(tzinfo=None)  # as its worker hands it over
    names = [(rule.name, feature(rule.name)) for rule in RULES]
    hits: dict[str, set[str]] = {rule.name: set() for rule in RULES}
    clock = Clock()
    for number, event in enumerate(events):
        action = Action(
            action_id=number, action_name="like", data=event, secret_data={}, timestamp=now
        )
        result = execute(graph, helpers, action, None)
        if result.error_infos:
            raise result.error_infos[0].error
        for rule, name in names:
            if result.extracted_features[name]:
                hits[rule].add(event["account_id"])
    work = clock.work({})
    work.answer.update(answer(hits))
    return work


if __name__ == "__main__":
    lines = (Path(sys.argv[1]) / "events.jsonl").read_text(encoding="utf-8").splitlines()
    decide([json.loads(line) for line in lines]).write(Path(sys.argv[2]))
