"""Measures everything and prints one table; exits with 1 where a limit is passed."""

from __future__ import annotations

import sys

from bench import deploying, planning


def main() -> int:
    """Print the table."""
    kept = True
    print("| what | measured | limit | how |")
    print("|---|---|---|---|")
    for part in (planning, deploying):
        for result in part.results():
            kept = kept and result.kept
            number = f"{result.value:.2f} {result.unit}"
            limit = f"{result.limit:g} {result.unit}{'' if result.kept else ' (passed!)'}"
            print(f"| {result.what} | {number} | {limit} | {result.how} |", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
