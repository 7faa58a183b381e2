"""An adapter in Python: vhdx-log asks about one image after the other, in JSON lines.

    python3 adapter.py COMMAND ... {image} ... {output} ...

Put your library into `open_image`. As it is here, it runs a command that writes the disk of
{image} to {output}, and ends with 0, or with 1 for an image that it refuses. The messages are in
adapter.schema.json; nothing but answers goes to standard output."""
import json
import subprocess
import sys

HELLO = {"type": "hello", "protocol": 1, "name": "adapter.py", "version": "1", "shows_guest": True,
         "opens": "for-reading"}


def open_image(image, output):
    """What the program does with an image: an answer, and a message."""
    names = {"{image}": image, "{output}": output}
    command = [names.get(word, word) for word in sys.argv[1:]]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True, errors="replace")
    if run.returncode not in (0, 1):
        # Not an answer. The adapter ends as the program did, and is started again.
        sys.exit(f"the program ended with {run.returncode}: {run.stderr}")
    return "accepted" if run.returncode == 0 else "refused", run.stderr.strip()[-1000:]


def main():
    for line in sys.stdin:
        question = json.loads(line)
        if question["type"] == "hello":
            reply = HELLO
        elif question["type"] == "open":
            answer, message = open_image(question["image"], question["output"])
            reply = {"type": "opened", "id": question["id"], "answer": answer, "message": message}
        else:
            return
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
