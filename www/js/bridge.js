/**
 * @file The way to the worker: jobs wait their turn, the worker starts when it is needed, and
 * to abort is to end it, which answers at once whatever it was doing. The next job gets a fresh one.
 */

/** @typedef {import("./worker.js").Answer} Answer */
/** @typedef {import("./worker.js").Job} Job */
/** @typedef {import("../fleetsynth.js").Outcome} Outcome */
/** @typedef {{ signal: AbortSignal, onProgress: (progress: import("../fleetsynth.js").Progress) => void, onBytes: (bytes: Uint8Array<ArrayBuffer>) => void }} Listener */

/** How long the worker may be idle, milliseconds: WASM memory never shrinks, so a large run's goes with it. */
const IDLE = 30_000;

/** What ended a job, in the worker's words: the page makes a sentence of it. */
export class WorkerFailure extends Error {
  /**
   * @param {string} message
   * @param {string | null} panic
   */
  constructor(message, panic = null) {
    super(message);
    this.panic = panic;
  }
}

export class Bridge {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {Promise<unknown>} */
  #queue = Promise.resolve();
  #module;
  #jobs = 0;
  #idle = 0;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.#module = module;
  }

  /**
   * Runs a job when its turn comes. Rejects with the signal's reason when it was aborted,
   * with a {@link WorkerFailure} when the worker could not do it.
   * @param {Job} job
   * @param {Listener} listener
   * @returns {Promise<Outcome | null>}
   */
  run(job, listener) {
    const turn = this.#queue.then(() => this.#run(job, listener));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** @param {Job} job @param {Listener} listener */
  async #run(job, { signal, onProgress, onBytes }) {
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#jobs;
    // Ends the listening, however the job ends.
    const finished = new AbortController();
    try {
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
          else if (answer.type === "done") resolve(answer.outcome);
          else reject(new WorkerFailure(answer.text, answer.panic));
        }, options);
        worker.postMessage({ id, job });
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
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "fleetsynth" });
    worker.postMessage({ module: this.#module });
    return worker;
  }

  #end() {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
