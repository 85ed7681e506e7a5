/** @file Has a worker look at a file and check it: one worker a file, which ends with it, so that its memory is free again. */

import { WorkerFailure } from "./errors.js";
import { Source, claimFolder } from "./storage.js";

/** @typedef {import("./file-worker.js").Answer} Answer */
/** @typedef {import("./file-worker.js").ColumnChoice} ColumnChoice */
/** @typedef {import("./file-worker.js").FileLook} FileLook */
/** @typedef {import("./file-worker.js").FileOutcome} FileOutcome */
/** @typedef {import("./file-worker.js").FileProgress} FileProgress */
/** @typedef {import("./file-worker.js").Order} Order */

/**
 * @param {File} file
 * @param {(script: string, name: string) => Worker} startWorker
 */
export function openFile(file, startWorker) {
  /** @type {Worker | null} */
  let worker = null;
  /** Ends what is going. @type {() => void} */
  let stop = () => {};

  function end() {
    worker?.terminate();
    worker = null;
  }

  /**
   * Gives an order and waits for the answer that ends it.
   * @template {Answer["type"]} K
   * @param {Order} order
   * @param {K} last
   * @param {(answer: Answer) => void} [onAnswer] Called with every other answer.
   * @returns {Promise<Extract<Answer, { type: K }> | null>} Nothing when it was cancelled.
   */
  async function ask(order, last, onAnswer = () => {}) {
    const asked = (worker ??= startWorker("file-worker.js", "fleetsynth-file"));
    const over = new AbortController();
    const options = { signal: over.signal };
    try {
      return await new Promise((resolve, reject) => {
        stop = () => {
          end();
          resolve(null);
        };
        asked.addEventListener("error", (event) => {
          event.preventDefault();
          reject(new WorkerFailure(event.message ?? ""));
        }, options);
        asked.addEventListener("messageerror", () => reject(new WorkerFailure("messageerror")), options);
        asked.addEventListener("message", ({ data }) => {
          const answer = /** @type {Answer} */ (data);
          if (answer.type === "failed") reject(new WorkerFailure(answer.text, answer.panic));
          else if (answer.type === last) resolve(/** @type {Extract<Answer, { type: K }>} */ (answer));
          else onAnswer(answer);
        }, options);
        asked.postMessage(order);
      });
    } catch (error) {
      end();
      throw error;
    } finally {
      over.abort();
      stop = () => {};
    }
  }

  return {
    /**
     * What it has for columns; nothing when that was cancelled.
     * @param {string} yaml The configuration that says which ours are.
     * @returns {Promise<FileLook | null>}
     */
    async look(yaml) {
      return (await ask({ kind: "look", file, yaml }, "looked"))?.look ?? null;
    },

    /**
     * Checks it. Nothing when that was cancelled.
     * @param {string} yaml The configuration whose limits hold.
     * @param {ColumnChoice[]} columns
     * @param {(progress: FileProgress) => void} onProgress
     * @returns {Promise<{ outcome: FileOutcome, copy: Source } | null>}
     */
    async check(yaml, columns, onProgress) {
      /** @type {Blob[]} */
      const parts = [];
      const folder = await claimFolder();
      try {
        const done = await ask({ kind: "check", file, yaml, columns, folder: folder?.id ?? null }, "done", (answer) => {
          if (answer.type === "progress") onProgress(answer.progress);
          if (answer.type === "bytes") parts.push(new Blob([answer.bytes]));
        });
        if (done === null) {
          folder?.discard();
          return null;
        }
        const { outcome, copy } = done;
        if (copy) return { outcome, copy: new Source(copy, folder?.discard) };
        folder?.release();
        return { outcome, copy: new Source(new Blob(parts)) };
      } catch (error) {
        folder?.discard();
        throw error;
      } finally {
        end();
      }
    },

    /** Ends whatever is going, at once. */
    cancel: () => stop(),

    /** The file is no longer wanted. */
    close() {
      stop();
      end();
    },
  };
}
