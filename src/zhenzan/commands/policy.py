"""`zhenzan policy`: check, preview, apply and undo a policy; have the service apply it."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhenzan.commands.options import AsJson, Keys
from zhenzan.errors import CallError, ZhenzanError
from zhenzan.model import MICROSECONDS_PER_SECOND
from zhenzan.terminal import print_json

if TYPE_CHECKING:
    from zhenzan.enforcement import Outcome, Preview

policy = typer.Typer(
    name="policy",
    help="From verdicts to actions: check, preview, apply and undo a policy.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The policy, TOML.")]
ScanOption = Annotated[
    Path, typer.Option("--scan", metavar="DIR", help="A directory that a scan wrote.")
]
Data = Annotated[
    str, typer.Option("--data", metavar="DATA", help="Data folder, or postgresql:// URL.")
]

ShadowOption = Annotated[
    bool, typer.Option("--shadow", help="Only count what would be done to all accounts.")
]
CanaryOption = Annotated[
    str | None,
    typer.Option(
        metavar="PERCENT",
        help="Share of accounts: 0.1, 1, 10 or 100; by default as it is, at first 0.1.",
    ),
]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who says so; by default the user.")
]
Days = Annotated[
    int, typer.Option(metavar="N", min=1, help="How many days of the log, back from its end.")
]


@policy.command()
def check(file: File, *, as_json: AsJson = False) -> None:
    """Check a policy file: every key, every value, every condition."""
    from zhenzan import enforcement

    read = enforcement.read_policy(file)
    if as_json:
        steps = [rung.step.value for rung in read.ladder]
        rules = [rule.id for rule in read.rules]
        print_json({"policy": read.name, "version": read.version, "rules": rules, "ladder": steps})
        return
    typer.echo(f"{read.name}, version {read.version[:12]}: {len(read.rules)} rules, all well.")


@policy.command()
def preview(
    file: File,
    *,
    scan: ScanOption,
    days: Days = 7,
    data: Annotated[
        str | None,
        typer.Option(
            "--data", metavar="DATA", help="Data folder or URL: counts what was done before."
        ),
    ] = None,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Say whom a policy would hit, how many of them are honest, and change nothing."""
    from zhenzan import enforcement, ledger

    read = enforcement.read_policy(file)
    if data is None:
        found = enforcement.preview(read, scan, days=days)
    else:
        with ledger.open_existing(data, keys=keys) as opened, opened.reading() as tx:
            found = enforcement.preview(read, scan, days=days, tx=tx)
    if as_json:
        print_json(found.to_dict())
    else:
        typer.echo("\n".join(_preview_lines(found)))


