"""Every setting, read from the environment (``OCCUPATIONS_…``) or a ``.env`` file."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """One frozen object, made once and handed down; README lists every field."""

    model_config = SettingsConfigDict(
        env_prefix="OCCUPATIONS_", env_file=".env", frozen=True, extra="ignore"
    )

    database_url: str = Field(
        "sqlite:///occupations.sqlite3",
        description="SQLAlchemy URL of the database: sqlite:///FILE or "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
    )
    host: str = Field("127.0.0.1", description="Address that `occupations serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `occupations serve` listens on.")
    workers: int = Field(1, ge=1, le=64, description="Number of server processes.")
    threads: int = Field(
        8,
        ge=1,
        le=64,
        description="Requests a worker answers from the database at once; each has its connection.",
    )
    statement_timeout: float = Field(
        2.0, gt=0, le=60, description="Seconds after which a database statement is given up."
    )
    queue_limit: int = Field(
        512,
        ge=1,
        description="Requests a worker lets wait for a thread; one more is answered 503.",
    )
    queue_seconds: float = Field(
        0.3,
        gt=0,
        le=60,
        description="Seconds that a request may wait for a thread others want; then it is 503.",
    )
    request_limit: int = Field(
        512,
        ge=1,
        description="Requests a worker has in hand at once, but for those that its cache answers "
        "right away; one more is answered 503 before it is looked at. /health/live always answers.",
    )
    client_seconds: float = Field(
        12.0,
        gt=0,
        le=600,
        description="Seconds that a client may take to send a request's head, each 64 KB of its "
        "body, or to take each 64 KB of an answer; then its connection is closed.",
    )
    rate_limit: str | None = Field(
        None,
        description="Requests a client may make, such as 600/minute or 20/second; 429 beyond. A "
        "body of titles counts as one request for each ten of them, at most as all that a client "
        "may make. Counted by each worker for itself; /health is not counted. Without it there is "
        "no limit.",
    )
    rate_limit_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Keys, separated by commas, whose holders are each counted by the key that "
        "they send as X-API-Key, wherever they come from. Anyone else is counted by address "
        "(IPv6: by /64).",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of proxies, separated by commas, whose X-Forwarded-For "
        "says who the client is. Nobody else's is believed.",
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of /metrics for Prometheus; 0 is none. Each worker has its own figures "
        "on a port of its own: this one and those that follow.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address that /metrics is served on.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("*",), description="Origins that browsers may call from, separated by commas; * is all."
    )
    max_age: int = Field(
        3600, ge=0, description="Seconds that browsers and CDNs may keep an answer (Cache-Control)."
    )
    public_url: str | None = Field(
        None,
        description="Address that the API is reached at from outside, for links in answers "
        "(https://api.example.org); without it links are relative.",
    )
    cache_bytes: int = Field(
        64 * 1024 * 1024, ge=0, description="Bytes of answers that a worker keeps; 0 keeps none."
    )
    index_folder: Path | None = Field(
        None,
        description="Folder where the workers of one user share the files of the indices, made if "
        "it is missing; a private one in the system's folder for temporary files if not given.",
    )
    poll_interval: float = Field(
        1.0, gt=0, le=60, description="Seconds between looks for a new data version."
    )
    log_format: str = Field(
        "auto",
        pattern="^(auto|json|text)$",
        description="json, text, or auto: text on a terminal, JSON otherwise.",
    )
    contact: str | None = Field(
        None,
        description="https URL or mail address of whoever runs this instance, for the OpenAPI "
        "and /.well-known/security.txt.",
    )

    user_agent: str | None = Field(
        None,
        description="How `occupations download` names itself to publishers; without it program, "
        "version and contact.",
    )

    @field_validator("cors_origins", "rate_limit_keys", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(v.strip() for v in value.split(",") if v.strip())

    @field_validator("rate_limit")
    @classmethod
    def _limit(cls, value: str | None) -> str | None:
        if not value:
            return None
        from limits import parse  # noqa: PLC0415 - 0.1 s, for those alone who set a limit

        parse(value)  # a ValueError says what is wrong
        return value
