"""The generators, as their users call them.

Each command runs in a folder with ``openapi.json`` and the generator's program; the code goes to
``client``. docs/guides/clients.md shows the same commands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.audit.clients import every_operation
from tests.audit.clients.every_operation import Call

PROGRAMS = Path(__file__).parent / "programs"

TSC = "tsc -p ."
INEXACT = "--exactOptionalPropertyTypes false"
UNCHECKED = "--noUncheckedIndexedAccess false"
"""Switch off what some generators' own code does not bear."""

JAVA = {"java": "default-jre-headless"}


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator: its commands, and what its code looks like."""

    name: str
    folder: str
    """Folder of its program in ``programs``."""
    generate: str
    compile: str
    run: str
    """Runs a program whose name is put in place of the braces."""
    suffix: str
    enums: str
    """Pattern of the line that declares an enum; its group is the name."""
    calls: Callable[[list[Call]], str] | None = None
    """Writes the program that calls every operation."""
    needs: dict[str, str] | None = None
    """Programs that must be on the machine → Debian's package of each."""


GENERATORS = (
    Generator(
        name="openapi-typescript with openapi-fetch",
        folder="openapi-fetch",
        generate="openapi-typescript openapi.json -o client/schema.ts",
        compile=TSC,
        run="node built/{}.js",
        suffix=".ts",
        enums=r'^        (\w+): (?:"[^"]*"(?: \| )?)+;$',
        calls=every_operation.openapi_fetch,
    ),
    Generator(
        name="@hey-api/openapi-ts with zod",
        folder="hey-api",
        generate="openapi-ts",
        compile=f"{TSC} {INEXACT}",
        run="node built/{}.js",
        suffix=".ts",
        enums=r"^export const (\w+) = \{$",
        calls=every_operation.hey_api,
    ),
    Generator(
        name="orval, fetch",
        folder="orval",
        generate="orval",
        compile=TSC,
        run="node built/{}.js",
        suffix=".ts",
        enums=r"^export const (\w+) = \{$",
        calls=every_operation.orval,
    ),
    Generator(
        name="openapi-generator, typescript-fetch",
        folder="typescript-fetch",
        generate="openapi-generator-cli generate -i openapi.json -g typescript-fetch -o client",
        compile=f"{TSC} {INEXACT} {UNCHECKED}",
        run="node built/{}.js",
        suffix=".ts",
        enums=r"^export const (\w+) = \{$",
        calls=every_operation.typescript_fetch,
        needs=JAVA,
    ),
    Generator(
        name="openapi-generator, go",
        folder="go",
        generate="openapi-generator-cli generate -i openapi.json -g go -o client"
        " --package-name client --additional-properties=enumClassPrefix=true,"
        "disallowAdditionalPropertiesIfNotPresent=false,withGoMod=false"
        " --global-property=apis,models,supportingFiles,"
        "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
        compile="go build -o main .",
        run="./{}",
        suffix=".go",
        enums=r"^type ([A-Z]\w+) string$",
        needs={**JAVA, "go": "golang-go"},
    ),
    Generator(
        name="openapi-python-client",
        folder="openapi-python-client",
        generate="openapi-python-client generate --path openapi.json --config config.yaml"
        " --meta none --output-path client --fail-on-warning",
        compile="mypy --strict .",
        run="python {}.py",
        suffix=".py",
        enums=r"^(\w+) = Literal\[",
        calls=every_operation.python_client,
    ),
    Generator(
        name="datamodel-code-generator, pydantic",
        folder="pydantic",
        generate="datamodel-codegen --input openapi.json --output client.py"
        " --output-model-type pydantic_v2.BaseModel --target-python-version 3.11"
        " --use-annotated --collapse-root-models --capitalise-enum-members --formatters builtin",
        compile="mypy --strict .",
        run="python {}.py",
        suffix=".py",
        enums=r"^class (\w+)\(\w*Enum\)",
    ),
)
