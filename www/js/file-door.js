/** @file The way to the panel that checks a file, whose code is loaded when it is opened or a file is dropped on the page. */

import { byId } from "./dom.js";
import { startWorker } from "./own-worker.js";

/**
 * The panel, closed.
 * @param {() => string} yaml The configuration whose limits hold.
 * @param {import("./file-check.js").FileCharts} charts
 */
export function createFileDoor(yaml, charts) {
  const panel = byId("file-check", HTMLDetailsElement);
  /** @type {Promise<ReturnType<typeof import("./file-check.js").createFileCheck>> | null} */
  let code = null;

  function load() {
    code ??= import("./file-check.js").then(({ createFileCheck }) => createFileCheck({ yaml, startWorker, charts }));
    // To open it again is to try again.
    code.catch(() => (code = null));
    return code;
  }
  panel.addEventListener("toggle", () => panel.open && load());

  // Wherever a file is dropped that nothing else takes, it is for this panel, once that is there: the browser would
  // leave the page for it.
  /** @param {DragEvent} event */
  const isFile = (event) => !event.defaultPrevented && event.dataTransfer?.types.includes("Files") === true && panel.checkVisibility();
  document.addEventListener("dragover", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    byId("file-drop", HTMLElement).classList.add("is-over");
  });
  for (const kind of ["dragleave", "drop"]) {
    document.addEventListener(kind, () => byId("file-drop", HTMLElement).classList.remove("is-over"));
  }
  document.addEventListener("drop", async (event) => {
    const file = isFile(event) ? event.dataTransfer?.files[0] : undefined;
    if (!file) return;
    event.preventDefault();
    panel.open = true;
    (await load()).take(file);
    panel.scrollIntoView({ block: "start" });
  });
}
