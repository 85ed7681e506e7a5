/**
 * @file The way to the worker: jobs wait their turn, the worker starts when it is needed, and
 * to abort is to end it, which answers at once whatever it was doing. The next job gets a fresh one.
 */

import { WorkerFailure } from "./errors.js";
import { startWorker } from "./own-worker.js";

/** @typedef {import("./worker.js").Answer} Answer */
/** @typedef {import("./worker.js").Job} Job */
/** @typedef {import("../fleetsynth.js").Outcome} Outcome */
/** @typedef {{ outcome: Outcome | null, file: File | null }} Done */
/** @typedef {{ signal: AbortSignal, onProgress: (progress: import("../fleetsynth.js").Progress) => void, onBytes: (bytes: Uint8Array<ArrayBuffer>) => void }} Listener */

/** How long the worker may be idle, milliseconds: WASM memory never shrinks, so a large run's goes with it. */
const IDLE = 30_000;

export class Bridge {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {Promise<unknown>} */
  #queue = Promise.resolve();
  #module;
  #jobs = 0;
  #idle = 0;

  /** @param {Promise<WebAssembly.Module>} module What the first worker waits for, which is started at once. */
  constructor(module) {
    this.#module = module;
    try {
      this.#worker = this.#start();
      // One that doesn't come up is no failure yet: the first job starts another one, and tells.
      this.#worker.addEventListener("error", () => this.#jobs === 0 && this.#end(), { once: true });
    } catch {
      this.#worker = undefined;
    }
  }

  /**
   * Runs a job when its turn comes. Rejects with the signal's reason when it was aborted,
   * with a {@link WorkerFailure} when the worker could not do it.
   * @param {Job} job
   * @param {string | null} folder Where the worker may put a file.
   * @param {Listener} listener
   * @returns {Promise<Done>} With the file, if it has put one there.
   */
  run(job, folder, listener) {
    const turn = this.#queue.then(() => this.#run(job, folder, listener));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** @param {Job} job @param {string | null} folder @param {Listener} listener @returns {Promise<Done>} */
  async #run(job, folder, { signal, onProgress, onBytes }) {
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    const id = ++this.#jobs;
    // Ends the listening, however the job ends.
    const finished = new AbortController();
    try {
      const worker = (this.#worker ??= this.#start());
      return await new Promise((resolve, reject) => {
        const options = { signal: finished.signal };
        signal.addEventListener("abort", () => reject(signal.reason), options);
        worker.addEventListener("error", (event) => reject(new WorkerFailure(event.message ?? "")), options);
        worker.addEventListener("messageerror", () => reject(new WorkerFailure("messageerror")), options);
        worker.addEventListener("message", ({ data }) => {
          const answer = /** @type {Answer} */ (data);
          if (answer.id !== id) return;
          if (answer.type === "progress") onProgress(answer.progress);
          else if (answer.type === "bytes") onBytes(answer.bytes);
          else if (answer.type === "done") resolve(answer);
          else reject(new WorkerFailure(answer.text, answer.panic));
        }, options);
        // By then a worker that has just been started has the module.
        this.#module.then(() => worker.postMessage({ id, job, folder }), reject);
      });
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      finished.abort();
      this.#idle = setTimeout(() => this.#end(), IDLE);
    }
  }

  #start() {
    const worker = startWorker("worker.js", "fleetsynth");
    // Whoever waits for the module too learns that there is none.
    this.#module.then((module) => worker.postMessage({ module, cores: navigator.hardwareConcurrency }), () => {});
    return worker;
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
