"""Forms that a page receives, and the text of a file in one, whatever its encoding."""

from __future__ import annotations

import codecs
import logging
from dataclasses import dataclass
from urllib.parse import parse_qsl

from python_multipart import create_form_parser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from app.errors import Fault, InvalidBody
from app.server.request_body import FORM_LIMIT

MOST_FIELDS = 20
"""Fields of a form; no page has a third as many."""

logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # a wrong form is no error here

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte order mark at the beginning of a text → its encoding."""


@dataclass(frozen=True)
class Sent:
    """What a field of a form holds; of a file also its name."""

    content: bytes
    name: str = ""

    def text(self, field: str) -> tuple[str, bool]:
        """Return its text, and whether its encoding is a guess: Latin-1, as Windows writes it.

        Raises ``InvalidBody`` for what is no text.
        """
        for mark, encoding in MARKS.items():
            if self.content.startswith(mark):
                return self.content[len(mark) :].decode(encoding, "replace"), False
        if b"\0" in self.content:
            allowed = (
                "text or csv, in UTF-8, UTF-16 or Latin-1; of a workbook, a sheet saved as csv"
            )
            raise InvalidBody(Fault(field, self.name[:100] or None, "is no text", allowed))
        try:
            return self.content.decode(), False
        except UnicodeDecodeError:
            return self.content.decode("cp1252", "replace"), True


def read_form(content_type: bytes, body: bytes) -> dict[str, Sent]:
    """Return the fields of a form, of several of one name the first.

    Raises ``InvalidBody`` for what is no form.
    """
    if content_type.lstrip().lower().startswith(b"multipart/"):
        return _multipart(content_type, body)
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InvalidBody(Fault("body", None, "too many fields", f"{MOST_FIELDS}")) from None
    return {name.decode("latin-1"): Sent(value) for name, value in reversed(pairs)}


def _multipart(content_type: bytes, body: bytes) -> dict[str, Sent]:
    found: dict[str, Sent] = {}
    parts = 0

    def keep(field: bytes | None, sent: Sent) -> None:
        nonlocal parts
        parts += 1
        if parts > MOST_FIELDS:
            raise FormParserError
        found.setdefault((field or b"").decode("latin-1"), sent)

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        name = (file.file_name or b"").decode("utf-8", "replace")
        keep(file.field_name, Sent(file.file_object.read(), name))

    def on_field(field: Field) -> None:
        keep(field.field_name, Sent(field.value or b""))

    given = {"Content-Type": content_type}
    config = {"MAX_MEMORY_FILE_SIZE": FORM_LIMIT + 1}  # no file on a disk
    try:
        parser = create_form_parser(given, on_field, on_file, config)
        parser.write(body)
        parser.finalize()
    except FormParserError:
        allowed = f"multipart/form-data with a boundary and at most {MOST_FIELDS} fields"
        raise InvalidBody(Fault("body", None, "is no form", allowed)) from None
    return found
