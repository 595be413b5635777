"""Ways to damage a file: its bytes, whatever they mean, and what a netCDF file or a JSON text means."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

Bytes = Callable[[Random, bytes, bytes], bytes]
FOREIGN = (
    b"",
    b"\0" * 2000,
    b"CDF\x01" + b"\0" * 28,
    b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    b"\x89HDF\r\n\x1a\n",
    b"{}\n",
    b"\x80\x04N.",
)


def flipped(rng: Random, whole: bytes, other: bytes) -> bytes:
    """Flip one to eight bits."""
    made = bytearray(whole)
    for _ in range(rng.choice([1, 1, 2, 8])):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def truncated(rng: Random, whole: bytes, other: bytes) -> bytes:
    return whole[: rng.randrange(len(whole))]


def blanked(rng: Random, whole: bytes, other: bytes) -> bytes:
    """Overwrite a stretch by zeros, ones, or noise."""
    at, size = rng.randrange(len(whole)), rng.choice([1, 4, 8, 64, 512])
    filler = rng.choice([b"\0" * size, b"\xff" * size, rng.randbytes(size)])
    return whole[:at] + filler[: len(whole) - at] + whole[at + size :]


def inserted(rng: Random, whole: bytes, other: bytes) -> bytes:
    at = rng.randrange(len(whole) + 1)
    return whole[:at] + rng.randbytes(rng.randint(1, 64)) + whole[at:]


def removed(rng: Random, whole: bytes, other: bytes) -> bytes:
    at = rng.randrange(len(whole))
    return whole[:at] + whole[at + rng.randint(1, 64) :]


def exchanged(rng: Random, whole: bytes, other: bytes) -> bytes:
    """Exchange two stretches of the same size."""
    size = rng.choice([8, 64, 512])
    a, b = sorted(rng.randrange(max(1, len(whole) - size)) for _ in range(2))
    if b - a < size:
        return whole[:a] + whole[b : b + size] + whole[a + size :]
    return whole[:a] + whole[b : b + size] + whole[a + size : b] + whole[a : a + size] + whole[b + size :]


def spliced(rng: Random, whole: bytes, other: bytes) -> bytes:
    """Begin as one file, and go on as another."""
    at = rng.randrange(min(len(whole), len(other)))
    return whole[:at] + other[at:]


def foreign(rng: Random, whole: bytes, other: bytes) -> bytes:
    return rng.choice([other, gzip.compress(whole), whole + whole, rng.randbytes(3000), *FOREIGN])


BYTES: tuple[Bytes, ...] = (flipped, flipped, truncated, blanked, inserted, removed, exchanged, spliced, foreign)


def bytes_damaged(rng: Random, whole: bytes, other: bytes) -> bytes:
    """Damage bytes in one of these ways."""
    return rng.choice(BYTES)(rng, whole, other)


VALUES: tuple[Any, ...] = (
    np.nan,
    np.inf,
    -1.0,
    0,
    1e300,
    "text",
    "",
    b"\xff\xfe",
    True,
    2**62,
    [1.0, 2.0],
    1j,
    "{" * 50,
)
DTYPES = ("int8", "uint64", "float16", "complex128", "bool", "S3", "float32", "int64")


def hdf_damaged(rng: Random, path: Path) -> str:
    """Damage what a netCDF file means, in place; return how."""
    import h5py

    with h5py.File(path, "r+") as file:
        names: list[str] = []
        file.visit(names.append)
        things = [name for name in names if isinstance(file[name], h5py.Dataset)]
        name = rng.choice(things)
        change = rng.choice(HDF)
        try:
            change(rng, file, name)
        except (
            TypeError,
            ValueError,
            KeyError,
            OSError,
            RuntimeError,
            ArithmeticError,
        ) as error:  # HDF5 can't be damaged so
            return f"{change.__name__} of {name}, which it refused ({type(error).__name__})"
        return f"{change.__name__} of {name}"


def dropped(rng: Random, file: Any, name: str) -> None:
    del file[name]


def renamed(rng: Random, file: Any, name: str) -> None:
    file.move(name, name + rng.choice(["x", "/y", " ", "é"]))


def added(rng: Random, file: Any, name: str) -> None:
    file[name + "_more"] = rng.choice([1.0, np.zeros(3), "text", np.zeros((2, 0))])


def exchanged_names(rng: Random, file: Any, name: str) -> None:
    there = file[name].parent
    others = [one.name for one in there.values() if hasattr(one, "shape") and one.name != f"/{name}"]
    other = rng.choice(others or [name])
    file.move(name, "between")
    file.move(other, name)
    file.move("between", other)


def retyped(rng: Random, file: Any, name: str) -> None:
    """Put other values of another type at the same dims."""
    old = file[name]
    _replace(file, name, np.zeros(old.shape, rng.choice(DTYPES)))


def reshaped(rng: Random, file: Any, name: str) -> None:
    shape = list(file[name].shape)
    way = rng.randrange(4)
    if way == 0 and shape:
        shape[rng.randrange(len(shape))] = rng.choice([0, 1, 7])
    elif way == 1:
        shape.reverse()
    elif way == 2:
        shape.append(2)
    else:
        shape = shape[1:]
    _replace(file, name, np.zeros(shape))


def huge(rng: Random, file: Any, name: str) -> None:
    """Declare more numbers than any memory holds, and store none."""
    del file[name]
    rank = rng.choice([1, 2])
    file.create_dataset(name, shape=(10 ** rng.choice([6, 8]),) * rank, chunks=(1000,) * rank, dtype="f8")


def poisoned(rng: Random, file: Any, name: str) -> None:
    """Put one odd number among the others."""
    there = file[name]
    place = tuple(rng.randrange(size) for size in there.shape)
    there[place] = rng.choice([np.nan, np.inf, -np.inf, -1.0, 0.0, 1e300, "unknown", ""])


def relabeled(rng: Random, file: Any, name: str) -> None:
    """Change, drop or add an attribute of the file or of a variable."""
    there = rng.choice([file, file, file[name], file[name].parent])
    attribute = rng.choice([*there.attrs, "more"])
    if rng.random() < 0.4 and attribute in there.attrs:
        del there.attrs[attribute]
    else:
        there.attrs[attribute] = rng.choice(VALUES)


def linked(rng: Random, file: Any, name: str) -> None:
    """Put a link in a variable's place: to nowhere, to itself, to another file, to a group."""
    import h5py

    del file[name]
    ways = [h5py.SoftLink("/nowhere"), h5py.SoftLink("/" + name), h5py.ExternalLink("no.nc", "/x"), h5py.SoftLink("/")]
    file[name] = rng.choice(ways)


