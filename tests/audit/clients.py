"""Clients that generators make of the contract: compiled strictly, every operation called.

Three in TypeScript, one in Python. The program that calls is written from the contract's own
examples, so that its arguments have to fit the types that the generator made of them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from bench.speed_servers import ours, warmed
from tests.audit.others import Missing, last_line, node_tools, python_tools, said_by
from tests.audit.place import Outcome, Place
from tests.make_examples import example_of, operations

TSC = ("--strict", "--target", "es2022", "--lib", "es2022,dom",
       "--module", "commonjs", "--esModuleInterop", "--outDir", "built")  # fmt: skip

MYPY = """\
[mypy]
# The same file for every contract: what it hands to httpx's __exit__ is of no certain type.
[mypy-sdk.client]
disable_error_code = arg-type
"""

TYPESCRIPT = """\
const failed: Record<string, string> = {{}};
const called: string[] = [];
async function call(name: string, made: () => Promise<unknown>): Promise<void> {{
  called.push(name);
  try {{
    const value = await made();
    if (typeof value !== "object" || value === null) failed[name] = "no object";
  }} catch (error) {{
    failed[name] = String(error);
  }}
}}
async function main(): Promise<void> {{
{calls}
  console.log(JSON.stringify({{ called, failed }}));
}}
void main();
"""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with arguments of its example, as JSON has them."""

    name: str
    method: str
    path: str
    tag: str
    in_path: dict[str, str]
    query: dict[str, Any]
    body: Any

    @property
    def camel(self) -> str:
        """The name as TypeScript writes it."""
        return camel(self.name)


Made = tuple[list[str], dict[str, str]]
"""Operations called; those that failed, with the reason."""


def run(place: Place) -> Iterator[Outcome]:
    """Make each client, compile it, and let it call everything on each database."""
    makers: dict[str, Callable[[Path, Path, list[Call], str], Made]] = {
        "openapi-typescript with openapi-fetch": openapi_fetch,
        "@hey-api/openapi-ts": hey_api,
        "openapi-generator, typescript-fetch": typescript_fetch,
        "openapi-python-client": python_client,
    }
    try:
        node_tools()
        python_tools("clients")
    except Missing as reason:
        yield Outcome("generated clients", "", 0, 0, str(reason), done=False)
        return
    for where, url in place.urls.items():
        with ours(url) as server:
            contract = warmed(server).get("/openapi.json").json()
            calls = list(calls_of(contract))
            for name, make in makers.items():
                folder = place.scratch(f"client-{makers_key(name)}")
                file = folder / "openapi.json"
                file.write_text(json.dumps(contract))
                try:
                    called, failed = make(folder, file, calls, server.url)
                except RuntimeError as error:
                    yield Outcome(f"{name}: made and compiled strictly", where, 1, 1, str(error))
                    continue
                missed = {call.name for call in calls} - set(called)
                said = "; ".join([*(f"{k}: {v}" for k, v in failed.items()), *sorted(missed)])
                yield Outcome(
                    f"{name}: compiled strictly, every operation called", where, len(calls),
                    len(failed) + len(missed), said[:300],
                )  # fmt: skip


def makers_key(name: str) -> str:
    """Write a name as a folder's."""
    return re.sub(r"\W+", "-", name)


def calls_of(contract: dict[str, Any]) -> Iterator[Call]:
    """Give a call of each operation, with the arguments of its example."""
    for method, path, operation in operations(contract):
        example = example_of(method, path, operation)
        target, _, query = example.target.partition("?")
        kinds = {p["name"]: p["schema"]["type"] for p in operation.get("parameters", ())}
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
        found = re.fullmatch(pattern, target)
        assert found, target
        yield Call(
            operation["operationId"],
            method,
            path,
            operation["tags"][0],
            {name: unquote(value) for name, value in found.groupdict().items()},
            {name: typed(value, kinds[name]) for name, value in parse_qsl(query)},
            example.body,
        )


def typed(value: str, kind: str) -> Any:
    """Return a parameter as the type that the contract gives it."""
    return {"integer": int, "number": float}.get(kind, str)(value)


