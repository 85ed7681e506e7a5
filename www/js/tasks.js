/** @file Long work in short tasks, so that the page answers and paints in between. */

/** A frame that doesn't come, as in a window behind others, is not waited for longer, milliseconds. */
const LATE = 100;

/** Calls back in a task of its own: unlike a timer's it isn't held back in a tab that isn't seen. @param {() => void} call */
function post(call) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(null);
}

/**
 * Lets the browser do what has been waiting; what follows is a task of its own.
 * @returns {Promise<void>}
 */
export function nextTask() {
  const { scheduler } = /** @type {{ scheduler?: { yield?: () => Promise<void> } }} */ (/** @type {unknown} */ (globalThis));
  return scheduler?.yield?.() ?? new Promise(post);
}

/**
 * Lets the browser lay out and paint what has changed so far; what follows is a task of its own.
 * @returns {Promise<void>}
 */
export function nextFrame() {
  if (document.hidden) return nextTask();
  return new Promise((resolve) => {
    requestAnimationFrame(() => post(resolve));
    setTimeout(resolve, LATE);
  });
}
