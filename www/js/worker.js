/**
 * @file The worker that the page talks to: does one job after another, alone or with a pool of makers,
 * and writes what is made to a file, or sends it on as it comes.
 */

import init, { Assembly, CsvExport, CsvTally, Generation, SideFile, arrange } from "../fleetsynth.js";
import { gzip, owned } from "./bytes.js";
import { describeError } from "./errors.js";
import { Pool } from "./pool.js";
import { openFileSink, pageSink } from "./sink.js";
import { freeBytes } from "./storage.js";

/** @typedef {import("../fleetsynth.js").Progress} Progress */
/** @typedef {import("../fleetsynth.js").Outcome} Outcome */
/** @typedef {import("./sink.js").Sink} Sink */
/** @typedef {{ kind: "generate" | "csv" | "csv-gz" | "truth" | "clean" | "daily-p95", yaml: string }} Job */
/** @typedef {ReturnType<typeof arrange>} Arrangement */
/**
 * What the worker is told: first the module, then jobs. `cores` may be used; `folder` is the name of
 * one that a file may be put in.
 * @typedef {{ module: WebAssembly.Module, cores: number } | { id: number, job: Job, folder: string | null }} Order
 */
/**
 * What it answers. Everything but `done` and `failed` comes any number of times.
 * @typedef {{ id: number } & (
 *   { type: "progress", progress: Progress } |
 *   { type: "bytes", bytes: Uint8Array<ArrayBuffer> } |
 *   { type: "done", outcome: Outcome | null, file: File | null } |
 *   { type: "failed" } & import("./errors.js").Described)} Answer
 */
/**
 * A job under way.
 * @typedef {object} Going
 * @property {Job} job
 * @property {Arrangement} how
 * @property {Sink} sink
 * @property {(progress: Progress) => void} report
 * @property {() => number} elapsed Milliseconds since the job began.
 */

/** @type {WebAssembly.Module} */
let module;
let cores = 1;
/** @type {Promise<unknown> | undefined} */
let ready;

addEventListener("message", async ({ data }) => {
  const order = /** @type {Order} */ (data);
  if ("module" in order) {
    ({ module, cores } = order);
    // A failure shows when the first job waits for it.
    ready = init({ module_or_path: module });
    ready.catch(() => {});
    return;
  }
  const { id, job, folder } = order;
  try {
    await ready;
    const started = performance.now();
    const { how, sink } = await prepare(job, folder, (bytes) => answer({ id, type: "bytes", bytes }, [bytes.buffer]));
    const report = (/** @type {Progress} */ progress) => answer({ id, type: "progress", progress });
    try {
      const outcome = await work({ job, how, sink, report, elapsed: () => performance.now() - started });
      answer({ id, type: "done", outcome, file: await sink.finish() });
    } catch (error) {
      sink.abandon();
      throw error;
    }
  } catch (error) {
    answer({ id, type: "failed", ...describeError(error) });
  }
});

/**
 * How a job is to be done, and where its bytes go. Nothing is asked of the file storage for a job
 * that doesn't need it: that would take longer than a small job.
 * @param {Job} job
 * @param {string | null} folder
 * @param {(bytes: Uint8Array<ArrayBuffer>) => void} send
 * @returns {Promise<{ how: Arrangement, sink: Sink }>}
 */
async function prepare({ kind, yaml }, folder, send) {
  const task = kind === "csv-gz" ? "csv" : kind;
  let how = arrange(yaml, task, cores, folder !== null, undefined);
  if (folder !== null && how.toFile) {
    how = arrange(yaml, task, cores, true, await freeBytes());
    // Whether there is storage only shows when it is used.
    const sink = how.toFile && (await openFileSink(folder, kind, how.writeBytes));
    if (sink) return { how, sink };
    how = arrange(yaml, task, cores, false, undefined);
  }
  return { how, sink: pageSink(send) };
}

/**
 * @param {Going} going
 * @returns {Promise<Outcome | null>}
 */
async function work(going) {
  const { job, how } = going;
  if (job.kind === "truth") return writeSteps(going, SideFile.truth(job.yaml));
  if (job.kind === "daily-p95") return writeSteps(going, SideFile.dailyP95(job.yaml));
  if (job.kind === "clean") return generate(going, Generation.clean(job.yaml)).then(() => null);
  if (how.workers === 0) return job.kind === "generate" ? generate(going, new Generation(job.yaml)) : writeSteps(going, new CsvExport(job.yaml));
  const pool = new Pool({ module, kind: job.kind, yaml: job.yaml }, how.workers);
  try {
    return await (job.kind === "generate" ? assemble(pool, going) : gatherCsv(pool, going));
  } finally {
    pool.end();
  }
}

/** @param {Going} going @param {Generation} generation */
async function generate({ sink, report, elapsed }, generation) {
  for (let done = false; !done; ) {
    const progress = generation.step(elapsed());
    done = progress.done;
    sink.write(owned(generation.take()));
    report(progress);
  }
  const { lastBytes, ...outcome } = generation.finish(elapsed());
  sink.write(lastBytes);
  return outcome;
}

/** @param {Going} going @param {CsvExport | SideFile} file */
async function writeSteps({ job, sink, report, elapsed }, file) {
  for (let done = false; !done; ) {
    const progress = file.step(elapsed());
    done = progress.done;
    const part = owned(file.take());
    sink.write(job.kind === "csv-gz" ? await gzip(part) : part);
    report(progress);
  }
  file.free();
  return null;
}

/** @param {Pool} pool @param {Going} going */
async function assemble(pool, { job, how, sink, report, elapsed }) {
  const assembly = new Assembly(job.yaml);
  sink.write(owned(assembly.begin()));
  await pool.make(how.groups, how.window, ({ head, body }) => {
    const progress = assembly.append(/** @type {Uint8Array} */ (head), body, elapsed());
    sink.write(body);
    report(progress);
  });
  for (const seen of await pool.finish()) assembly.merge(seen);
  const { lastBytes, ...outcome } = assembly.finish(elapsed());
  sink.write(lastBytes);
  return outcome;
}

/** @param {Pool} pool @param {Going} going */
async function gatherCsv(pool, { job, how, sink, report, elapsed }) {
  const tally = new CsvTally(job.yaml);
  await pool.make(how.groups, how.window, ({ body }, group) => {
    sink.write(body);
    report(tally.add(group, elapsed()));
  });
  tally.free();
  return null;
}

/**
 * @param {Answer} message
 * @param {Transferable[]} [transfer]
 */
function answer(message, transfer = []) {
  /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis)).postMessage(message, transfer);
}
