"""Compares what a program left, a file or a guest's disk, with the readings of a vector, and the
time that it took with the vector's limit."""
import gzip
import hashlib
import os
import struct
import time
import uuid
import zlib

SECTOR = 4096
HEADERS = (64 << 10, 128 << 10)
PIECE = 1 << 20


def unpack(packed, vector, path):
    """Makes the image: sparse, with the pieces of a large one at their places."""
    opened = gzip.open(packed) if packed.suffix == ".gz" else open(packed, "rb")
    size = vector["image"]["size"]
    pieces = vector["image"].get("pieces") if packed.suffix == ".gz" else None
    with opened as source, open(path, "wb") as file:
        for piece in pieces or [{"offset": 0, "length": size}]:
            for start in range(piece["offset"], piece["offset"] + piece["length"], PIECE):
                data = source.read(min(PIECE, piece["offset"] + piece["length"] - start))
                if data.strip(b"\0"):
                    file.seek(start)
                    file.write(data)
        file.truncate(size)


def data(file):
    """Where a file may have bytes that are not zero: (start, end), whole sectors."""
    end = os.fstat(file.fileno()).st_size
    at = 0
    while at < end:
        try:
            start = os.lseek(file.fileno(), at, os.SEEK_DATA)
        except OSError:
            return
        at = min(os.lseek(file.fileno(), start, os.SEEK_HOLE), end)
        yield start - start % SECTOR, at


def read(file, offset, length):
    """Bytes of a file, zeros beyond its end."""
    file.seek(offset)
    return file.read(length).ljust(length, b"\0")


