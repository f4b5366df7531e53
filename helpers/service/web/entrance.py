"""Who may ask: looked at when a request's head is complete, before a byte of its body is kept, and again by the app."""

import secrets
from urllib.parse import urlsplit

from helpers.service.problems import Problem
from helpers.service.settings import is_loopback

OPEN = ("/healthz", "/")  # without a token: neither holds data, and a browser cannot send one to open a page


def check(token, path, header):
    """Refuse who may not ask.

    Parameters
    ----------
    token : str
        "" if the server has none; then only this machine may ask.
    path : str
    header : callable
        Gives a header of the request by its name, or what is given as second argument.

    Raises
    ------
    Problem
        401 or 400.
    """
    if not token:
        _refuse_strangers(header)
        return
    scheme, _, given = header("Authorization", "").partition(" ")
    right = scheme.lower() == "bearer" and secrets.compare_digest(given.encode(), token.encode())
    if path not in OPEN and not right:
        said = "this server asks for a token; send it as 'Authorization: Bearer ...'"
        raise Problem(401, said, headers={"WWW-Authenticate": "Bearer"})


def _refuse_strangers(header):
    """Refuse what a page of another site may have this machine's browser ask, which reaches this machine."""
    try:
        mine = is_loopback(urlsplit(f"//{header('Host', 'localhost')}").hostname)
    except ValueError:
        mine = False
    if not mine:  # its own name may point here; then it could read the answers
        raise Problem(400, "without a token this server answers only to localhost, 127.0.0.1 and ::1, no other Host")
    fetched = header("Sec-Fetch-Dest", "document") != "document"
    if fetched and header("Sec-Fetch-Site", "") == "cross-site":  # an image of it costs a fit
        raise Problem(400, "without a token this server does not answer what pages of other sites fetch")
