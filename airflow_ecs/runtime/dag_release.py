"""Puts a release of the DAGs on a file system that all services read, or goes back to one before.

    <folder>/releases/<id>/…   a release: unpacked whole, and never changed
    <folder>/current           a link to the one that counts
    <folder>/previous          a link to the one that did before

A link is replaced by a rename, which is atomic, over NFS too: no reader finds half a release.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ReleaseError(Exception):
    """What can't be released, and what to do instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Publish an archive, or roll back."""
    parser = argparse.ArgumentParser(prog="dag_release", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("publish")
    new.add_argument("folder", type=Path)
    new.add_argument("release", help="an id that no release has yet")
    new.add_argument("archive", help="s3://bucket/key of a zip file")
    back = commands.add_parser("roll-back")
    back.add_argument("folder", type=Path)
    back.add_argument("release", nargs="?", help="default: the one before")
    given = parser.parse_args(arguments)
    try:
        if given.command == "publish":
            with tempfile.TemporaryDirectory() as folder:
                archive = Path(folder, "release.zip")
                _download(given.archive, archive)
                publish(given.folder, given.release, archive)
        else:
            roll_back(given.folder, given.release)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def publish(folder: Path, release: str, archive: Path) -> None:
    """Unpack an archive as a release, then make it count.

    Raises:
        ReleaseError: the id is taken or no id, or the archive is not whole.
    """
    if not _ID.fullmatch(release):
        raise ReleaseError(f"{release!r} can't name a release; write letters, digits, . _ and -.")
    target = folder / "releases" / release
    if target.exists():
        raise ReleaseError(f"There is a release {release} already; write an id that is new.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{release}-", dir=target.parent))
    try:
        with zipfile.ZipFile(archive) as content:
            content.extractall(partial)
    except (zipfile.BadZipFile, OSError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise ReleaseError(f"The archive of {release} could not be unpacked: {error}.") from None
    # A temporary folder is for its owner alone, and the services read it.
    partial.chmod(0o755)
    partial.rename(target)
    _point_to(folder, release)


def roll_back(folder: Path, release: str | None = None) -> None:
    """Make a release count that is there, by default the one before.

    Raises:
        ReleaseError: there is no such release.
    """
    previous = folder / "previous"
    if release is None and not previous.is_symlink():
        raise ReleaseError("There is no earlier release to go back to; name one.")
    release = release or previous.readlink().name
    if not (folder / "releases" / release).is_dir():
        raise ReleaseError(f"There is no release {release} in {folder}; name another.")
    _point_to(folder, release)


def _point_to(folder: Path, release: str) -> None:
    current = folder / "current"
    if current.is_symlink():
        _link(folder / "previous", current.readlink())
    _link(current, Path("releases", release))
    print(f"{release} is released.")


def _link(link: Path, target: Path) -> None:
    partial = link.with_name(f".{link.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    partial.symlink_to(target)
    partial.replace(link)


def _download(url: str, file: Path) -> None:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, _, key = url.removeprefix("s3://").partition("/")
    try:
        boto3.client("s3").download_file(bucket, key, str(file))
    except (BotoCoreError, ClientError) as error:
        raise ReleaseError(f"The archive {url} could not be fetched: {error}") from None


if __name__ == "__main__":
    raise SystemExit(main())
