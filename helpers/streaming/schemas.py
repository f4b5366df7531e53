"""Which columns of a Parquet file are numbers, and whether all files of a folder have the same."""

import pyarrow as pa

OTHERWISE = {  # by what Arrow's name of the type holds
    "bool": "true and false",
    "date": "dates",
    "decimal": "decimal numbers, which had to be written as double",
    "dictionary": "categories",
    "list": "lists",
    "string": "text",
    "timestamp": "moments",
}


class DataError(ValueError):
    """The data cannot be clustered; the message names file, rows and column."""


def number_types(schema, columns, file, partitions):
    """Give the types of the columns by name; refuse what is not numbers, all of it at once."""
    names = [str(name) for name in columns]
    if not names or len(set(names)) < len(names):
        raise DataError(f"{file}: " + (f"a column is named twice in {names}" if names else "no column is named"))
    odd = []
    for name in names:
        if schema.names.count(name) != 1:
            said = "is there twice" if name in schema.names else f"is not there; there are {', '.join(schema.names)}"
            said = "is in the names of folders only; write it into the files" if name in partitions else said
            raise DataError(f"{file}, column {name}: {said}")
        kind = schema.field(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            what = [words for word, words in OTHERWISE.items() if word in str(kind).partition("<")[0]]
            odd.append(f"column {name}: holds {(*what, 'what is no number')[0]} ({kind})")
    if odd:
        raise DataError(f"{file}, {'; '.join(odd)}; name the columns of numbers with columns=[...]")
    return {name: schema.field(name).type for name in names}


def check_same(first_file, first_types, file, types):
    """Refuse a file that has other columns, or columns of other types, than the first."""
    for name in first_types.keys() ^ types.keys():
        there, missing = (first_file, file) if name in first_types else (file, first_file)
        raise DataError(
            f"{file}, column {name}: is in {there.name} and not in {missing.name}; give all the same columns"
        )
    for name, kind in first_types.items():
        if types[name] != kind:
            said = f"is of type {types[name]}, and {kind} in {first_file.name}"
            raise DataError(f"{file}, column {name}: {said}; give all files the same")
