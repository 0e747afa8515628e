"""What tells the weights of one model from those of another."""

from hashlib import sha256
from typing import Any, Final

_LOOKED_AT: Final = 64  # numbers of each layer; training changes all layers


def weights_digest(model: Any) -> str:
    """Return 16 hex digits of a torch model: of the names of its layers and their first numbers."""
    found = sha256()
    for name, values in model.state_dict().items():
        found.update(name.encode())
        found.update(values.flatten()[:_LOOKED_AT].double().numpy().tobytes())
    return found.hexdigest()[:16]
