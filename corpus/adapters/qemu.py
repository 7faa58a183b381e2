"""An adapter for QEMU: one qemu-storage-daemon that opens image after image, asked through QMP.

    python3 qemu.py

The daemon opens the image, which replays its log when the image is opened for writing, and copies
the disk to the output. When it hangs, vhdx-log ends both, and starts this again."""
import json
import re
import subprocess
import sys

HELLO = {"type": "hello", "protocol": 1, "name": "qemu-storage-daemon",
         "homepage": "https://www.qemu.org", "shows_file": True, "shows_guest": True,
         "opens": "both"}
DAEMON = ["qemu-storage-daemon", "--chardev", "stdio,id=line", "--monitor", "chardev=line"]


class Refused(Exception):
    pass


class Daemon:
    def __init__(self):
        self.process = subprocess.Popen(DAEMON, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.read()  # The greeting.
        self.ask("qmp_capabilities")

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the daemon ended with {self.process.wait()}")
        return json.loads(line)

    def ask(self, command, **arguments):
        message = {"execute": command, "arguments": arguments}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        while True:
            answer = self.read()
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise Refused(answer["error"]["desc"])

    def node(self, name, driver, path, read_only):
        self.ask("blockdev-add", **{"node-name": name, "driver": driver, "read-only": read_only,
                                    "file": {"driver": "file", "filename": path}})

    def copy(self):
        """Copies the disk, and waits for the end of that."""
        self.ask("blockdev-backup", **{"job-id": "copy", "device": "image", "target": "output",
                                       "sync": "full", "auto-dismiss": False})
        while True:
            jobs = [job for job in self.ask("query-jobs") if job["status"] == "concluded"]
            if jobs:
                break
            self.read()  # An event: every change of a job is one.
        self.ask("job-dismiss", id="copy")
        if "error" in jobs[0]:
            raise Refused(jobs[0]["error"])

    def open(self, image, output, read_only):
        nodes = []
        try:
            self.node("image", "vhdx", image, read_only)
            nodes.append("image")
            found = self.ask("query-named-block-nodes", flat=True)
            size = next(node["image"]["virtual-size"] for node in found
                        if node["node-name"] == "image")
            with open(output, "wb") as file:
                file.truncate(size)
            self.node("output", "raw", output, False)
            nodes.append("output")
            self.copy()
        finally:
            for name in reversed(nodes):
                self.ask("blockdev-del", **{"node-name": name})


def main():
    said = subprocess.run([DAEMON[0], "--version"], capture_output=True, text=True).stdout
    HELLO["version"] = re.search(r"\d[\d.]*", said)[0]
    daemon = Daemon()
    for line in sys.stdin:
        question = json.loads(line)
        if question["type"] == "bye":
            return
        reply = HELLO
        if question["type"] == "open":
            reply = {"type": "opened", "id": question["id"], "answer": "accepted"}
            try:
                daemon.open(question["image"], question["output"], question["access"] == "read-only")
            except Refused as refused:
                reply.update(answer="refused", message=str(refused))
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
