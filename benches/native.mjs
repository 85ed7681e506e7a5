/** @file The command line: a process per run, from its start to its end. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { CONFIG, ROOT, settings } from "./job.mjs";
import { peakOf } from "./memory.mjs";

const PROGRAM = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "release/fleetsynth");

/** @param {number} threads */
export function native(threads) {
  return {
    label: `native, ${threads} thread${threads === 1 ? "" : "s"}`,
    /** @param {import("./job.mjs").Job} job @param {string} folder */
    async open(job, folder) {
      /** @type {number | null} */
      let peakBytes = null;
      return {
        async warmUp(seed) {
          peakBytes = await watch(command(job, seed, folder, threads));
          return read(folder);
        },
        async run(seed) {
          const [program, ...args] = command(job, seed, folder, threads);
          const started = performance.now();
          const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
          const seconds = (performance.now() - started) / 1000;
          if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stderr}`);
          return { times: { process: seconds }, ...(await read(folder)) };
        },
        peakBytes: () => peakBytes,
        async close() {},
      };
    },
  };
}

function command(job, seed, folder, threads) {
  const sets = Object.entries(settings(job, seed)).flatMap(([key, value]) => ["--set", `data_generation.${key}=${value}`]);
  return [PROGRAM, "generate", "--config", CONFIG, "--quiet", "--out", folder, "--threads", `${threads}`, ...sets];
}

/** Runs a command and reads its peak memory again and again until it ends: a run that isn't timed. */
async function watch([program, ...args]) {
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  let peak = null;
  while (child.exitCode === null && child.signalCode === null) {
    peak = (child.pid && peakOf(child.pid)) || peak;
    await new Promise(setImmediate);
  }
  const [status] = await ended;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}.`);
  return peak;
}

async function read(folder) {
  const name = (await readdir(folder)).find((file) => file.endsWith("_summary.json"));
  const { rows, file, statistics } = JSON.parse(await readFile(join(folder, name), "utf8"));
  return { rows, fileBytes: file.bytes, sha256: file.sha256, path: join(folder, file.name), statistics };
}
