"""What the endpoint allows, and where it listens: defaults, the environment, flags, each value checked at the start."""

import argparse
import difflib
import ipaddress
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from helpers.machine import cores

ENVIRONMENT = "CLUSTERING_"
NOTEBOOKS = ("CLUSTERING_STATIC", "CLUSTERING_RECORD")  # what a notebook that starts a server has there for itself
INSTANCE = Path(__file__).resolve().parents[2] / "build" / "instance"
MB = 2**20
FORMS = {
    "scheduler": (r"((tcp|tls)://[^\s/]+:[0-9]{1,5})?", "give an address like tcp://127.0.0.1:8786"),
    "token": (r"[a-zA-Z0-9._~+/=-]*", "a token is made of ASCII letters, digits and -._~+/="),
}
Bound, Seconds = Annotated[int, Field(ge=1)], Annotated[float, Field(gt=0, le=86400)]


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
    max_seconds: Seconds = Field(60, description="seconds a fit may take, and a request wait its turn")
    max_worker_bytes: int = Field(2048 * MB, ge=0, description="memory that one fitting process may take")
    cache_bytes: int = Field(64 * MB, ge=0, description="memory for answers that may be asked for again")

    max_jobs: int = Field(16, ge=1, le=1000, description="jobs that may wait or run; more are answered 503")
    max_silence: Seconds = Field(600, description="seconds without news or work, after which a job is stalled")

    max_body_bytes: Bound = Field(64 * MB, description="size of a request's body")
    max_json_bytes: Bound = Field(8 * MB, description="size of a JSON body, which may take 75 times that in memory")
    max_rows: Bound = Field(2_000_000, description="rows of a table")
    max_columns: Bound = Field(1000, description="columns of a table")
    max_cells: Bound = Field(20_000_000, description="rows times columns of a table")
    max_work: Bound = Field(2_000_000_000, description="n_init times k times cells of a k-means fit")
    max_hdbscan_rows: Bound = Field(40_000, description="rows for HDBSCAN, whose time grows with their square")
    max_stored: Bound = Field(1000, description="data sets, models and jobs that are kept, together")
    max_stored_bytes: Bound = Field(10_240 * MB, description="disk space that they may take")

    @field_validator("data", mode="before")
    @classmethod
    def _there(cls, folder):
        if folder not in (None, "") and not Path(folder).is_dir():
            raise ValueError("there is no such folder")
        return folder or None

    @field_validator("scheduler", "token")
    @classmethod
    def _formed(cls, text, info):
        form, said = FORMS[info.field_name]
        if not re.fullmatch(form, text):
            raise ValueError(said)
        return text

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
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


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
            said = f"{field.description} (default {field.default or 'none'})"
            parser.add_argument(f"--{name.replace('_', '-')}", help=said)
    given = {
        name.removeprefix(ENVIRONMENT).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT) and name not in NOTEBOOKS
    }
    return check(given | vars(parser.parse_args(arguments)))
