"""Every setting, read from the environment (``OCCUPATIONS_…``) or a ``.env`` file."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.settings.database_url import checked

PREFIX = "OCCUPATIONS_"

SERVICE_ADDRESS = re.compile("(?:tcp|udp|sctp)://")
"""Beginning of what Kubernetes sets as ``…_PORT`` for a service: for one named ``occupations`` it
is OCCUPATIONS_PORT."""

_PUBLIC_URL = re.compile(
    r"https?://(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?"
    r"(?!/v1(?:/|$))(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/*"
)

STREAMS = 4
"""Lists that a worker sends whole at once, each on its own database connection."""


class Settings(BaseSettings):
    """The settings of a process; the README lists them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # a traceback must not show the database's password
        frozen=True,
        extra="ignore",
    )

    database_url: str = Field(
        "sqlite:///occupations.sqlite3",
        repr=False,
        description="URL of the database: sqlite:///FILE or postgresql://USER@HOST/NAME; "
        "postgres:// and postgresql+psycopg:// mean the same. PGPASSWORD has the password; "
        "in the URL, USER:PASSWORD@HOST, its @ is %40 and its % is %25.",
    )
    seed: str = Field(
        "box",
        pattern="^(box|article|none)$",
        description="What `occupations serve` and `occupations seed` load into an empty database: "
        "box (the article, and the official figures that come with the program), article, or none.",
    )
    host: str = Field("127.0.0.1", description="Address that `occupations serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `occupations serve` listens on.")
    workers: int = Field(1, ge=1, le=64, description="Number of server processes.")
    threads: int = Field(
        8,
        ge=1,
        le=64,
        description="Requests that a worker answers from the database at once, each on its own "
        "connection.",
    )
    statement_timeout: float = Field(
        2.0, gt=0, le=60, description="Seconds after which a database statement is given up."
    )
    queue_limit: int = Field(
        512,
        ge=1,
        description="Requests that may wait for a thread of a worker; one more gets 503.",
    )
    queue_seconds: float = Field(
        0.3,
        gt=0,
        le=60,
        description="Seconds that a request may wait in a queue for a thread; then it gets 503.",
    )
    request_limit: int = Field(
        512,
        ge=1,
        description="Requests that a worker handles at once, not counting cached answers; one more "
        "gets 503. /health/live always answers.",
    )
    client_seconds: float = Field(
        12.0,
        gt=0,
        le=600,
        description="Seconds that a client has to send a request's headers, each 64 KB of its "
        "body, or to read each 64 KB of an answer; then its connection is closed.",
    )
    rate_limit: str | None = Field(
        None,
        description="Requests that a client may make, such as 600/minute or 20/second; one more "
        "gets 429. A body of titles counts as one request for each ten titles, at most as the "
        "whole limit. Each worker counts for itself. /health is not counted. Default: no limit.",
    )
    rate_limit_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        repr=False,
        description="Keys, separated by commas. A client that sends one as X-API-Key is counted by "
        "it; any other client is counted by its address (IPv6: by /64).",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of proxies, separated by commas, whose X-Forwarded-For "
        "header names the client, and whose X-Forwarded-Prefix the path under which clients see "
        "this server. Both are ignored from anybody else.",
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of /metrics for Prometheus; 0: none. Each worker serves its own metrics, "
        "on this port and those that follow.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address that /metrics is served on.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",),
        description="Origins whose pages may call the API (CORS), separated by commas; *: all.",
    )
    max_age: int = Field(
        300,
        ge=0,
        description="Seconds that browsers and CDNs may cache an answer (Cache-Control).",
    )
    pages: str = Field(
        "on",
        pattern="^(on|off)$",
        description="on: / and the addresses beside /v1 are pages for people; off: none are there, "
        "and / leads browsers to /docs.",
    )
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",),
        description="Origins whose pages may show the charts under /embed in a frame, separated by "
        "commas; *: all.",
    )
    public_url: str | None = Field(
        None,
        description="Where clients see this server: https://api.example.org, or a path of another "
        "site, https://example.org/jobs. Addresses in answers begin with it; requests may have its "
        "path or not. Default: addresses are paths, behind the X-Forwarded-Prefix of a trusted "
        "proxy.",
    )
    cache_bytes: int = Field(
        64 * 1024 * 1024, ge=0, description="Bytes of a worker's cache of answers; 0: no cache."
    )
    index_folder: Path | None = Field(
        None,
        description="Folder of the index files, which workers of one user share; it is made if it "
        "is missing. Default: a private folder in the system's folder for temporary files.",
    )
    export_folder: str | None = Field(
        None,
        min_length=1,
        description="Folder of the files of /v1/exports, which `occupations import`, `releases "
        "retire`, `releases restore` and `export` write and the server reads; it is made if it is "
        "missing. none: no exports. Default: beside an SQLite file, with -exports after its name; "
        "with PostgreSQL none.",
    )
    poll_interval: float = Field(
        1.0, gt=0, le=60, description="Seconds between checks for a new data version."
    )
    keep_days: int = Field(
        400,
        ge=1,
        le=36_500,
        description="Days that the rows of retired and replaced releases are kept. So long can the "
        "data versions that showed them be read, and a retired release be restored. The next load, "
        "retirement or restoration deletes older ones.",
    )
    log_format: str = Field(
        "auto",
        pattern="^(auto|json|text)$",
        description="Form of the log's lines: json, text, or auto: text on a terminal, JSON "
        "otherwise.",
    )
    log_level: str = Field(
        "info",
        pattern="^(debug|info|warning|error)$",
        description="The least level of the log's lines: debug, info, warning or error. The lines "
        "of requests are info.",
    )
    access_log: str = Field(
        "on",
        pattern="^(on|off)$",
        description="on: the log has a line for each request; off: it has none. Metrics count all "
        "of them in either case.",
    )
    contact: str | None = Field(
        None,
        description="https URL or mail address of the operator, for the OpenAPI document and "
        "/.well-known/security.txt.",
    )

    user_agent: str | None = Field(
        None,
        description="User-Agent of `occupations download`. Default: program, version and contact.",
    )

    @model_validator(mode="before")
    @classmethod
    def _no_service_addresses(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in values.items()
            if not (name.endswith("port") and SERVICE_ADDRESS.match(str(value)))
        }

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return checked(value)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: tuple[object, ...]) -> tuple[object, ...]:
        for each in value:
            try:
                ip_network(str(each))
            except ValueError as error:
                if "host bits" in str(error):
                    raise ValueError(
                        f"{each} is an address within a network; the network is "
                        f"{ip_network(str(each), strict=False)}"
                    ) from None
                raise ValueError(
                    f"{str(each)[:60]!r} is not an address or network such as 127.0.0.1, "
                    "10.0.0.0/8 or ::1; names of hosts are not taken"
                ) from None
        return value

    @field_validator(
        "cors_origins", "embed_origins", "rate_limit_keys", "trusted_proxies", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(v.strip() for v in value.split(",") if v.strip())

    @field_validator("public_url")
    @classmethod
    def _base(cls, value: str | None) -> str | None:
        """Paths are appended to it, and each begins with a slash."""
        if not value:
            return None
        if not _PUBLIC_URL.fullmatch(value):
            raise ValueError(
                "not an address such as https://example.org or https://example.org/jobs; write it "
                "without /v1, query, fragment and user name"
            )
        return value.rstrip("/")

    @field_validator("rate_limit")
    @classmethod
    def _limit(cls, value: str | None) -> str | None:
        if not value:
            return None
        from limits import parse  # noqa: PLC0415 - 0.1 s, for those alone who set a limit

        try:
            parse(value)
        except ValueError:
            raise ValueError(
                f"{value[:60]!r} is not a number of requests in a period, such as 600/minute"
            ) from None
        return value

    @model_validator(mode="after")
    def _ports(self) -> Self:
        ports = range(self.metrics_port, self.metrics_port + self.workers)
        if self.metrics_port and (self.port in ports or ports[-1] > 65_535):
            raise ValueError(
                f"OCCUPATIONS_METRICS_PORT: {self.workers} workers have their metrics on the ports "
                f"{ports[0]} to {ports[-1]}, which must be below 65536 and not OCCUPATIONS_PORT"
            )
        return self
