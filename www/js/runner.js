/** @file One run at a time: the buttons, the progress, and what ended it. */

import { failure as describeFailure } from "../fleetsynth.js";
import { byId } from "./dom.js";
import { describeError } from "./errors.js";
import { Source, claimFolder } from "./storage.js";

/** @typedef {import("./bridge.js").Bridge} Bridge */
/** @typedef {import("./worker.js").Job} Job */
/** @typedef {import("../fleetsynth.js").Progress} Progress */
/** @typedef {import("../fleetsynth.js").Outcome} Outcome */
/**
 * How a job ended: with what it wrote, with a failure, or aborted.
 * @typedef {{ outcome: Outcome | null, source: Source } | { failure: import("../fleetsynth.js").Failure } | "cancelled"} End
 */

/**
 * Runs jobs through the bridge, one at a time.
 * @param {Bridge} bridge
 * @param {ReturnType<typeof claimFolder>} folder Claimed ahead, so that no job waits for it.
 * @param {(job: Job["kind"] | null) => void} onBusy Called with the kind of job that is going now.
 */
export function createRunner(bridge, folder, onBusy) {
  /** @type {AbortController | null} */
  let current = null;
  /** Kept until a job has put something there. */
  let next = folder;

  addEventListener("beforeunload", (event) => {
    if (current) event.preventDefault();
  });

  return {
    isBusy: () => current !== null,

    /** Ends the job that is going: at once. */
    cancel: () => current?.abort(),

    /**
     * @param {Job} job
     * @param {(progress: Progress) => void} onProgress At most once a frame.
     * @returns {Promise<End>}
     */
    async run(job, onProgress) {
      if (current) throw new Error("A job is going already.");
      const abort = (current = new AbortController());
      // Parts are handed to the browser as they come: it may keep them outside the page's memory.
      /** @type {Blob[]} */
      const parts = [];
      const show = eachFrame(onProgress, abort.signal);
      onBusy(job.kind);
      const claimed = await next;
      try {
        const { outcome, file } = await bridge.run(job, claimed?.id ?? null, {
          signal: abort.signal,
          onProgress: show,
          onBytes: (bytes) => parts.push(new Blob([bytes])),
        });
        if (!file) return { outcome, source: new Source(new Blob(parts)) };
        next = claimFolder();
        return { outcome, source: new Source(file, claimed?.discard) };
      } catch (error) {
        // Behind what the user sees: the worker's end may take a while.
        claimed?.discard();
        next = claimFolder();
        if (abort.signal.aborted) return "cancelled";
        const { text, panic } = describeError(error);
        return { failure: describeFailure(text, panic ?? undefined) };
      } finally {
        current = null;
        abort.abort();
        onBusy(null);
      }
    },
  };
}

/** @typedef {ReturnType<typeof createRunner>} Runner */

/**
 * Calls with the latest value, at most once a frame, until the signal.
 * @template T
 * @param {(value: T) => void} call
 * @param {AbortSignal} until
 */
export function eachFrame(call, until) {
  /** @type {T | undefined} */
  let latest;
  return (/** @type {T} */ value) => {
    if (latest === undefined) {
      requestAnimationFrame(() => {
        if (latest !== undefined && !until.aborted) call(latest);
        latest = undefined;
      });
    }
    latest = value;
  };
}

/** How often progress is read out, milliseconds. */
const READ_OUT = 4000;

/**
 * Shows progress in the run bar and reads it out now and then.
 * @returns {(progress: Progress) => void}
 */
export function createProgress() {
  const bar = byId("progress", HTMLProgressElement);
  const text = byId("progress-text", HTMLElement);
  const announcer = byId("announcer", HTMLElement);
  let readOut = performance.now();
  return (progress) => {
    bar.value = progress.share;
    text.textContent = progress.text;
    if (performance.now() - readOut < READ_OUT) return;
    readOut = performance.now();
    announcer.textContent = progress.text;
  };
}
