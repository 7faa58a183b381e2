"""Runs a program on one image, within a time limit, and tells from how it ends what it did:
accepted, refused, crashed, hung, or did not understand its command line (usage error). Says how
long it took."""
import contextlib
import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import time


def end_group(process):
    """Ends the program and every process that it started and that is still in its group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Program:
    def __init__(self, options):
        self.options = options
        self.usage_codes = set()

    def run(self, command, image, output, longest):
        """What the program did, and in how many seconds. It may write files of `longest` bytes, and
        its standard output goes to `output` unless the command names that."""
        names = {"{image}": str(image), "{output}": str(output)}
        for name, path in names.items():
            command = [part.replace(name, path) for part in command]
        with contextlib.ExitStack() as files:
            elsewhere = files.enter_context(tempfile.TemporaryFile())
            is_named = any(str(output) in part for part in command)
            stdout = elsewhere if is_named else files.enter_context(open(output, "wb"))
            begun = time.monotonic()
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=elsewhere,
                start_new_session=True, cwd=pathlib.Path(output).parent)
            try:
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (longest, longest))
                code = process.wait(self.options.timeout)
                return self.meaning(code), time.monotonic() - begun
            except subprocess.TimeoutExpired:
                return "hung", self.options.timeout
            finally:
                end_group(process)

    def meaning(self, code):
        if code == 0:
            return "accepted"
        if code < 0 or code in self.options.crashed:
            return "crashed"
        if code in (self.options.refused or [code]) and code not in self.usage_codes:
            return "refused"
        return "usage error"

    def probe(self, way, vectors, run):
        """What is wrong with a command, or None: it accepts a plain image with the right contents,
        and refuses a file of zeros. Learns the exit codes of usage errors on the way."""
        command = getattr(self.options, way)
        with tempfile.TemporaryDirectory() as folder:
            zeros, output = pathlib.Path(folder, "zeros.vhdx"), pathlib.Path(folder, "output")
            zeros.write_bytes(bytes(8 << 20))
            codes = {}
            for name, tried, image in (
                    ("zeros", command, zeros),
                    ("option", command + ["--no-such-option-of-any-program"], zeros),
                    ("missing", command, pathlib.Path(folder, "missing.vhdx"))):
                codes[name] = self.code(tried, image, output)
        if codes["zeros"] is None:
            return "it does not end with a file of zeros"
        if codes["zeros"] == 0:
            return "it accepts a file of zeros, so its exit code says nothing about an image"
        if self.meaning(codes["zeros"]) != "refused":
            return f"it does not refuse a file of zeros but ends with {codes['zeros']}"
        # Where the codes are the same, as in qemu-img, they cannot be told apart.
        self.usage_codes |= {codes["option"], codes["missing"]} - {0, None, codes["zeros"]}
        plain = [(vector, packed) for vector, packed in vectors if is_plain(vector)]
        verdicts = []
        for case in plain[:8]:
            verdicts.append(run(*case)[0])
            if verdicts[-1] in ("pass", "unfinished"):
                return None
        if not plain:
            return "there is no plain image among the vectors to try it with"
        return f"it does not accept a plain, clean image: {', '.join(sorted(set(verdicts)))}"

    def code(self, command, image, output):
        """The exit code, or a signal's negative number; None when it hangs."""
        seen = []
        told = Program(self.options)
        told.meaning = lambda code: seen.append(code)
        told.run(command, image, output, 1 << 30)
        return seen[0] if seen else None


def is_plain(vector):
    """Whether a program that knows nothing about logs opens the image too."""
    readings = vector["readings"]
    return (len(readings) == 1 and readings[0].get("log") == "empty" and "guest" in readings[0]
            and vector["access"] == "replay" and vector["strength"] == "must"
            and "sha256" in readings[0]["guest"] and "max_file_size" not in vector)
