"""Pages of policies: versions and their runs; a new version's preview, and then its activation."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from zhenzan import enforcement
from zhenzan.enforcement.versions import STAGES_PPM
from zhenzan.errors import CallError
from zhenzan.serve.auth.roles import Permission
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.console.names import Names
from zhenzan.serve.problems import ProblemError

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.console.desk import Desk
    from zhenzan.serve.scoring.kept import KeptScan

RUNS_SHOWN = 20
PREVIEW_DAYS = 7
MOST_CHARACTERS = 50_000
"""Of a policy in a form; longer ones are for the command line."""
SHARES = tuple(f"{stage / 10_000:g}" for stage in STAGES_PPM)
POLICIES = """
SELECT p.*, a.mode FROM policies p LEFT JOIN activations a ON a.version = p.version
ORDER BY p.policy, p.registered_us DESC
"""


def show_policies(desk: Desk) -> Response:
    """Every version of every policy, and what is stopped."""
    with desk.service.ledger.reading() as tx:
        return desk.page(
            "policies.html.j2",
            policies=tx.rows(POLICIES),
            stops=tx.rows("SELECT * FROM stops WHERE resumed_us IS NULL ORDER BY policy"),
            most=MOST_CHARACTERS,
        )


def show_policy(desk: Desk) -> Response:
    """One version, and its runs."""
    version = desk.place("version")
    with desk.service.ledger.reading() as tx:
        row = tx.row("SELECT * FROM policies WHERE version = ?", (version,))
        if row is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "There is no such version.", "See the list.")
        active = tx.row("SELECT mode FROM activations WHERE version = ?", (version,))
        runs = tx.rows(
            "SELECT * FROM runs WHERE version = ? ORDER BY run_us DESC LIMIT ?",
            (version, RUNS_SHOWN),
        )
        return desk.page(
            "policy.html.j2", policy=row, runs=runs, mode=active["mode"] if active else "off"
        )


def preview(desk: Desk) -> Response:
    """Whom a version would hit in the newest scan; that somebody saw it is kept."""
    policy = enforcement.parse_policy(_text(desk))
    scan = _newest_scan(desk)
    with desk.service.ledger.reading() as tx:
        found = enforcement.preview(policy, scan.directory, days=PREVIEW_DAYS, tx=tx)
        names = Names(tx)
        sampled = [{**one, "account": names.account(one["account_id"])} for one in found.sampled]
    with desk.service.ledger.transaction() as tx:
        name = enforcement.scan_name(scan.directory)
        enforcement.assess(tx, found, name, by=desk.user.name)
    return desk.page(
        "policy_preview.html.j2", found=found, sampled=sampled, text=policy.text, shares=SHARES
    )


def to_policies(desk: Desk) -> Response:
    """A preview is made of a text: without one, the list."""
    return desk.see("/policies")


def activate(desk: Desk) -> Response:
    """Let the service apply a version after each scan, or no longer."""
    mode = _mode(desk)
    share = desk.filled("share")
    policy = _policy(desk)
    with desk.service.ledger.transaction() as tx:
        enforcement.activate(
            tx,
            policy,
            mode,
            by=desk.user.name,
            share_ppm=enforcement.parse_share(share) if share else None,
        )
    return desk.see(f"/policies/{policy.version}")


def _policy(desk: Desk) -> enforcement.Policy:
    """The one whose text or whose version was sent."""
    version = desk.filled("version")
    if not version:
        return enforcement.parse_policy(_text(desk))
    with desk.service.ledger.reading() as tx:
        return enforcement.policy_of(tx, version)


def _text(desk: Desk) -> str:
    # As it is, blanks too: another text is another version.
    text = next((value for key, value in desk.form if key == "text"), "")
    if len(text) > MOST_CHARACTERS:
        raise CallError(
            f"The policy is longer than {MOST_CHARACTERS:,} characters.",
            "On the server: zhenzan policy activate.",
        )
    return text


def _mode(desk: Desk) -> enforcement.Mode:
    try:
        return enforcement.Mode(desk.filled("mode"))
    except ValueError as error:
        raise CallError("That is no mode.", "Use the buttons of the page.") from error


def _newest_scan(desk: Desk) -> KeptScan:
    scan = desk.service.schedule.latest
    if scan is None:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            "There is no scan yet to preview a policy over.",
            "Wait for the first scan, or ask for one.",
        )
    return scan


def resume(desk: Desk) -> Response:
    """Let a stopped policy act again."""
    why = desk.filled("why", 300)
    if not why:
        raise CallError("The reason is missing.", "Say why the policy may act again.")
    with desk.service.ledger.transaction() as tx:
        enforcement.resume(tx, desk.place("policy"), by=desk.user.name, why=why)
    return desk.see("/policies")


READ, WRITE = Permission.READ_POLICY, Permission.WRITE_POLICY
ROUTES = (
    page_route("GET", "/policies", READ, show_policies, "Policies."),
    page_route("GET", "/policies/preview", READ, to_policies, "Where a preview begins."),
    page_route("POST", "/policies/preview", WRITE, preview, "What a version would do."),
    page_route("POST", "/policies/activate", WRITE, activate, "Let the service apply it."),
    page_route("GET", "/policies/{version}", READ, show_policy, "One version."),
    page_route("POST", "/policies/{policy}/resume", WRITE, resume, "Let it act again."),
)
