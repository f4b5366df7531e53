"""A text's encoding: UTF-8, UTF-16, or else Windows-1252, which is told."""

import codecs

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def to_utf8(data, line=1):
    """Give a text that begins on a line in UTF-8, without a mark, and a note; or None, and why it is no text."""
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            if encoding == "utf-8":
                return data[len(mark) :], ""
            return _recoded(data[len(mark) :], encoding, "UTF-16")
    start = data[:4000]
    if start[1::2].count(0) > len(start) // 3 or start[::2].count(0) > len(start) // 3:
        return _recoded(data, "utf-16-le" if start[1::2].count(0) else "utf-16-be", "UTF-16")
    if start.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return None, "is a web page or XML: save the table itself as CSV"
    try:
        _check_utf8(data)
    except UnicodeDecodeError as error:
        line += data.count(b"\n", 0, error.start)
        odd = data[error.start : error.start + 1].decode("cp1252", errors="replace")
        note = f"Not in UTF-8: read as Windows-1252 (latin-1); look whether line {line} should hold {odd!r}."
        return data.decode("cp1252", errors="replace").encode(), note
    return data, ""


def _recoded(data, encoding, name):
    try:
        return data.decode(encoding).encode(), f"The encoding is {name}."
    except UnicodeDecodeError:
        return None, f"begins as {name} and goes on otherwise: save it as CSV UTF-8"


def _check_utf8(data, step=2**24):
    """Raise UnicodeDecodeError, with the place in all data, if they are not in UTF-8; without a copy of all."""
    if data.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), step):
        try:
            decoder.decode(data[start : start + step], final=start + step >= len(data))
        except UnicodeDecodeError as error:
            place = max(0, start + error.start - 3)  # up to three bytes may have waited from the piece before
            while place < len(data) and data[place] < 128:
                place += 1
            raise UnicodeDecodeError("utf-8", data, place, place + 1, error.reason) from None
