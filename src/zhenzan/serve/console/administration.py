"""Pages of administrators: who may sign in, and which programs may call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenzan.errors import CallError
from zhenzan.serve.auth.roles import GRANTS, Permission, UserRole
from zhenzan.serve.console.desk import page_route
from zhenzan.serve.principals import Scope

if TYPE_CHECKING:
    from starlette.responses import Response

    from zhenzan.serve.auth.users import User
    from zhenzan.serve.console.desk import Desk


def show_users(desk: Desk) -> Response:
    """Everybody who may sign in."""
    return desk.page(
        "users.html.j2",
        users=desk.service.auth.users.all(),
        roles=list(UserRole),
        permissions=list(Permission),
        grants=GRANTS,
    )


def add_user(desk: Desk) -> Response:
    """Add somebody with a password."""
    password = next((value for key, value in desk.form if key == "password"), "")
    user = desk.service.auth.users.add(desk.filled("name"), _role(desk), password)
    _record(desk, "added", user)
    return desk.see("/users")


def change_user(desk: Desk) -> Response:
    """Give a user another role, shut a user out or let one in again, forget the second factor."""
    users, user_id = desk.service.auth.users, desk.place("user_id")
    users.get(user_id)
    change = desk.filled("change")
    if change == "role":
        users.set_role(user_id, _role(desk))
    elif change == "disable":
        users.disable(user_id)
    elif change == "enable":
        users.enable(user_id)
    elif change == "factor":
        desk.service.auth.factors.remove(users.get(user_id))
        desk.service.auth.sessions.close_all(user_id)
    else:
        raise CallError("That is no change of a user.", "Use the buttons of the page.")
    _record(desk, change, users.get(user_id))
    return desk.see("/users")


def _record(desk: Desk, what: str, user: User) -> None:
    body = {"by": desk.user.name, "what": what, "user": user.name, "role": user.role.value}
    with desk.service.ledger.transaction() as tx:
        tx.append("account", body)


def _role(desk: Desk) -> UserRole:
    try:
        return UserRole(desk.filled("role"))
    except ValueError as error:
        raise CallError("There is no such role.", f"Choose from {', '.join(UserRole)}.") from error


def show_keys(desk: Desk) -> Response:
    """Every API key there ever was."""
    return _show_keys(desk)


def _show_keys(desk: Desk, fresh: str = "") -> Response:
    keys = desk.service.auth.keys.all()
    return desk.page("keys.html.j2", keys=keys, scopes=list(Scope), fresh=fresh)


def make_key(desk: Desk) -> Response:
    """Make a key and show it, for the only time."""
    try:
        scopes = [Scope(word) for word in desk.ticked("scope")]
        days = int(desk.filled("days"))
    except ValueError as error:
        raise CallError("That is no key.", "Use the form of the page.") from error
    keys = desk.service.auth.keys
    name = desk.filled("name")
    key = keys.make(scopes, name, days=days, made_by=desk.user.name)
    _record_key(desk, "key made", name)
    return _show_keys(desk, key)


def remove_key(desk: Desk) -> Response:
    """Take a key back."""
    name = desk.filled("name")
    desk.service.auth.keys.remove(name)
    _record_key(desk, "key removed", name)
    return desk.see("/keys")


def _record_key(desk: Desk, what: str, name: str) -> None:
    with desk.service.ledger.transaction() as tx:
        tx.append("account", {"by": desk.user.name, "what": what, "key": name})


ROUTES = (
    page_route("GET", "/users", Permission.MANAGE_USERS, show_users, "Users."),
    page_route("POST", "/users", Permission.MANAGE_USERS, add_user, "Add a user."),
    page_route("POST", "/users/{user_id}", Permission.MANAGE_USERS, change_user, "Change one."),
    page_route("GET", "/keys", Permission.MANAGE_KEYS, show_keys, "API keys."),
    page_route("POST", "/keys", Permission.MANAGE_KEYS, make_key, "Make a key."),
    page_route("POST", "/keys/remove", Permission.MANAGE_KEYS, remove_key, "Take a key back."),
)
