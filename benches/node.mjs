/** @file The module in Node: a process with one instance, which makes one dataset after another. */
import { fileURLToPath } from "node:url";
import { startPartner } from "./partner.mjs";
import { yaml } from "./job.mjs";

export const node = {
  label: "Node",
  /** @param {import("./job.mjs").Job} job */
  async open(job) {
    const partner = await startPartner(process.execPath, [fileURLToPath(new URL("node-partner.mjs", import.meta.url))]);
    let peakBytes = null;
    async function run(seed) {
      const { seconds, peakBytes: peak, summary } = await partner.ask(JSON.stringify(await yaml(job, seed)));
      peakBytes = peak;
      const { rows, file, statistics } = JSON.parse(summary);
      return { times: { "run in a warm instance": seconds }, rows, fileBytes: file.bytes, sha256: file.sha256, statistics };
    }
    return { warmUp: run, run, peakBytes: () => peakBytes, close: partner.close };
  },
};
