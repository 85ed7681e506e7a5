/** @file Several workers that make the row groups of one job, and the order in which these come back. */

import { WorkerFailure } from "./errors.js";
import { startWorker } from "./own-worker.js";

/** @typedef {import("./maker.js").Answer} Answer */
/** @typedef {import("./maker.js").Order} Order */
/** @typedef {import("./maker.js").Part} Part */
/** @typedef {{ worker: Worker, going: number }} Maker `going`: how many groups it has to make. */

/** Groups that a maker has at a time: one in work, and one so that it needn't wait for the next. */
const AHEAD = 2;

export class Pool {
  /** @type {Maker[]} */
  #makers = [];
  /** @type {(answer: Answer, maker: Maker) => void} */
  #onAnswer = () => {};
  /** Never fulfilled: rejected by the first maker that fails.
   * @type {Promise<never>} */
  #failed;

  /**
   * Starts the makers.
   * @param {Exclude<Order, "finish" | { group: number }>} task
   * @param {number} workers
   */
  constructor(task, workers) {
    this.#failed = new Promise((_, reject) => {
      for (let number = 1; number <= workers; number++) this.#makers.push(this.#start(task, number, reject));
    });
    this.#failed.catch(() => {});
  }

  /**
   * @param {Order} task
   * @param {number} number
   * @param {(error: WorkerFailure) => void} fail
   */
  #start(task, number, fail) {
    const worker = startWorker("maker.js", `fleetsynth-${number}`);
    const maker = { worker, going: 0 };
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      fail(new WorkerFailure(event.message ?? ""));
    });
    worker.addEventListener("messageerror", () => fail(new WorkerFailure("messageerror")));
    worker.addEventListener("message", ({ data }) => {
      const answer = /** @type {Answer} */ (data);
      if (answer.type === "failed") fail(new WorkerFailure(answer.text, answer.panic));
      else this.#onAnswer(answer, maker);
    });
    worker.postMessage(task);
    return maker;
  }

  /**
   * Has all groups made; takes each strictly in order.
   * @param {number} groups
   * @param {number} window At most so many are in work or waiting to be taken.
   * @param {(part: Part, group: number) => void} take
   */
  make(groups, window, take) {
    /** @type {Map<number, Part>} */
    const waiting = new Map();
    let ordered = 0;
    let taken = 0;

    /** Hands out what may be handed out, always to the maker that has the least to do. */
    const handOut = () => {
      while (ordered < groups && ordered - taken < window) {
        const maker = this.#makers.reduce((least, other) => (other.going < least.going ? other : least));
        if (maker.going >= AHEAD) return;
        maker.going++;
        maker.worker.postMessage({ group: ordered++ });
      }
    };
    const made = new Promise((resolve, reject) => {
      this.#onAnswer = (answer, maker) => {
        if (answer.type !== "part") return;
        try {
          maker.going--;
          waiting.set(answer.group, answer.part);
          // First of all the maker gets its next group: taking this one may need a while.
          handOut();
          for (let part; (part = waiting.get(taken)); handOut()) {
            waiting.delete(taken);
            take(part, taken++);
          }
          if (taken === groups) resolve(undefined);
        } catch (error) {
          reject(error);
        }
      };
      handOut();
    });
    return Promise.race([made, this.#failed]);
  }

  /** Ends the makers' work. Gives what each has seen. */
  finish() {
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const all = [];
    const finished = new Promise((/** @type {(all: Uint8Array<ArrayBuffer>[]) => void} */ resolve) => {
      this.#onAnswer = (answer) => {
        if (answer.type === "seen") all.push(answer.seen);
        if (all.length === this.#makers.length) resolve(all);
      };
      for (const { worker } of this.#makers) worker.postMessage("finish");
    });
    return Promise.race([finished, this.#failed]);
  }

  /** Ends the makers, whatever they do. */
  end() {
    for (const { worker } of this.#makers) worker.terminate();
  }
}
