/** @file Errors on their way from one worker to the next, and to the page. */

/** @typedef {{ text: string, panic: string | null }} Described What went wrong, and what a panic has left, when it was one. */

/** An error that a worker has described. */
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

/** Code that the page loads only when it needs it did not come. */
export class NotLoaded extends Error {}

/** @param {unknown} error @returns {never} */
export function notLoaded(error) {
  throw new NotLoaded(String(error));
}

/**
 * @param {unknown} error
 * @returns {Described}
 */
export function describeError(error) {
  // Another worker's words, and its panic, are passed on as they are.
  if (error instanceof WorkerFailure) return { text: error.message, panic: error.panic };
  // What the panic hook of this worker has left.
  const panic = /** @type {{ fleetsynthPanic?: string }} */ (globalThis).fleetsynthPanic ?? null;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { text, panic };
}
