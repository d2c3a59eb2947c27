"""From verdicts to actions: policies, the penalty ladder, guards, and the way back."""

from zhenzan.enforcement.active import ActiveAction, active_actions
from zhenzan.enforcement.applying import Outcome, act_on_case, add_controls, apply, resume
from zhenzan.enforcement.hits import Hit, Matched, match
from zhenzan.enforcement.ladder import STEPS
from zhenzan.enforcement.policy import Policy, Rule
from zhenzan.enforcement.preview import Preview, preview
from zhenzan.enforcement.reading import parse_policy, read_policy
from zhenzan.enforcement.undo import Selection, Undone, reverse, undo
from zhenzan.enforcement.versions import live_policy, parse_share, policy_of
from zhenzan.model import SEVERE_STEPS, Step

__all__ = [
    "SEVERE_STEPS",
    "STEPS",
    "ActiveAction",
    "Hit",
    "Matched",
    "Outcome",
    "Policy",
    "Preview",
    "Rule",
    "Selection",
    "Step",
    "Undone",
    "act_on_case",
    "active_actions",
    "add_controls",
    "apply",
    "live_policy",
    "match",
    "parse_policy",
    "parse_share",
    "policy_of",
    "preview",
    "read_policy",
    "resume",
    "reverse",
    "undo",
]
