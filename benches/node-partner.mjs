/** @file Makes a dataset for each configuration on standard input, a JSON string per line; see node.mjs. */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Generation, initSync } from "../dist/fleetsynth.js";

initSync({ module: await readFile(new URL("../dist/fleetsynth_bg.wasm", import.meta.url)) });
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

answer({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const yaml = JSON.parse(line);
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const job = new Generation(yaml);
  const parts = [];
  for (let done = false; !done; ) {
    done = job.step(elapsed()).done;
    parts.push(job.take());
  }
  const { lastBytes, summaryJson } = job.finish(elapsed());
  parts.push(lastBytes);
  const seconds = elapsed() / 1000;
  const made = parts.reduce((sum, part) => sum + part.length, 0);
  if (made !== JSON.parse(summaryJson).file.bytes) throw new Error(`${made} bytes were taken out.`);
  answer({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024, summary: summaryJson });
}
