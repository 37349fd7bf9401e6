"""The account that a server runs as where we are root, and a folder that it can reach.

PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_ecs.rehearsal.declared import RehearsalError

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.standins.programs import Installed

# Accounts that exist and own nothing of the user's; the first one that is there.
_CANDIDATES = ("postgres", "nobody")

# Survives a restart of the machine, unlike /tmp.
_REACHABLE_BY_ALL = Path("/var/tmp")  # noqa: S108


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account of this machine."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether the permissions on the way, and of the folder itself, let it in."""
        path = folder.resolve()
        return all(self._passes(step) for step in (path, *path.parents) if step.exists())

    def _passes(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def unprivileged() -> Account | None:
    """The account for servers; None where we are not root, and need none."""
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    message = (
        f"PostgreSQL refuses to run as root, and this machine has none of the accounts "
        f"{', '.join(_CANDIDATES)} to run it as; run the rehearsal as another user than root."
    )
    raise RehearsalError(message)


def own_folder(folder: Path, account: Account | None) -> Path:
    """A folder for what the account keeps, of which it is the only reader.

    It is `folder` itself, unless the account can't get there, as below root's home; then it is
    one below /var/tmp, the same each time, and `folder` is a link to it.
    """
    own = folder
    if account is not None and not account.can_enter(folder.parent):
        key = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
        own = _REACHABLE_BY_ALL / f"airflow-ecs-{key}"
        if not folder.is_symlink():
            folder.symlink_to(own)
    own.mkdir(mode=0o700, exist_ok=True)
    # Anybody can make names below /var/tmp: a link, or another's folder, is not ours to use.
    found = own.lstat()
    owners = {os.geteuid()} | ({account.uid} if account else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        message = f"{own} is not a folder of this user; look at what it is, and remove it."
        raise RehearsalError(message)
    own.chmod(0o700)
    if account is not None:
        os.chown(own, account.uid, account.gid)
    return own


def remove_elsewhere(folder: Path) -> None:
    """Remove what `own_folder` has put elsewhere for anything below a folder."""
    for link in folder.glob("**/*"):
        if link.is_symlink() and link.resolve().parent == _REACHABLE_BY_ALL.resolve():
            shutil.rmtree(link.resolve())
            link.unlink()


def reachable_copy(installed: Installed, account: Account | None, home: Path) -> Path:
    """The folder of the programs where the account can run them: there, or copied below `home`."""
    if account is None or account.can_enter(installed.folder):
        return installed.folder
    copy = home / f"programs-{hashlib.sha256(os.fsencode(installed.folder)).hexdigest()[:16]}"
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        for part in installed.parts:
            shutil.copytree(installed.root / part, partial / part, symlinks=True)
        partial.rename(copy)
    return copy / installed.folder.relative_to(installed.root)
