"""YAML → plain data, with the line of each value.

YAML accepts what is nearly always a slip in a data file: a key written twice, of which the last
wins, and keys that are no text (``no``, ``1``). Both are refused here. So are anchors, aliases,
tags and several documents, which a data file does not need.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from app.importers.faults import BadSeed

Place = tuple[str | int, ...]
"""Keys and list positions that lead to a value: ("duties", 2, "text")."""

_TAG = "tag:yaml.org,2002:"
_SCALARS = {_TAG + name for name in ("str", "int", "float", "bool", "null", "timestamp")}


class Document(NamedTuple):
    """The data of a seed file, and the lines of its values, from 1."""

    file: str
    data: Any
    lines: dict[Place, int]

    def fault(self, place: Place, why: str) -> str:
        """Return a fault as a sentence: file, line, the keys that lead there, and why."""
        return _sentence(self.file, self.line(place), place, why)

    def line(self, place: Place) -> int:
        """Return the line of the value at ``place``, or of the nearest value around it."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(file: str, content: bytes) -> Document:
    """Read a seed file, and report faults under the name ``file``. Raises ``BadSeed``."""
    line = 1
    try:
        loader = yaml.SafeLoader(content.decode())
        node = loader.get_single_node()
        reader = _Reader(file, loader)
        data = reader.value(node, ()) if node is not None else None
    except UnicodeDecodeError as fault:
        line += content[: fault.start].count(b"\n")
        raise BadSeed([_sentence(file, line, (), "must be UTF-8")]) from fault
    except yaml.YAMLError as fault:
        why = " ".join(str(fault).split())  # of a character that YAML does not allow
        if isinstance(fault, yaml.MarkedYAMLError):
            mark = fault.problem_mark or fault.context_mark
            line += mark.line if mark else 0
            why = fault.problem or fault.context or "it cannot be read"
        raise BadSeed([_sentence(file, line, (), f"not YAML: {why}")]) from fault
    except RecursionError as fault:
        raise BadSeed([_sentence(file, line, (), "nested too deeply")]) from fault
    if reader.faults:
        raise BadSeed(reader.faults)
    return Document(file, data, reader.lines)


class _Reader:
    def __init__(self, file: str, loader: yaml.SafeLoader) -> None:
        self.file, self.loader = file, loader
        self.lines: dict[Place, int] = {}
        self.faults: list[str] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self._seen:
            return self._refuse(node, place, "write the value out: aliases are not used here")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.value(item, (*place, n)) for n, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
            try:
                return self.loader.construct_object(node)
            except ValueError as fault:  # 2022-13-45, or more digits than an integer may have
                return self._refuse(node, place, f"{node.value[:40]!r}: {fault}")
        return self._refuse(node, place, f"the tag {node.tag} is not used here")

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != f"{_TAG}str":
                self._refuse(key_node, place, "a key must be text; put it in quotes")
                continue
            if key in found:
                first = self.lines[(*place, key)]
                self._refuse(key_node, (*place, key), f"stands twice, first in line {first}")
                continue
            self.lines[(*place, key)] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*place, key))
        return found

    def _refuse(self, node: yaml.Node, place: Place, why: str) -> None:
        self.faults.append(_sentence(self.file, node.start_mark.line + 1, place, why))


def _sentence(file: str, line: int, place: Place, why: str) -> str:
    keys = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in place).lstrip(".")
    return f"{file}: line {line}: {keys + ': ' if keys else ''}{why}"
