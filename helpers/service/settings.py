"""What the endpoint allows, and where it listens: defaults, the environment, flags, each value checked at the start."""

import argparse
import difflib
import ipaddress
import os
import re
import string
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from helpers.machine import cores

ENVIRONMENT = "CLUSTERING_"
NOTEBOOKS = ("CLUSTERING_STATIC", "CLUSTERING_RECORD")  # what a notebook that starts a server has there for itself
INSTANCE = Path(__file__).resolve().parents[2] / "build" / "instance"
MEGABYTE = 2**20


class SettingsError(ValueError):
    """A setting that is unknown or out of range; the message is for the person who starts the server."""


class Settings(BaseModel):
    """Each can be given as a flag (``--max-rows``) or in the environment (``CLUSTERING_MAX_ROWS``); the flag wins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="address to listen at; anything but loopback needs a token")
    port: int = Field(5000, ge=0, le=65535, description="0 takes a free one")
    instance: Path = Field(INSTANCE, description="folder that keeps uploaded data and models; one server each")
    data: Path | None = Field(None, description="folder of Parquet data larger than memory, for jobs")
    scheduler: str = Field("", description="address of a Dask cluster that runs the jobs; this machine if empty")
    token: str = Field("", description="bearer token that requests must carry", repr=False)

    workers: int = Field(cores(), ge=1, le=256, description="processes that fit, one core each")
    max_waiting: int = Field(64, ge=1, le=1000, description="requests that may wait for a fit; more are answered 503")
    max_seconds: float = Field(60, gt=0, le=86400, description="seconds a fit may take, and a request wait its turn")
    max_worker_bytes: int = Field(2048 * MEGABYTE, ge=0, description="memory that one fitting process may take")
    cache_bytes: int = Field(64 * MEGABYTE, ge=0, description="memory for answers that may be asked for again")

    max_jobs: int = Field(16, ge=1, le=1000, description="jobs that may wait or run; more are answered 503")
    max_silence: float = Field(
        600, gt=0, le=86400, description="seconds without news or work, after which a job is stalled"
    )

    max_body_bytes: int = Field(64 * MEGABYTE, ge=1, description="size of a request's body")
    max_json_bytes: int = Field(
        8 * MEGABYTE, ge=1, description="size of a JSON body, which may take 75 times that in memory"
    )
    max_rows: int = Field(2_000_000, ge=1, description="rows of a table")
    max_columns: int = Field(1000, ge=1, description="columns of a table")
    max_cells: int = Field(20_000_000, ge=1, description="rows times columns of a table")
    max_work: int = Field(2_000_000_000, ge=1, description="n_init times k times cells of a k-means fit")
    max_hdbscan_rows: int = Field(40_000, ge=1, description="rows for HDBSCAN, whose time grows with their square")
    max_stored: int = Field(1000, ge=1, description="data sets, models and jobs that are kept, together")
    max_stored_bytes: int = Field(10_240 * MEGABYTE, ge=1, description="disk space that they may take")

    @field_validator("data", mode="before")
    @classmethod
    def _there(cls, folder):
        if folder in (None, ""):
            return None
        if not Path(folder).is_dir():
            raise ValueError("there is no such folder")
        return folder

    @field_validator("scheduler")
    @classmethod
    def _addressed(cls, address):
        if address and not re.fullmatch(r"(tcp|tls)://[^\s/]+:[0-9]{1,5}", address):
            raise ValueError("give an address like tcp://127.0.0.1:8786")
        return address

    @field_validator("token")
    @classmethod
    def _printable(cls, token):
        if not set(token) <= set(string.ascii_letters + string.digits + "-._~+/="):
            raise ValueError("a token is made of ASCII letters, digits and -._~+/=")
        return token

    @model_validator(mode="after")
    def _guarded(self):
        if not self.token and not is_loopback(self.host):
            raise ValueError(
                f"listening at {self.host} lets other machines in: set {ENVIRONMENT}TOKEN to a secret that requests "
                "must carry as 'Authorization: Bearer ...', or listen at 127.0.0.1"
            )
        return self


def is_loopback(host):
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check(values):
    """Make settings of names and values (text is read as what it stands for).

    Raises
    ------
    SettingsError
        In one sentence for each setting that is wrong.
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(problem) for problem in error.errors())) from None


def _sentence(problem):
    name, said = ".".join(map(str, problem["loc"])), problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0)
        return f"there is no setting {name!r}; did you mean {near[0]!r}?"
    return f"{name}={problem['input']!r}: {said}" if name and name != "token" else said


def from_command_line(arguments=None, environment=os.environ):
    """Read flags and environment.

    Parameters
    ----------
    arguments : list of str, optional
        ``sys.argv[1:]`` if omitted.
    environment : mapping

    Returns
    -------
    Settings

    Raises
    ------
    SettingsError
        In one sentence for each setting that is wrong.
    """
    parser = argparse.ArgumentParser(
        prog="python -m helpers.service",
        description="Serve clusterings of the course's data, and of your own, over HTTP.",
        epilog=f"Each can also be set in the environment, as {ENVIRONMENT}MAX_ROWS=9; {ENVIRONMENT}TOKEN only there.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    for name, field in Settings.model_fields.items():
        if name != "token":  # flags are seen by everyone who lists processes
            parser.add_argument(
                f"--{name.replace('_', '-')}", help=f"{field.description} (default {field.default or 'none'})"
            )
    given = {
        name.removeprefix(ENVIRONMENT).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT) and name not in NOTEBOOKS
    }
    return check(given | vars(parser.parse_args(arguments)))
