"""A forker on a machine that has no seccomp: it must refuse to read anything."""

from docgen._lockdown import lock
from docgen.cli._selftest import JOBS
from docgen.worker import serve

if __name__ == "__main__":
    lock.seccomp_supported = lambda: False
    serve(JOBS)
