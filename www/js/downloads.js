/** @file The files of a dataset: their names and sizes, and the way to the user's disk. */

import { sizeText } from "../fleetsynth.js";
import { byId, create, icon, unseen } from "./dom.js";

/** @typedef {import("../fleetsynth.js").FileInfo} FileInfo */
/** @typedef {import("../fleetsynth.js").Progress} Progress */

/** A blob's address is needed until its download has begun, milliseconds. */
const SAVING = 60_000;

/**
 * The list of downloads.
 * @param {{ makeCsv: (onProgress: (progress: Progress) => void) => Promise<Blob | null>, cancel: () => void }} options
 *   `makeCsv` makes the one file that is only made on demand; null when it was not finished.
 */
export function createDownloads({ makeCsv, cancel }) {
  const list = byId("downloads", HTMLElement);
  /** @type {HTMLButtonElement | null} */
  let csvButton = null;
  let busy = false;

  /** @param {FileInfo} file @param {Blob | undefined} ready */
  function buildRow(file, ready) {
    const size = create("span", { class: "size" }, ready ? sizeText(ready.size) : file.size);
    const button = create("button", { type: "button", class: "download", "data-file": file.id, title: `${file.title}: ${file.name}` },
      icon("download"),
      create("span", {}, create("strong", {}, file.label), create("small", {}, size), unseen(file.name)),
    );
    let blob = ready;
    button.addEventListener("click", async () => {
      blob ??= await make(file, button);
      if (!blob) return;
      size.textContent = sizeText(blob.size);
      save(blob, file);
    });
    if (!ready) {
      csvButton = button;
      button.disabled = busy;
    }
    return create("li", {}, button);
  }

  /**
   * Makes a file, with its progress below the list.
   * @param {FileInfo} file
   * @param {HTMLElement} button
   */
  async function make(file, button) {
    const bar = create("progress", { max: 1, value: 0, "aria-label": `${file.title}: rows written` });
    const text = create("span");
    const stop = create("button", { type: "button", class: "button small" }, icon("cross"), "Cancel");
    const state = create("div", { class: "download-busy" }, create("strong", {}, file.label), text, stop, bar);
    stop.addEventListener("click", cancel);
    list.after(state);
    stop.focus();
    const blob = await makeCsv((progress) => {
      bar.value = progress.share;
      text.textContent = progress.text;
    });
    state.remove();
    button.focus();
    return blob ?? undefined;
  }

  return {
    /**
     * Offers these files; one without a blob is made on demand.
     * @param {FileInfo[]} files
     * @param {Record<string, Blob>} blobs By the file's id.
     */
    offer(files, blobs) {
      list.replaceChildren(...files.map((file) => buildRow(file, blobs[file.id])));
    },
    /** @param {boolean} now Whether a job is going: no other file can be made meanwhile. */
    setBusy(now) {
      busy = now;
      if (csvButton) csvButton.disabled = now;
    },
  };
}

/**
 * @param {Blob} blob
 * @param {FileInfo} file
 */
function save(blob, { name, mediaType }) {
  const href = URL.createObjectURL(new Blob([blob], { type: mediaType }));
  const link = create("a", { href, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), SAVING);
}
