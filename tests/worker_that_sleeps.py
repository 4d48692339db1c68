"""A worker that tells when it began and ended, by the one clock of the machine."""

import time
from typing import Any

from docgen.worker import serve


def _sleep(_data: bytes | None, _arguments: dict[str, Any]) -> dict[str, Any]:
    begins = time.monotonic_ns()
    time.sleep(0.5)
    return {"begins": begins, "ends": time.monotonic_ns()}


if __name__ == "__main__":
    serve({"sleep": _sleep})
