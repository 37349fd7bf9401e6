"""Runs an isolated Python, which reads no PYTHONPATH, in its task's network.

`python -I -S isolated.py -I check.py 8080` does what `python -I check.py 8080` would.
"""

import os
import runpy
import sys
from importlib import import_module


def main() -> None:
    """Install the network, then run what the arguments name."""
    arguments = sys.argv[1:]
    flags = ""
    while arguments and arguments[0].startswith("-") and arguments[0] not in ("-c", "-m"):
        flags += arguments.pop(0)
    if "S" not in flags:
        import site

        site.main()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    network = import_module("task_network")
    del sys.path[0]
    network.install()
    if arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102
    elif arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


main()
