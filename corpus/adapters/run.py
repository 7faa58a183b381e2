#!/usr/bin/env python3
"""Holds a program of any kind against the conformance vectors. Standard library only; Linux.

    run.py --export './my-reader {image} {output}' CORPUS
    run.py --export 'qemu-img convert -f vhdx -O raw {image} {output}' --read-only CORPUS
    run.py --replay 'vhdx-log replay {image}' --limit-option '--max-size {bytes}' CORPUS

CORPUS is any folder with vectors in it: ID.json beside ID.vhdx.gz or ID.vhdx. --export writes the
disk as a guest sees it to {output}, or to standard output; --replay replays the file {image} in
place. ../README.md says what the verdicts mean. Exit codes: 0 nothing failed, 1 something failed,
2 wrong command line, 3 the probe failed: the commands are not what they should be.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import itertools
import json
import os
import pathlib
import shlex
import sys
import tempfile

import judge
import program

PASSED = {"pass", "may refuse", "unfinished"}


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path, metavar="CORPUS")
    parser.add_argument("--export", type=shlex.split, metavar="COMMAND")
    parser.add_argument("--replay", type=shlex.split, metavar="COMMAND")
    parser.add_argument("--read-only", action="store_true", help="--export opens the image for "
                        "reading only: it may refuse dirty files (RPL-5), and never changes them")
    parser.add_argument("--limit-option", type=shlex.split, metavar="OPTION",
                        help="sets the limit of the file size to {bytes}; without it the vectors "
                        "with max_file_size are skipped")
    parser.add_argument("--no-parents", action="store_true",
                        help="the program does not open differencing disks: skip them")
    parser.add_argument("--refused", type=int, action="append", metavar="CODE", default=[],
                        help="an exit code that means refused; default: any that is not 0, not "
                        "that of a usage error and not a crash")
    parser.add_argument("--crashed", type=int, action="append", metavar="CODE",
                        default=[101, 132, 134, 135, 136, 139],
                        help="an exit code that means crashed, besides signals (default: those of "
                        "Rust's panics and of a shell for a signal)")
    parser.add_argument("--timeout", type=float, default=60, metavar="SECONDS",
                        help="the limit for one image, 60 by default")
    parser.add_argument("--read-speed", type=int, metavar="MIB",
                        help="how fast this machine reads and checks a log, in MiB a second, to "
                        "judge the vectors with limit_ms; measured by default")
    parser.add_argument("--largest", type=int, default=1 << 30, metavar="BYTES",
                        help="skip larger disks when they are written to standard output")
    parser.add_argument("--no-probe", action="store_true",
                        help="go on with a program that fails the probe")
    parser.add_argument("--filter", default="*", metavar="GLOB", help="only vectors of these ids")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N",
                        help="how many images are tried at the same time")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each vector")
    options = parser.parse_args()
    if not options.export and not options.replay:
        parser.error("give --export, --replay or both")
    for command in (options.export, options.replay):
        if command and "{image}" not in " ".join(command):
            parser.error("a command needs {image}")
    return options


def vectors(options):
    """The vectors of the folder, each with the path of its image."""
    for path in sorted(options.corpus.rglob("*.json")):
        images = [path.with_name(path.stem + end) for end in (".vhdx.gz", ".vhdx")]
        image = next((image for image in images if image.exists()), None)
        if image:
            yield json.loads(path.read_text()), image


def skip(vector, way, options):
    """Why a vector does not judge this way of using the program, or None."""
    reasons = {reason for reading in vector["readings"] for reason in reading.get("reasons", [])}
    expects = {reading["expect"] for reading in vector["readings"]}
    guests = [reading["guest"] for reading in vector["readings"] if "guest" in reading]
    if vector["format"] not in (1, 2):
        return "a newer format"
    if vector.get("has_parent") and options.no_parents:
        return "a differencing disk"
    if "max_file_size" in vector and not options.limit_option:
        return "needs a limit of the file size"
    if way == "replay":
        return "for read-only programs" if vector["access"] == "read-only" else None
    if vector["access"] == "read-only" and not options.read_only:
        return "for read-only programs"
    if vector["needs"] == "file" or (expects == {"accept"} and not guests):
        return "judged by the file"
    if options.read_only and expects == {"refuse"} and reasons == {"HDR-13"}:
        return "only an open for writing has to refuse it"
    if "{output}" not in " ".join(options.export) and any(
            guest["size"] > options.largest for guest in guests):
        return "too large for standard output"
    return None


def run(vector, packed, way, tool, options):
    """The verdict on one vector, and a detail."""
    with tempfile.TemporaryDirectory() as folder:
        case = judge.Case(vector, packed, pathlib.Path(folder))
        command = options.export if way == "export" else options.replay
        if "max_file_size" in vector:
            command = command + [part.replace("{bytes}", vector["max_file_size"])
                                 for part in options.limit_option]
        allowed = case.allowed_seconds(options.read_speed) if "limit_ms" in vector else None
        did, seconds = tool.run(command, case.image, case.output, case.longest)
        if did not in ("accepted", "refused"):
            return did, ""
        if allowed and seconds > allowed:
            return "slow", f"it took {seconds:.1f} s and may take {allowed:.1f} s"
        return case.verdict(way, did, options.read_only and way == "export")


def main():
    options = arguments()
    tool = program.Program(options)
    found = list(vectors(options))
    if not found:
        sys.exit(f"run.py: no vector in {options.corpus}")
    ways = [way for way in ("replay", "export") if getattr(options, way)]
    for way in ways:
        problem = tool.probe(way, found, lambda *case: run(*case, way, tool, options))
        if problem:
            print(f"run.py: --{way}: {problem}", file=sys.stderr)
            if not options.no_probe:
                sys.exit(3)

    def one(case):
        (vector, packed), way = case
        reason = skip(vector, way, options)
        return ("skipped", reason) if reason else run(vector, packed, way, tool, options)

    counts = collections.Counter()
    found = [case for case in found if fnmatch.fnmatch(case[0]["id"], options.filter)]
    cases = [(case, way) for case in found for way in ways]
    timed = [case for case in cases if "limit_ms" in case[0][0]]
    cases = [case for case in cases if case not in timed]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as threads:
        # Where time counts, nothing else runs.
        results = itertools.chain(threads.map(one, cases), map(one, timed))
        for ((vector, _), way), (verdict, detail) in zip(cases + timed, results):
            counts[verdict] += 1
            if options.json:
                print(json.dumps({"id": vector["id"], "topic": vector["topic"], "way": way,
                                  "verdict": verdict, "detail": detail}), flush=True)
            elif verdict not in PASSED | {"skipped"}:
                print(f"{verdict}: {vector['id']} ({way}): {vector['title']}. {detail}", flush=True)
    summary = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    print(summary, file=sys.stderr if options.json else sys.stdout)
    sys.exit(any(verdict not in PASSED | {"skipped"} for verdict in counts))


if __name__ == "__main__":
    main()