def different(one, other):
    """The offsets of the sectors in which two files differ."""
    for pair in ((one, other), (other, one)):
        for start, end in data(pair[0]):
            for at in range(start, end, PIECE):
                length = min(PIECE, -(-(end - at) // SECTOR) * SECTOR)
                left, right = read(one, at, length), read(other, at, length)
                if left != right:
                    for sector in range(0, length, SECTOR):
                        if left[sector:sector + SECTOR] != right[sector:sector + SECTOR]:
                            yield at + sector


def digest(file, offset, length):
    sha256 = hashlib.sha256()
    for at in range(offset, offset + length, PIECE):
        sha256.update(read(file, at, min(PIECE, offset + length - at)))
    return sha256.hexdigest()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def header(file, offset):
    """The fields of a header, or None when it is not valid."""
    block = read(file, offset, SECTOR)
    if block[:4] != b"head" or crc32c(block[:4] + bytes(4) + block[8:]) != int.from_bytes(
            block[4:8], "little"):
        return None
    number, *guids, _, _, length, place = struct.unpack_from("<Q16s16s16sHHIQ", block, 8)
    names = ("file_write_guid", "data_write_guid", "log_guid")
    fields = {name: str(uuid.UUID(bytes_le=guid)) for name, guid in zip(names, guids)}
    return dict(fields, sequence_number=number, log_length=length, log_offset=place)


def newest_log(file):
    """The part of a file that its newest header names as the log: start and end."""
    headers = [found for found in (header(file, at) for at in HEADERS) if found]
    newest = max(headers, key=lambda found: found["sequence_number"], default=None)
    if newest is None:
        return 0, 0
    return newest["log_offset"], newest["log_offset"] + newest["log_length"]


def timed(file, start, end):
    """How long it takes to read a part of a file and to compute a checksum of it."""
    begun, checksum = time.monotonic(), 0
    for at in range(start, end, PIECE):
        checksum = zlib.crc32(read(file, at, min(PIECE, end - at)), checksum)
    return time.monotonic() - begun


class Case:
    """One vector: its image, unpacked twice, and where the program's output goes."""

    def __init__(self, vector, packed, folder):
        self.vector = vector
        self.image, self.before, self.output = (
            folder / name for name in ("image.vhdx", "before.vhdx", "output"))
        for path in (self.image, self.before):
            unpack(packed, vector, path)
        sizes = [vector["image"]["size"]]
        for reading in vector["readings"]:
            sizes += [reading.get("guest", {}).get("size", 0), reading.get("file", {}).get("length", 0)]
        self.longest = max(sizes) + (64 << 20)

    def allowed_seconds(self, read_speed):
        """How long a program may take: limit_ms, which is for a machine that reads and checks 1.6
        GiB a second, or 100 times what this machine takes to read the log once if that is more.
        `read_speed` is in MiB a second; None: it is measured."""
        with open(self.before, "rb") as image:
            start, end = newest_log(image)
            seconds = (end - start) / (read_speed << 20) if read_speed else min(
                timed(image, start, end) for _ in range(3))
        return max(self.vector["limit_ms"] / 1000, 100 * seconds)

    def verdict(self, way, did, read_only):
        """The best verdict that a reading allows, and a detail. Where none allows what was done,
        it is by a reading that does as the program did, if there is one."""
        with open(self.image, "rb") as image, open(self.before, "rb") as before:
            changed = sorted(set(different(image, before)))
            same_length = os.fstat(image.fileno()).st_size == self.vector["image"]["size"]
            untouched = not changed and same_length
            if read_only and not untouched:
                return "changed", "a read-only open was changed"
            verdicts = [
                self.compare_refused(reading, way, read_only, image, before, changed, untouched)
                if did == "refused" else
                self.compare_accepted(reading, way, image, before, changed, untouched)
                for reading in sorted(self.vector["readings"], key=lambda reading:
                                      (reading["expect"] == "accept") != (did == "accepted"))]
        for good in ("pass", "unfinished", "may refuse"):
            for verdict in verdicts:
                if verdict[0] == good:
                    return verdict
        return verdicts[0]

    def compare_refused(self, reading, way, read_only, image, before, changed, untouched):
        is_accepted = reading["expect"] == "accept"
        if is_accepted and way == "replay" and "guest" not in reading:
            # A program that opens disks finds only after the replay that there is none.
            verdict = self.compare_accepted(reading, way, image, before, changed, untouched)
            if verdict[0] in ("pass", "unfinished"):
                return verdict
        if not untouched:
            return "changed", "a refused file was changed"
        if not is_accepted:
            return "pass", reading["name"]
        if read_only and reading["log"] == "replayed":
            return "may refuse", "a dirty file, RPL-5"
        return "refused", "what must be accepted"

    def compare_accepted(self, reading, way, image, before, changed, untouched):
        if reading["expect"] == "refuse":
            return "accepted", "what must be refused: " + ", ".join(reading["reasons"])
        if reading.get("untouched") and not untouched:
            return "wrong", "the file was written, and nothing may be"
        if way == "export":
            wrong = self.wrong_guest(reading.get("guest"))
        else:
            wrong = self.wrong_file(reading, image, before, changed)
            if not wrong and "headers" in reading:
                return wrong_headers(reading["headers"], image) or ("pass", reading["name"])
        return ("wrong", wrong) if wrong else ("pass", reading["name"])

    def wrong_guest(self, guest):
        """How the disk that was written differs, or None."""
        size = os.path.getsize(self.output) if self.output.exists() else 0
        if guest is None:
            return None
        if size != guest["size"]:
            return f"the disk has {size} bytes instead of {guest['size']}"
        with open(self.output, "rb") as disk:
            extents = guest.get("extents", [dict(guest, offset=0, length=size)])
            for extent in extents:
                if digest(disk, extent["offset"], extent["length"]) != extent["sha256"]:
                    return f"other bytes in the {extent['length']} from {extent['offset']}"
            for start, end in data(disk):
                for extent in extents + [{"offset": size, "length": 0}]:
                    stop = min(end, extent["offset"])
                    for at in range(start, stop, PIECE):
                        if read(disk, at, min(PIECE, stop - at)).strip(b"\0"):
                            return f"bytes that are not zero in the 1 MiB from {at}"
                    start = max(start, extent["offset"] + extent["length"])
        return None

    def wrong_file(self, reading, image, before, changed):
        """How the file after the replay differs, its headers and its empty log apart, or None."""
        file = reading["file"]
        length = os.fstat(image.fileno()).st_size
        if length != file["length"]:
            return f"the file has {length} bytes instead of {file['length']}"
        wanted = {sector["offset"]: sector["sha256"] for sector in file["changed"]}
        for offset, sha256 in wanted.items():
            if digest(image, offset, SECTOR) != sha256:
                return f"other bytes in the sector at {offset}"
        log = range(*newest_log(before))
        for offset in changed:
            if offset not in HEADERS and offset not in log and offset not in wanted:
                return f"the sector at {offset} was changed"
        return None


def wrong_headers(wanted, image):
    """What is wrong with the headers after a replay: a verdict and a detail, or None. The current
    one has to be right; the second one should be (UPD-2)."""
    right = []
    for at in HEADERS:
        found = header(image, at)
        same = ("log_guid", "data_write_guid", "log_offset", "log_length")
        right.append(bool(found) and all(found[name] == wanted[name] for name in same)
                     and found["file_write_guid"] != wanted["file_write_guid_was"]
                     and found["sequence_number"] > int(wanted["sequence_number_was"]))
    if all(right):
        return None
    return ("unfinished", "one header is as before, UPD-2") if any(right) else (
        "wrong", "the headers are not those of an empty log")