def camel(name: str) -> str:
    """Write a name in camelCase."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def openapi_fetch(folder: Path, file: Path, calls: list[Call], url: str) -> Made:
    """Types by openapi-typescript, calls by openapi-fetch.

    It takes a key with a default for one that is always there, unless told that it may be sent or
    not.
    """
    tools = node_tools()
    _made(
        [
            str(tools / "node_modules/.bin/openapi-typescript"),
            str(file),
            "-o",
            "schema.ts",
            "--default-non-nullable",
            "false",
        ],
        folder,
    )
    lines = []
    for call in calls:
        given: dict[str, Any] = {}
        params = {"path": call.in_path, "query": call.query}
        if any(params.values()):
            given["params"] = {key: value for key, value in params.items() if value}
        if call.body is not None:
            given["body"] = call.body
        lines.append(
            f"  await call({json.dumps(call.name)}, async () => {{\n"
            f"    const answer = await client.{call.method}({json.dumps(call.path)}, "
            f"{json.dumps(given)});\n"
            "    if (answer.error) throw new Error(answer.error.code);\n"
            "    return answer.data;\n  });"
        )
    head = (
        'import createClient from "openapi-fetch";\nimport type { paths } from "./schema";\n'
        f"const client = createClient<paths>({{ baseUrl: {json.dumps(url)} }});\n"
    )
    return _typescript(folder, head, lines)


def hey_api(folder: Path, file: Path, calls: list[Call], url: str) -> Made:
    """Everything by @hey-api/openapi-ts."""
    tools = node_tools()
    _made([str(tools / "node_modules/.bin/openapi-ts"), "-i", str(file), "-o", "sdk"], folder)
    lines = []
    for call in calls:
        given = {"path": call.in_path, "query": call.query, "body": call.body}
        given = {key: value for key, value in given.items() if value}
        lines.append(
            f"  await call({json.dumps(call.name)}, async () => (await sdk.{call.camel}"
            f"({{ ...{json.dumps(given)}, throwOnError: true }})).data);"
        )
    head = (
        'import * as sdk from "./sdk/sdk.gen";\nimport { client } from "./sdk/client.gen";\n'
        f"client.setConfig({{ baseUrl: {json.dumps(url)} }});\n"
    )
    return _typescript(folder, head, lines)


def typescript_fetch(folder: Path, file: Path, calls: list[Call], url: str) -> Made:
    """Everything by OpenAPI Generator."""
    command = [str(python_tools("clients") / "openapi-generator-cli"), "generate", "-i", str(file)]
    _made([*command, "-g", "typescript-fetch", "-o", "sdk"], folder)
    lines = []
    for call in calls:
        given = {**call.in_path, **call.query}
        arguments = {camel(key): value for key, value in given.items()}
        if call.body is not None:
            arguments["titlesIn"] = {camel(key): value for key, value in call.body.items()}
        api = f"new sdk.{call.tag.capitalize()}Api(config)"
        lines.append(
            f"  await call({json.dumps(call.name)}, () => {api}"
            f".{call.camel}({json.dumps(arguments) if arguments else ''}));"
        )
    head = (
        'import * as sdk from "./sdk/index";\n'
        f"const config = new sdk.Configuration({{ basePath: {json.dumps(url)} }});\n"
    )
    return _typescript(folder, head, lines)


def python_client(folder: Path, file: Path, calls: list[Call], url: str) -> Made:
    """Everything by openapi-python-client, checked by mypy."""
    tools = python_tools("clients")
    command = [str(tools / "openapi-python-client"), "generate", "--path", str(file)]
    (folder / "config.yaml").write_text("literal_enums: true\n")
    command += ["--config", "config.yaml", "--meta", "none", "--output-path", "sdk"]
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"  # it calls ruff
    _made([*command, "--fail-on-warning"], folder, PATH=path)
    lines = [
        "import json",
        "from sdk import Client",
        "from sdk.models.problem_out import ProblemOut",
        "from sdk.models.titles_in import TitlesIn",
        *(f"from sdk.api.{call.tag} import {call.name}" for call in calls),
        f"client = Client(base_url={url!r}, timeout=None)",
        "called: list[str] = []",
        "failed: dict[str, str] = {}",
        "def seen(name: str, parsed: object) -> None:",
        "    called.append(name)",
        "    if parsed is None or isinstance(parsed, ProblemOut):",
        "        failed[name] = repr(parsed)[:100]",
    ]
    for call in calls:
        given = [repr(value) for value in call.in_path.values()]
        given += ["client=client", *(f"{key}={value!r}" for key, value in call.query.items())]
        if call.body is not None:
            given.append(f"body=TitlesIn.from_dict({call.body!r})")
        lines.append(f"seen({call.name!r}, {call.name}.sync({', '.join(given)}))")
    lines.append("print(json.dumps({'called': called, 'failed': failed}))")
    (folder / "main.py").write_text("\n".join(lines) + "\n")
    (folder / "mypy.ini").write_text(MYPY)
    _made([str(tools / "mypy"), "--strict", "main.py", "sdk"], folder)
    return _called(said_by([str(tools / "python"), "main.py"], folder))


def _typescript(folder: Path, head: str, lines: list[str]) -> Made:
    """Compile the program strictly and run it."""
    tools = node_tools()
    (folder / "main.ts").write_text(head + TYPESCRIPT.format(calls="\n".join(lines)))
    modules = folder / "node_modules"
    if not modules.exists():
        modules.symlink_to(tools / "node_modules")
    _made([str(tools / "node_modules/.bin/tsc"), *TSC, "main.ts"], folder)
    return _called(said_by(["node", "built/main.js"], folder))


def _called(done: Any) -> Made:
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError(f"it does not run: {last_line(done.stderr)}") from None
    return found["called"], found["failed"]


def _made(command: list[str], folder: Path, **environment: str) -> None:
    done = said_by(command, folder, **environment)
    if done.returncode:
        name = Path(command[0]).name
        said = [
            line for line in (done.stdout + done.stderr).splitlines() if "error" in line.lower()
        ]
        raise RuntimeError(f"{name}: {'; '.join(said[:3]) or last_line(done.stdout + done.stderr)}")
