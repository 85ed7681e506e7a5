/** @file The same job in other tools, each in a Python process of its own. */
import { fileURLToPath } from "node:url";
import { startPartner } from "./partner.mjs";

/** @param {string} engine @param {string} label */
export function peer(engine, label) {
  const script = fileURLToPath(new URL("peers.py", import.meta.url));
  return {
    label,
    isPeer: true,
    /** @param {import("./job.mjs").Job} job @param {string} folder */
    async open({ servers, start, end }, folder) {
      const options = ["--servers", `${servers}`, "--start", start, "--end", end, "--out", folder];
      const partner = await startPartner(process.env.FLEETSYNTH_PYTHON ?? "python3", ["-B", script, engine, ...options]);
      let peakBytes = null;
      async function run(seed) {
        const { seconds, stages, rows, fileBytes, peakBytes: peak, summary } = await partner.ask(seed);
        peakBytes = peak;
        return { times: { "in process, imports excluded": seconds }, stages, rows, fileBytes, statistics: summary.statistics };
      }
      return { warmUp: run, run, peakBytes: () => peakBytes, close: partner.close, versions: partner.greeting.versions };
    },
  };
}
