/** @file The worker that reads a file of the user's: looks at it, then checks it, and writes the validated copy. */

import init, { copyPlace, fileProgress, lookAt, validateFile } from "../fleetsynth_validate.js";
import { describeError } from "./errors.js";
import { openFileSink, pageSink } from "./sink.js";
import { compile } from "./wasm.js";

/** @typedef {import("../fleetsynth_validate.js").ColumnChoice} ColumnChoice */
/** @typedef {import("../fleetsynth_validate.js").FileLook} FileLook */
/** @typedef {import("../fleetsynth_validate.js").FileOutcome} FileOutcome */
/** @typedef {import("../fleetsynth_validate.js").FileProgress} FileProgress */
/**
 * What it is told. `folder` is the name of one that a file may be put in.
 * @typedef {{ kind: "look", file: File, yaml: string } |
 *   { kind: "check", file: File, yaml: string, columns: ColumnChoice[], folder: string | null }} Order
 */
/**
 * What it answers. `progress` and `bytes` come any number of times.
 * @typedef {{ type: "looked", look: FileLook } | { type: "progress", progress: FileProgress } |
 *   { type: "bytes", bytes: Uint8Array<ArrayBuffer> } | { type: "done", outcome: FileOutcome, copy: File | null } |
 *   { type: "failed" } & import("./errors.js").Described} Answer
 */

/** Progress is told no more often, milliseconds. */
const TELL = 50;

const ready = compile("fleetsynth_validate_bg.wasm").then((module) => init({ module_or_path: module }));
// A failure shows when the first order waits for it.
ready.catch(() => {});

addEventListener("message", async ({ data }) => {
  const order = /** @type {Order} */ (data);
  try {
    await ready;
    if (order.kind === "look") answer({ type: "looked", look: lookAt(order.file, order.yaml) });
    else await check(order);
  } catch (error) {
    answer({ type: "failed", ...describeError(error) });
  }
});

/** @param {Extract<Order, { kind: "check" }>} order */
async function check({ file, yaml, columns, folder }) {
  const { toFile, writeBytes } = copyPlace(file.size);
  const sink = (folder !== null && toFile && (await openFileSink(folder, "validated", writeBytes))) ||
    pageSink((bytes) => answer({ type: "bytes", bytes }, [bytes.buffer]));
  const started = performance.now();
  let told = started;
  try {
    const outcome = validateFile(file, yaml, columns, sink.write, (share) => {
      const now = performance.now();
      if (now - told < TELL) return;
      told = now;
      answer({ type: "progress", progress: fileProgress(share, now - started) });
    });
    answer({ type: "done", outcome, copy: await sink.finish() }, outcome.charts ? [outcome.charts.buffer] : []);
  } catch (error) {
    sink.abandon();
    throw error;
  }
}

/**
 * @param {Answer} message
 * @param {Transferable[]} [transfer]
 */
function answer(message, transfer = []) {
  /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis)).postMessage(message, transfer);
}
