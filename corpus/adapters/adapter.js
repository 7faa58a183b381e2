// An adapter in JavaScript: vhdx-log asks about one image after the other, in JSON lines.
//
//     node adapter.js COMMAND ... {image} ... {output} ...
//
// Put your library into `openImage`. As it is here, it runs a command that writes the disk of
// {image} to {output}, and ends with 0, or with 1 for an image that it refuses. The messages are in
// adapter.schema.json; nothing but answers goes to standard output.
"use strict";

const { spawnSync } = require("node:child_process");
const readline = require("node:readline");

const HELLO = {
  type: "hello", protocol: 1, name: "adapter.js", version: "1", shows_guest: true,
  opens: "for-reading",
};

// What the program does with an image: an answer, and a message.
function openImage({ image, output }) {
  const names = { "{image}": image, "{output}": output };
  const [program, ...words] = process.argv.slice(2).map((word) => names[word] ?? word);
  const run = spawnSync(program, words, { stdio: ["ignore", "ignore", "pipe"] });
  const message = run.stderr.toString().trim().slice(-1000);
  if (run.status !== 0 && run.status !== 1) {
    // Not an answer. The adapter ends, and is started again.
    console.error(`the program ended with ${run.status ?? run.signal}: ${message}`);
    process.exit(70);
  }
  return { answer: run.status === 0 ? "accepted" : "refused", message };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const question = JSON.parse(line);
  if (question.type === "bye") process.exit(0);
  const reply = question.type === "hello"
    ? HELLO
    : { type: "opened", id: question.id, ...openImage(question) };
  process.stdout.write(`${JSON.stringify(reply)}\n`);
});
