/** @file A process that answers each line with a line of JSON, and stays warm in between. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Starts it and waits for its first line.
 * @param {string} program @param {string[]} args
 */
export async function startPartner(program, args) {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function answer() {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${program} ${args.join(" ")} ended:\n${complaints}`);
    return JSON.parse(value);
  }

  const greeting = await answer();
  return {
    greeting,
    /** @param {string | number} line */
    ask(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}
