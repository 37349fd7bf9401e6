"""Archives of a program, as the zip files that the provider makes of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_ecs.rehearsal.account.inputs import Inputs


def zipped(code: Any, inputs: Inputs) -> bytes:
    """The zip file of an archive, as it arrives: a path, or a tree of assets."""
    path = code.get("path") if isinstance(code, dict) else None
    if path and Path(path).is_file():
        return Path(path).read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, "", code, inputs)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, asset: Any, inputs: Inputs) -> None:
    if "assets" in asset:
        for key, inner in asset["assets"].items():
            _add(archive, f"{name}/{key}".lstrip("/"), inner, inputs)
    elif "text" in asset:
        archive.writestr(name, asset["text"])
    elif "path" in asset and Path(asset["path"]).is_file():
        archive.write(asset["path"], name)
    elif "path" in asset and Path(asset["path"]).is_dir():
        root = Path(asset["path"])
        for file in sorted(one for one in root.rglob("*") if one.is_file()):
            archive.write(file, f"{name}/{file.relative_to(root)}".lstrip("/"))
    else:
        raise inputs.refusal(
            f"code has {asset.get('path') or asset.get('uri')!r}, which is no file or folder here; "
            "write a path that exists."
        )
