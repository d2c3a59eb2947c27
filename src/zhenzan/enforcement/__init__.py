"""From verdicts to actions: policies, the penalty ladder, guards, and the way back."""

from zhenzan.enforcement.activation import Due, Mode, activate, assess, due
from zhenzan.enforcement.active import ActiveAction, active_actions
from zhenzan.enforcement.applying import Outcome, act_on_case, add_controls, apply, resume
from zhenzan.enforcement.hits import Hit, Matched, match, scan_name
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
    "Due",
    "Hit",
    "Matched",
    "Mode",
    "Outcome",
    "Policy",
    "Preview",
    "Rule",
    "Selection",
    "Step",
    "Undone",
    "act_on_case",
    "activate",
    "active_actions",
    "add_controls",
    "apply",
    "assess",
    "due",
    "live_policy",
    "match",
    "parse_policy",
    "parse_share",
    "policy_of",
    "preview",
    "read_policy",
    "resume",
    "reverse",
    "scan_name",
    "undo",
]
