"""What holds for every test: the desk at which letters are received, and Ctrl-C.

A Ctrl-C that a test sends reaches the program, however the tests were started.
"""

import signal

from tests.desks import desk, pki, printer, verifier

__all__ = ["desk", "pki", "printer", "verifier"]

# A shell starts what runs in the background with SIGINT ignored, and every process started from there inherits it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
