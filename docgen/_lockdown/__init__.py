"""The forker's and the worker's side of `docgen.worker`, Linux only; the main process imports none of its modules.

Here stands what both sides must agree on.
"""

import struct

__all__ = ["EXIT_BUG", "EXIT_CRASH", "EXIT_DONE", "EXIT_LIMIT", "EXIT_NO_SANDBOX", "FRAME"]

# How a worker ends; every other code is a crash.
EXIT_DONE, EXIT_BUG, EXIT_LIMIT, EXIT_CRASH, EXIT_NO_SANDBOX = 0, 1, 80, 81, 82

# Before every message on the socket: length of its JSON head, length of its body.
FRAME = struct.Struct("!II")
