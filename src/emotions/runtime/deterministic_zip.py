"""Write zips whose bytes depend on nothing but names and contents."""

import zipfile
from collections.abc import Iterable
from pathlib import Path


def write_zip(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Store files in a zip, in the order given: no compression, no dates, no permissions of their own.

    What deflate makes of a file differs from one zlib to the next. The date is the first of the format,
    1980-01-01, the system Unix, the mode 0644, wherever this runs. A write that fails leaves half a file: see
    `emotions.runtime.atomic_files.atomic_write`.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