@policy.command()
def apply(
    file: File,
    *,
    scan: ScanOption,
    data: Data,
    canary: CanaryOption = None,
    shadow: ShadowOption = False,
    controls: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Accounts known to be genuine, one a line: a hit stops the policy."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Apply although the policy was stopped; see --note.")
    ] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why it is resumed.")] = "",
    by: By = None,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Act on what a policy matches in a scan, as far as its guards allow."""
    from zhenzan import enforcement, ledger, review

    if resume and not note.strip():
        raise CallError("Why is the policy resumed?", "Say what was found out: --note '…'.")
    read = enforcement.read_policy(file)
    share = None if canary is None else enforcement.parse_share(canary)
    matched = enforcement.match(read, scan)
    names = _lines(controls) if controls else []
    who = by or getpass.getuser()
    with ledger.open(data, keys=keys) as opened, opened.transaction() as tx:
        enforcement.add_controls(tx, names, by=who)
        if resume:
            enforcement.resume(tx, read.name, by=who, why=note)
        outcome = review.enforce(
            tx, read, matched, by=who, share_ppm=share, shadow=shadow, resumed=resume
        )
    if as_json:
        print_json(outcome.to_dict())
    else:
        typer.echo("\n".join(_outcome_lines(outcome)))
    if outcome.stopped:
        stopped = "would be stopped" if shadow else "is stopped"
        raise ZhenzanError(
            f"The policy {outcome.policy} {stopped}: {outcome.stopped}.",
            "Nothing was done. Look into it; then apply it with --resume and --note.",
        )


@policy.command()
def activate(
    file: File,
    *,
    scan: ScanOption,
    data: Data,
    canary: CanaryOption = None,
    shadow: ShadowOption = False,
    days: Days = 7,
    yes: Annotated[
        bool, typer.Option("--yes", help="Activate it; without, only see what it would do.")
    ] = False,
    by: By = None,
    keys: Keys = None,
) -> None:
    """Have the service apply a policy after each scan; first see whom it would hit."""
    from zhenzan import enforcement, ledger

    read = enforcement.read_policy(file)
    share = None if canary is None else enforcement.parse_share(canary)
    mode = enforcement.Mode.SHADOW if shadow else enforcement.Mode.LIVE
    who = by or getpass.getuser()
    with ledger.open(data, keys=keys) as opened:
        with opened.reading() as tx:
            found = enforcement.preview(read, scan, days=days, tx=tx)
        typer.echo("\n".join(_preview_lines(found)))
        if not yes:
            typer.echo("Nothing was changed. To activate it, say --yes.")
            return
        with opened.transaction() as tx:
            enforcement.assess(tx, found, enforcement.scan_name(scan), by=who)
            now = enforcement.activate(tx, read, mode, by=who, share_ppm=share)
    what = "counted in the shadow" if shadow else f"applied to {now / 10_000:g}% of accounts"
    typer.echo(f"From now on it is {what} after each scan of the service.")


@policy.command()
def deactivate(
    file: File,
    *,
    data: Data,
    by: By = None,
    keys: Keys = None,
) -> None:
    """Have the service apply a policy no longer; what was done stays."""
    from zhenzan import enforcement, ledger

    read = enforcement.read_policy(file)
    with ledger.open_existing(data, keys=keys) as opened, opened.transaction() as tx:
        enforcement.activate(tx, read, enforcement.Mode.OFF, by=by or getpass.getuser())
    typer.echo(f"The service no longer applies version {read.version[:12]} of {read.name}.")


@policy.command()
def undo(
    *,
    data: Data,
    version: Annotated[
        str | None, typer.Option(metavar="HASH", help="Actions of this policy version.")
    ] = None,
    run: Annotated[str | None, typer.Option(metavar="ID", help="Actions of this run.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Taken at this time or later, ISO 8601.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Taken before this time, ISO 8601.")
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="ID", help="Actions on this account.")
    ] = None,
    pretend: Annotated[
        bool, typer.Option("--pretend", help="Only say what would be reversed.")
    ] = False,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    by: By = None,
    keys: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Reverse every action of a version, a run, a time or an account, all at once."""
    from zhenzan import enforcement, ledger

    selection = enforcement.Selection(
        version=version,
        run_id=run,
        since_us=_time(since) if since else None,
        until_us=_time(until) if until else None,
        account_id=account,
    )
    with ledger.open_existing(data, keys=keys) as opened, opened.transaction() as tx:
        undone = enforcement.undo(
            tx, selection, by=by or getpass.getuser(), why=note, pretend=pretend
        )
    if as_json:
        print_json({"actions": undone.actions, "cases": undone.cases, "pretend": pretend})
        return
    did = "Would reverse" if pretend else "Reversed"
    typer.echo(f"{did} {len(undone.actions):,} actions; {len(undone.cases):,} cases withdrawn.")


def _preview_lines(found: "Preview") -> list[str]:
    hit = sum(found.steps.values())
    lines = [
        f"{found.policy}, version {found.version[:12]}, over the last {found.days} days",
        f"Would hit {hit:,} of {found.judged:,} accounts; probably honest: "
        f"{found.expected_honest:g}",
        *_counted("step", found.steps),
        *_counted("rule", found.rules),
        *_counted("day", found.by_day),
        *_counted("passed over", found.passed),
        *_counted("protected", found.protected),
    ]
    if found.live_version:
        lines.append(
            f"Against the live version {found.live_version[:12]}: {found.added:,} more, "
            f"{found.dropped:,} fewer, {found.changed:,} with another step"
        )
    if found.stop:
        lines.append(f"The breaker would stop it: {found.stop}")
    for case in found.sampled:
        lines.append(
            f"For example {case['account_id']}: {case['step']} by {case['rule']}, score "
            f"{case['score']:.3f}, {case['fake_likes']} of {case['likes']} likes"
        )
        lines += [f"    {s['reason_code']} {s['weight']:+.1f} bits" for s in case["signals"]]
    return lines


def _outcome_lines(outcome: "Outcome") -> list[str]:
    acted = outcome.acted.total()
    would = "Would act" if outcome.shadow else "Acted"
    return [
        f"{outcome.policy}, version {outcome.version[:12]}, run {outcome.run_id}, "
        f"{outcome.share_ppm / 10_000:g}% of accounts",
        f"{would} on {acted:,} of {outcome.matched:,} matched accounts; probably honest: "
        f"{outcome.expected_honest:.3g}",
        *_counted("step", outcome.acted),
        *_counted("cases", outcome.cases),
        *_counted("passed over", outcome.passed),
    ]


def _counted(what: str, counts: dict[str, Any]) -> list[str]:
    return [f"  {what} {name}: {number:,}" for name, number in counts.items()]


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(
            f"The accounts in {path} cannot be read.", "Write one account_id a line, in UTF-8."
        ) from error


def _time(text: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise CallError(f"'{text}' is no time.", "Write it like 2026-03-01T12:00:00Z.") from error
    zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
    return round(zoned.timestamp() * MICROSECONDS_PER_SECOND)
