"""Writes the disk in a VHDX image to a file, as libvhdi reads it: libvhdi.py IMAGE OUTPUT.

Ends with 0 when the image was opened, 1 when libvhdi refused it, and 70 when Python ended it by
another exception. Needs: pip install libvhdi-python."""
import sys
import traceback

import pyvhdi

PIECE = 1 << 20


def main(arguments):
    if arguments == ["--version"]:
        print("libvhdi", pyvhdi.get_version())
        return 0
    image, output = arguments
    disk = pyvhdi.file()
    try:
        disk.open(image)
        size = disk.get_media_size()
        with open(output, "wb") as out:
            for at in range(0, size, PIECE):
                data = disk.read_buffer_at_offset(min(PIECE, size - at), at)
                if data.strip(b"\0"):
                    out.seek(at)
                    out.write(data)
            out.truncate(size)
    except OSError as error:  # What libvhdi raises, whatever is wrong.
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception:
        traceback.print_exc()
        sys.exit(70)
