"""A forker on a machine that has no Landlock: seccomp alone must hold."""

from docgen._lockdown import lock
from docgen.cli._selftest import JOBS
from docgen.worker import serve

if __name__ == "__main__":
    lock.landlock_abi = lambda: 0
    serve(JOBS)
