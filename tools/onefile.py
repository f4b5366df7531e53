"""A page in one file: its style and pictures are inside, it fetches nothing and runs nothing."""

import re

FRAME = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{parts}
</main>
</body>
</html>
"""


def write_page(title, style, parts):
    """Write a page; str of HTML.

    Parameters
    ----------
    title : str
        HTML; also the heading.
    style : str
    parts : list of str
        HTML, below the heading.
    """
    return FRAME.format(title=title, style=style, parts="\n".join(parts))


def read_style(path, values):
    """Read a style sheet, with its words in capitals replaced by values such as the palette's colours.

    Parameters
    ----------
    path : Path
    values : dict of str and str
    """
    return re.sub("|".join(values), lambda word: values[word[0]], path.read_text(encoding="utf-8"))
