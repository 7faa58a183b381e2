"""Writes the disk in a VHDX image to a file, as dissect reads it: dissect.py IMAGE OUTPUT.

Ends with 0 when the image was opened, 1 when dissect refused it with an error of its own, and 70
when Python ended it by another exception. Needs: pip install dissect.hypervisor."""
import importlib.metadata
import sys
import traceback

# The folder of this script holds its namesake.
sys.path = sys.path[1:]

from dissect.hypervisor.disk.vhdx import VHDX  # noqa: E402
from dissect.hypervisor.exceptions import Error  # noqa: E402

PIECE = 1 << 20


def main(arguments):
    if arguments == ["--version"]:
        print("dissect.hypervisor", importlib.metadata.version("dissect.hypervisor"))
        return 0
    image, output = arguments
    try:
        with open(image, "rb") as file, open(output, "wb") as out:
            disk = VHDX(file)
            for at in range(0, disk.size, PIECE):
                disk.seek(at)
                data = disk.read(min(PIECE, disk.size - at))
                if data.strip(b"\0"):
                    out.seek(at)
                    out.write(data)
            out.truncate(disk.size)
    except (Error, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception:
        traceback.print_exc()
        sys.exit(70)
