"""What the program leans on in uvicorn and FastAPI beyond their documented parts.

An upgrade that changes one of these classes fails here. Then read what changed, see that the module
that leans on it is still right, and write the new digest. Without ``app/server/protocol.py``,
``connection.py`` and ``event_loop.py`` nothing of uvicorn's is leaned on: tests/server/
test_plain_uvicorn.py shows that the program is right without them.
"""

from __future__ import annotations

import ast
import inspect
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
from fastapi.dependencies.models import Dependant
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from tests.test_repository import ROOT


class Leaned(NamedTuple):
    """A class, how it is called in our modules, and the members that they use."""

    class_: type[Any]
    modules: tuple[str, ...]
    called: frozenset[str]
    members: str
    digest: str


PROTOCOL = ("server/connection.py", "server/protocol.py")

LEANED_ON = [
    Leaned(
        HttpToolsProtocol,
        PROTOCOL,
        frozenset({"self", "super()", "HttpToolsProtocol"}),
        "_should_upgrade _start_asgi_task _unset_keepalive_if_required app connection_lost "
        "connection_made connections cycle data_received flow headers loop on_body "
        "on_headers_complete on_response_complete parser pipeline server_state shutdown "
        "timeout_keep_alive_task transport url",
        "18fdf324b11bf160",
    ),
    Leaned(
        RequestResponseCycle,
        PROTOCOL,
        frozenset({"cycle", "self.cycle"}),
        "disconnected keep_alive message_event more_body on_response response_complete "
        "response_started scope transport",
        "e67d470d435dcc1c",
    ),
    Leaned(
        FlowControl,
        PROTOCOL,
        frozenset({"self.flow"}),
        "pause_reading resume_reading write_paused",
        "126debcdaa894c83",
    ),
    Leaned(
        ServerState,
        PROTOCOL,
        frozenset({"self.server_state", "server"}),
        "connections default_headers",
        "f2260fbf10154746",
    ),
    Leaned(
        Dependant,
        ("api/routers/dispatch.py", "server/cache_key.py"),
        frozenset({"needs", "route.dependant"}),
        "body_params dependencies path_params query_params request_param_name",
        "9f6d0dba138ba058",
    ),
]


@pytest.mark.parametrize("leaned", LEANED_ON, ids=lambda leaned: leaned.class_.__name__)
def test_an_upgrade_changes_nothing_that_is_leaned_on(leaned: Leaned) -> None:
    source = inspect.getsource(leaned.class_)
    assert sha256(source.encode()).hexdigest()[:16] == leaned.digest, "read what changed"


@pytest.mark.parametrize("leaned", LEANED_ON, ids=lambda leaned: leaned.class_.__name__)
def test_the_list_of_what_is_leaned_on_is_whole(leaned: Leaned) -> None:
    trees = [ast.parse((ROOT / "app" / name).read_text("utf-8")) for name in leaned.modules]
    used = {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in leaned.called
    }
    if "super()" in leaned.called:  # it is a base class: what is overridden is used too
        defined = (node for tree in trees for node in ast.walk(tree))
        used |= {node.name for node in defined if isinstance(node, ast.FunctionDef)}
    assert sorted(used & members(leaned.class_)) == leaned.members.split()


def members(class_: type[Any]) -> set[str]:
    """Return the names that a class gives its instances, but those of every object."""
    tree = ast.parse(inspect.getsource(class_))
    assigned = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
    }
    return (assigned | set(dir(class_)) | set(inspect.get_annotations(class_))) - set(dir(object))