def regrouped(rng: Random, file: Any, name: str) -> None:
    """Put a group in a variable's place."""
    del file[name]
    file.create_group(name)


def compound(rng: Random, file: Any, name: str) -> None:
    _replace(file, name, np.zeros(file[name].shape, [("a", "f8"), ("b", "i4")]))


def _replace(file: Any, name: str, values: Any) -> None:
    """Put values in a variable's place, its attributes kept where they still fit."""
    kept = {key: value for key, value in file[name].attrs.items() if key not in ("DIMENSION_LIST", "REFERENCE_LIST")}
    scales = [[scale.name for scale in dim.values()] for dim in file[name].dims]
    del file[name]
    file[name] = values
    for key, value in kept.items():
        if key not in ("CLASS", "NAME"):
            file[name].attrs[key] = value
    for axis, attached in enumerate(scales[: file[name].ndim]):
        for scale in attached:
            if scale in file:
                file[name].dims[axis].attach_scale(file[scale])


Change = Callable[[Random, Any, str], None]
HDF: tuple[Change, ...] = (
    *(dropped, renamed, added, exchanged_names, retyped, retyped, reshaped, reshaped, huge),
    *(poisoned, poisoned, relabeled, relabeled, relabeled, linked, regrouped, compound),
)
TEXTS = (
    *(
        "[" * 100_000,
        '{"weights": ' * 5000,
        "1" * 10_000,
        '"\\ud800"',
        "NaN",
        "null",
        "[]",
        "\ufeff{}",
        "{'weights': 1}",
    ),
    *(
        '{"weights": [[1, -1]], "bias": [0, 0], "bias": [5, 5]}',
        '{"weights": [[1, -1]], "weights": [[1, 1]], "bias": [0, 0]}',
    ),
)
ENTRIES: tuple[Any, ...] = (
    *(
        None,
        True,
        "1",
        "",
        [],
        {},
        [[]],
        1,
        1.5,
        float("nan"),
        float("inf"),
        10**400,
        -(10**30),
        [1, [2]],
        [None],
        ["x"],
    ),
    *([[1, -1], [1]], [[[1, -1]]], [[1e308, 1e308]], [[0, 0]], [[1, -1, 0]], [[True, False]], [["1", "-1"]], {"0": 1}),
)


def text_damaged(rng: Random, whole: bytes, other: bytes) -> bytes:
    """Damage a model's JSON: its bytes, its entries, or the whole of it."""
    way = rng.randrange(4)
    if way == 0:
        return bytes_damaged(rng, whole, other)
    if way == 1:
        return rng.choice(TEXTS).encode("utf8", "surrogatepass")
    if way == 2:
        return whole.decode().encode(rng.choice(["utf16", "utf32", "utf-8-sig", "utf7"]))
    model = json.loads(whole)
    for _ in range(rng.choice([1, 1, 2])):
        model[rng.choice(["weights", "bias", "more"])] = rng.choice(ENTRIES)
    if rng.random() < 0.2:
        del model[rng.choice(sorted(model))]
    return json.dumps(model).encode()
