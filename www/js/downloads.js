/** @file The files of a dataset: their names and sizes, and the way to the user's disk. */

import { sizeText } from "../fleetsynth.js";
import { byId, create, icon, unseen } from "./dom.js";
import { eachFrame } from "./runner.js";
import { canSaveAs, pickPlace, saveTo } from "./save-as.js";

/** @typedef {import("../fleetsynth.js").FileInfo} FileInfo */
/** @typedef {import("../fleetsynth.js").Progress} Progress */
/** @typedef {import("./storage.js").Source} Source */

/** A blob's address is needed until its download has begun, milliseconds. */
const SAVING = 60_000;

/**
 * The list of downloads.
 * @param {object} options
 * @param {HTMLElement} [options.list] Where they are shown.
 * @param {(id: string, onProgress: (progress: Progress) => void) => Promise<Source | null>} options.make
 *   Makes a file that is only made on demand; null when it was not finished.
 * @param {() => void} options.cancel Ends that.
 * @param {(error: unknown) => void} options.onFailure Called when a file could not be saved.
 */
export function createDownloads({ list = byId("downloads", HTMLElement), make, cancel, onFailure }) {
  /** Those whose files are made on demand. @type {HTMLButtonElement[]} */
  let onDemand = [];
  /** What the files of the list lie in. @type {Source[]} */
  let sources = [];
  let busy = false;

  /** @param {FileInfo} file @param {Source | undefined} ready */
  function buildRow(file, ready) {
    const size = create("span", { class: "size" }, file.size);
    const button = create("button", { type: "button", class: "download", "data-file": file.id, title: `${file.title}: ${file.name}` },
      icon("download"),
      create("span", {}, create("strong", {}, file.label), create("small", {}, size), unseen(file.name)),
    );
    const row = create("li", {}, button);
    let source = ready;

    /** @param {Source} made */
    function keep(made) {
      source = made;
      sources.push(made);
      size.textContent = sizeText(made.blob.size);
      if (made.isFile && canSaveAs) row.append(buildSaveAs(file, made));
    }
    button.addEventListener("click", async () => {
      if (!source) {
        const made = await makeNow(file, button);
        if (!made) return;
        keep(made);
      }
      if (source) save(source, file);
    });
    if (ready) keep(ready);
    else {
      onDemand.push(button);
      button.disabled = busy;
    }
    return row;
  }

  /**
   * Makes a file, with its progress below the list.
   * @param {FileInfo} file
   * @param {HTMLElement} button
   */
  async function makeNow(file, button) {
    const state = showState(file, "rows written", cancel);
    const made = await make(file.id, (progress) => state.show(progress.share, progress.text));
    state.end(button);
    return made;
  }

  /** @param {FileInfo} file @param {Source} source */
  function buildSaveAs(file, source) {
    const button = create("button", { type: "button", class: "button small save-as", "data-save": file.id }, "Save as…", unseen(file.name));
    button.addEventListener("click", async () => {
      const place = await pickPlace(file.name);
      if (!place) return;
      const abort = new AbortController();
      const state = showState(file, "bytes saved", () => abort.abort());
      const total = sizeText(source.blob.size);
      button.disabled = true;
      try {
        await saveTo(place, source, abort.signal, eachFrame((bytes) => {
          state.show(bytes / source.blob.size, `${sizeText(bytes)} / ${total}`);
        }, abort.signal));
      } catch (error) {
        if (!abort.signal.aborted) onFailure(error);
      } finally {
        button.disabled = false;
        state.end(button);
      }
    });
    return button;
  }

  /**
   * Progress and a way out, below the list.
   * @param {FileInfo} file
   * @param {string} what
   * @param {() => void} onStop
   */
  function showState(file, what, onStop) {
    const bar = create("progress", { max: 1, value: 0, "aria-label": `${file.title}: ${what}` });
    const text = create("span");
    const stop = create("button", { type: "button", class: "button small" }, icon("cross"), "Cancel");
    const state = create("div", { class: "download-busy" }, create("strong", {}, file.label), text, stop, bar);
    stop.addEventListener("click", onStop);
    list.after(state);
    stop.focus();
    return {
      /** @param {number} share @param {string} words */
      show(share, words) {
        bar.value = share;
        text.textContent = words;
      },
      /** @param {HTMLElement} next What has the focus then. */
      end(next) {
        state.remove();
        next.focus();
      },
    };
  }

  return {
    /**
     * Offers these files instead of those before, which are not kept; one without a source is made on demand.
     * @param {FileInfo[]} files
     * @param {Record<string, Source>} ready By the file's id.
     */
    offer(files, ready) {
      for (const source of sources) source.discard();
      sources = [];
      onDemand = [];
      list.replaceChildren(...files.map((file) => buildRow(file, ready[file.id])));
    },
    /** @param {boolean} now Whether a job is going: no other file can be made meanwhile. */
    setBusy(now) {
      busy = now;
      for (const button of onDemand) button.disabled = now;
    },
  };
}

/**
 * The browser's own way of downloading. The bytes are not copied for it.
 * @param {Source} source
 * @param {FileInfo} file
 */
function save(source, { name, mediaType }) {
  const href = URL.createObjectURL(new Blob([source.blob], { type: mediaType }));
  const link = create("a", { href, download: name });
  link.click();
  source.keepFor(new Promise((begun) => setTimeout(begun, SAVING))).then(() => URL.revokeObjectURL(href));
}
