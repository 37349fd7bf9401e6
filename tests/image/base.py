"""A stand-in for apache/airflow, with its contract: user 50000:0, /opt/airflow, Python and pip.

It is made of this machine's programs, and of the Python that runs the tests.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

_USER = 50000

_PROGRAMS = (
    *("sh", "bash", "env", "true", "id", "uname", "sleep"),
    *("basename", "cat", "cp", "dirname", "grep", "ls", "mkdir", "mv", "rm", "sed"),
)

# What wheels for Linux may expect of any system.
_LIBRARIES = (
    *("libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"),
    *("libdl.so.2", "libm.so.6", "libpthread.so.0", "libresolv.so.2", "librt.so.1", "libutil.so.1"),
    # How older C libraries look names up.
    *("libnss_dns.so.2", "libnss_files.so.2"),
)

_PASSWD = f"root:x:0:0::/root:/bin/sh\nairflow:x:{_USER}:0::/home/airflow:/bin/bash\n"

# These belong to the user: pip installs into them without root.
_OWNED = ("opt/airflow", "home/airflow", "usr/local")

CHANGES = (
    "ENV PATH=/usr/local/bin:/usr/bin:/bin",
    "ENV AIRFLOW_HOME=/opt/airflow LANG=C.UTF-8 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
    "WORKDIR /opt/airflow",
    f"USER {_USER}",
)
"""What the image's configuration says beside its files, as `docker import --change` takes it."""


def write(archive: Path, folder: Path) -> None:
    """Put the stand-in's files together in the folder, and write them as an archive."""
    for name in ("usr/bin", "usr/lib", "etc", "tmp", "root", "dev", "proc", "sys", *_OWNED):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "lib"):
        (folder / name).symlink_to(f"usr/{name}")
    (folder / "tmp").chmod(0o1777)
    (folder / "etc/passwd").write_text(_PASSWD)
    (folder / "etc/group").write_text("root:x:0:\n")
    programs = [Path(found) for name in _PROGRAMS if (found := shutil.which(name))]
    for program in programs:
        shutil.copy(program, folder / "usr/bin" / program.name)
    python = _python(folder / "usr/local")
    _libraries([*programs, *python], folder)
    _network(folder / "etc")
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, arcname=".", filter=_owned)


def _python(prefix: Path) -> list[Path]:
    """Copy this Python with nothing installed but pip; its binary and its extension modules."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = Path(sysconfig.get_path("stdlib"))
    unwanted = shutil.ignore_patterns("site-packages", "test", "idlelib", "__pycache__", "config-*")
    shutil.copytree(library, prefix / "lib" / name, ignore=unwanted)
    pip = importlib.util.find_spec("pip")
    assert pip is not None, "pip of this environment is what the base gets; `make setup` has one"
    assert pip.origin is not None
    packages = prefix / "lib" / name / "site-packages"
    shutil.copytree(Path(pip.origin).parent, packages / "pip", ignore=unwanted)
    (prefix / "bin").mkdir()
    binary = Path(sys.base_prefix) / "bin" / name
    shutil.copy(binary, prefix / "bin" / name)
    for link in ("python3", "python"):
        (prefix / "bin" / link).symlink_to(name)
    script = prefix / "bin" / "pip"
    script.write_text('#!/bin/sh\nexec python -m pip "$@"\n')
    script.chmod(0o755)
    return [binary, *library.glob("lib-dynload/*.so")]


def _libraries(binaries: list[Path], folder: Path) -> None:
    """Copy what the binaries load, into a folder where every loader looks."""
    command = ["ldd", *map(os.fspath, binaries)]
    needed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    known = subprocess.run(
        ["ldconfig", "-p"],
        env={"PATH": "/usr/sbin:/sbin:/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    wanted = set(re.findall(r"=> (/\S+)", needed))
    for name in _LIBRARIES:
        wanted |= set(re.findall(rf"^\s+{re.escape(name)} .*=> (/\S+)", known, re.MULTILINE)[:1])
    for library in wanted:
        shutil.copy(library, folder / "usr/lib" / Path(library).name)
    # The loader's own path is written in each binary.
    for loader in set(re.findall(r"^\s+(/\S+/ld-linux\S+)", needed, re.MULTILINE)):
        target = folder / loader.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(loader, target)


def _network(etc: Path) -> None:
    """Reach the package index as this machine does."""
    (etc / "ssl/certs").mkdir(parents=True)
    trusted = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    if trusted and Path(trusted).exists():
        shutil.copy(trusted, etc / "ssl/certs/ca-certificates.crt")
    if Path("/etc/pip.conf").exists():
        shutil.copy("/etc/pip.conf", etc / "pip.conf")


def _owned(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = _USER if member.name.removeprefix("./").startswith(_OWNED) else 0
    member.gid = 0
    member.uname = member.gname = ""
    return member
