"""Runs a command on a system that lacks something: `without.py WHAT[,WHAT] COMMAND ...`.

WHAT is `locks` (a file system without them, such as NFS without its lock daemon: ENOLCK),
`unnamed-files` (one without O_TMPFILE) or `copies` (one without clones and without
copy_file_range). The calls fail by a seccomp filter, which needs no privilege. Ends with 77 where
that cannot be done.
"""
import ctypes
import errno
import os
import platform
import struct
import sys

NAMES = ("open", "openat", "fcntl", "flock", "ioctl", "copy_file_range")
CALLS = {"x86_64": (2, 257, 72, 73, 16, 326), "aarch64": (None, 56, 25, 32, 29, 285)}
SKIPPED = 77

LOAD, EQUALS, AND, RETURN = 0x20, 0x15, 0x54, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
# Of fcntl: F_OFD_GETLK and F_OFD_SETLK differ in the lowest bit.
OFD_LOCKS = 36
# Of ioctl.
FICLONE = 0x40049409


def rules(what):
    """The calls that fail: a name, an argument, its mask and value, and the error."""
    return {
        "locks": [("flock", 0, 0, 0, errno.ENOLCK), ("fcntl", 1, ~1, OFD_LOCKS, errno.ENOLCK)],
        "unnamed-files": [("open", 1, os.O_TMPFILE, os.O_TMPFILE, errno.EOPNOTSUPP),
                          ("openat", 2, os.O_TMPFILE, os.O_TMPFILE, errno.EOPNOTSUPP)],
        "copies": [("ioctl", 1, ~0, FICLONE, errno.EOPNOTSUPP),
                   ("copy_file_range", 0, 0, 0, errno.ENOSYS)],
    }[what]


def program(what):
    numbers = dict(zip(NAMES, CALLS[platform.machine()]))
    steps = []
    for name, argument, mask, value, error in sum(map(rules, what.split(",")), []):
        if numbers[name] is None:
            continue
        steps += [
            (LOAD, 0, 0, 0),
            (EQUALS, 0, 4, numbers[name]),
            (LOAD, 0, 0, 16 + 8 * argument),
            (AND, 0, 0, mask & 0xFFFFFFFF),
            (EQUALS, 0, 1, value),
            (RETURN, 0, 0, FAIL | error),
        ]
    return b"".join(struct.pack("HBBI", *step) for step in steps + [(RETURN, 0, 0, ALLOW)])


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def main():
    if sys.platform != "linux" or platform.machine() not in CALLS:
        sys.exit(SKIPPED)
    steps = program(sys.argv[1])
    filter = Program(len(steps) // 8, steps)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    none = ctypes.c_ulong(0)
    if prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), none, none, none) or prctl(
            PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.byref(filter), none, none):
        sys.exit(SKIPPED)
    os.execvp(sys.argv[2], sys.argv[2:])


main()
