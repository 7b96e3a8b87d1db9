"""Unpacks some files of a wheel: unpack_wheel.py WHEEL FOLDER PREFIX..."""

import sys
import zipfile

wheel, folder, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    members = [info for info in archive.infolist() if info.filename.startswith(tuple(prefixes))]
    if not members:
        sys.exit(f"Expected files that start with {prefixes} in {wheel}, found none")
    total = sum(info.file_size for info in members)
    done = 0
    for info in members:
        archive.extract(info, folder)
        done += info.file_size
        print(done / total, flush=True)
