/** @file The worker: runs one job after another, and sends what it makes as it makes it. */

import init, { CsvExport, Generation } from "../fleetsynth.js";

/** @typedef {import("../fleetsynth.js").Progress} Progress */
/** @typedef {import("../fleetsynth.js").Outcome} Outcome */
/** @typedef {{ kind: "generate" | "csv", yaml: string }} Job */
/**
 * What the worker is told: first the module, then jobs.
 * @typedef {{ module: WebAssembly.Module } | { id: number, job: Job }} Order
 */
/**
 * What it answers. Everything but `done` and `failed` comes any number of times.
 * @typedef {{ id: number } & (
 *   { type: "progress", progress: Progress } |
 *   { type: "bytes", bytes: Uint8Array<ArrayBuffer> } |
 *   { type: "done", outcome: Outcome | null } |
 *   { type: "failed", text: string, panic: string | null })} Answer
 */

/** @type {Promise<unknown> | undefined} */
let ready;

addEventListener("message", async ({ data }) => {
  const order = /** @type {Order} */ (data);
  if ("module" in order) {
    // A failure shows when the first job waits for it.
    ready = init({ module_or_path: order.module });
    ready.catch(() => {});
    return;
  }
  const { id, job } = order;
  try {
    await ready;
    const outcome = job.kind === "csv" ? writeCsv(id, job.yaml) : generate(id, job.yaml);
    answer({ id, type: "done", outcome });
  } catch (error) {
    // What the panic hook has left, when it was one.
    const panic = /** @type {{ fleetsynthPanic?: string }} */ (globalThis).fleetsynthPanic ?? null;
    answer({ id, type: "failed", text: error instanceof Error ? `${error.name}: ${error.message}` : String(error), panic });
  }
});

/** @param {number} id @param {string} yaml */
function generate(id, yaml) {
  const started = performance.now();
  const generation = new Generation(yaml);
  work(id, generation, started);
  const { lastBytes, ...outcome } = generation.finish(performance.now() - started);
  send(id, lastBytes);
  return outcome;
}

/** @param {number} id @param {string} yaml */
function writeCsv(id, yaml) {
  const csv = new CsvExport(yaml);
  work(id, csv, performance.now());
  csv.free();
  return null;
}

/**
 * All steps of a job: reports each, and sends on what it has written.
 * @param {number} id
 * @param {Generation | CsvExport} steps
 * @param {number} started
 */
function work(id, steps, started) {
  for (let done = false; !done; ) {
    const progress = steps.step(performance.now() - started);
    done = progress.done;
    send(id, steps.take());
    answer({ id, type: "progress", progress });
  }
}

/**
 * @param {number} id
 * @param {Uint8Array} bytes
 */
function send(id, bytes) {
  // A copy of its own, made by the generated code: handed over, not copied again.
  const owned = /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
  if (owned.length > 0) answer({ id, type: "bytes", bytes: owned }, [owned.buffer]);
}

/**
 * @param {Answer} message
 * @param {Transferable[]} [transfer]
 */
function answer(message, transfer = []) {
  /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis)).postMessage(message, transfer);
}
