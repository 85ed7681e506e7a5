/** @file One of the pool's workers: makes the row groups that it is told to, in any order. */

import init, { CsvMaker, Maker } from "../fleetsynth.js";
import { gzip, owned } from "./bytes.js";
import { describeError } from "./errors.js";

/** @typedef {import("./worker.js").Job["kind"]} Kind */
/**
 * What it is told: first what to work on, then groups, at last to end.
 * @typedef {{ module: WebAssembly.Module, kind: Kind, yaml: string } | { group: number } | "finish"} Order
 */
/** @typedef {{ body: Uint8Array<ArrayBuffer>, head?: Uint8Array<ArrayBuffer> }} Part A row group; CSV has no head. */
/**
 * What it answers.
 * @typedef {{ type: "part", group: number, part: Part } | { type: "seen", seen: Uint8Array<ArrayBuffer> } |
 *   { type: "failed" } & import("./errors.js").Described} Answer
 */
/** @typedef {{ make: (group: number) => Part | Promise<Part>, finish: () => Uint8Array<ArrayBuffer> }} Work */

/** @type {Promise<Work>} */
let work;

addEventListener("message", async ({ data }) => {
  const order = /** @type {Order} */ (data);
  try {
    if (order === "finish") {
      const seen = (await work).finish();
      answer({ type: "seen", seen }, [seen]);
    } else if ("group" in order) {
      const part = await (await work).make(order.group);
      answer({ type: "part", group: order.group, part }, Object.values(part));
    } else {
      work = begin(order.module, order.kind, order.yaml);
      await work;
    }
  } catch (error) {
    answer({ type: "failed", ...describeError(error) });
  }
});

/**
 * @param {WebAssembly.Module} module
 * @param {Kind} kind
 * @param {string} yaml
 * @returns {Promise<Work>}
 */
async function begin(module, kind, yaml) {
  await init({ module_or_path: module });
  if (kind === "generate") return new Maker(yaml);
  const csv = new CsvMaker(yaml);
  const pack = kind === "csv-gz" ? gzip : (/** @type {Uint8Array<ArrayBuffer>} */ text) => text;
  return {
    make: async (group) => ({ body: await pack(owned(csv.make(group))) }),
    // The rows have told all that there is to tell.
    finish: () => new Uint8Array(),
  };
}

/**
 * @param {Answer} message
 * @param {Uint8Array<ArrayBuffer>[]} [handedOver]
 */
function answer(message, handedOver = []) {
  const transfer = handedOver.map(({ buffer }) => buffer);
  /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis)).postMessage(message, transfer);
}
