"""The pages that are opened, as people reach them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Address:
    """A page by its path."""

    path: str
    status: int = 200
    titles: str = ""
    """What is typed into the form for job titles and sent: the page is then the answer to it."""
    drawn_by_script: bool = False
    """Whether the page without JavaScript is another one."""

    @property
    def name(self) -> str:
        """The page's name in a file's name."""
        words = "".join(c if c.isalnum() else "-" for c in self.path.strip("/")) or "start"
        return f"{words}-sent" if self.titles else words


TITLES = "RN\nlunch lady\nSr. Software Engineer II\nasdf qwer"
"""Job titles: known, of everyday speech, with a rank, and none at all."""

ADDRESSES = (
    Address("/"),
    Address("/occupations/registered-nurses"),
    Address("/occupations/registered-nurses?area=TX&period=2023-05"),
    Address("/rankings"),
    Address("/compare?codes=29-1141,29-1151&areas=12420,US"),
    Address("/rankings?area=springfield&education=none&wage_min=500000"),
    Address("/areas/12420"),
    Address("/areas/springfield", status=300),
    Address("/areas?q=travis+county"),
    Address("/match"),
    Address("/match", titles=TITLES),
    Address("/sources"),
    Address("/search?q=nurse"),
    Address("/occupations/registerd-nurse", status=404),
    Address("/es/occupations/registered-nurses"),
    Address("/embed/occupations/registered-nurses/pay"),
    Address("/docs", drawn_by_script=True),
)

WIDTHS = (320, 768, 1440)
WIDEST = 1920
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
