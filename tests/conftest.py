"""What holds for every test: a Ctrl-C that a test sends reaches the program, however the tests were started."""

import signal

# A shell starts what runs in the background with SIGINT ignored, and every process started from there inherits it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
