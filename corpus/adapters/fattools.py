"""Replays the log of a VHDX image in place, as FATtools does it: fattools.py IMAGE. Writes the disk
in it to a file: fattools.py IMAGE OUTPUT.

Ends with 0 when the image was opened, 1 when FATtools refused it (it raises a bare BaseException),
and 70 when Python ended it by another exception. Needs: pip install FATtools."""
import importlib.metadata
import sys
import traceback

# The folder of this script holds its namesake.
sys.path = sys.path[1:]

from FATtools import vhdxutils  # noqa: E402

PIECE = 1 << 20


def export(disk, out):
    for at in range(0, disk.size, PIECE):
        disk.seek(at)
        data = disk.read(min(PIECE, disk.size - at))
        if data.strip(b"\0"):
            out.seek(at)
            out.write(data)
    out.truncate(disk.size)


def main(arguments):
    if arguments == ["--version"]:
        print("FATtools", importlib.metadata.version("FATtools"))
        return 0
    image, *output = arguments
    try:
        disk = vhdxutils.Image(image, "rb" if output else "r+b")
        if output:
            with open(output[0], "wb") as out:
                export(disk, out)
        disk.close()
    except BaseException as error:
        if type(error) is not BaseException:
            raise
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception:
        traceback.print_exc()
        sys.exit(70)
