/** @file The page: starts the module, then ties configuration, runs and results together. */

import init, { check, presets, saveFailure, showFailure } from "../fleetsynth.js";
import { Bridge } from "./bridge.js";
import { createConfig } from "./config.js";
import { createDownloads } from "./downloads.js";
import { byId } from "./dom.js";
import { createFileDoor } from "./file-door.js";
import { keepOffline } from "./offline.js";
import { createProgress, createRunner } from "./runner.js";
import { createResults } from "./results.js";
import { openedLink } from "./share-link.js";
import { Source, claimFolder, sweep } from "./storage.js";
import { nextFrame, nextTask } from "./tasks.js";
import { compileGenerator } from "./wasm.js";
import { watchTheme } from "./theme.js";
import { offerTour } from "./tour.js";
import { createUploadDoor } from "./upload-door.js";

/** @typedef {import("../fleetsynth.js").Check} Check */
/** @typedef {import("../fleetsynth.js").Failure} Failure */

try {
  // What there is to read at once is painted before the module, by far the largest file, takes the line and the processors.
  await nextFrame();
  const compiled = compileGenerator();
  // The worker starts meanwhile, and its first job's folder is claimed.
  const bridge = new Bridge(compiled);
  const folder = claimFolder();
  await init({ module_or_path: await compiled });
  // A trap leaves the page's instance unusable, wherever it was called from.
  window.addEventListener("error", ({ error }) => error instanceof WebAssembly.RuntimeError && showFatal(error));
  window.addEventListener("unhandledrejection", ({ reason }) => reason instanceof WebAssembly.RuntimeError && showFatal(reason));
  await startPage(bridge, folder);
} catch (error) {
  byId("workspace", HTMLElement).hidden = true;
  showFatal(error);
  throw error;
}

/** @param {unknown} error */
function showFatal(error) {
  byId("fatal", HTMLElement).hidden = false;
  byId("fatal-detail", HTMLElement).textContent = String(error);
}

/**
 * The first job goes to the worker before the rest of the page is built.
 * @param {Bridge} bridge
 * @param {ReturnType<typeof claimFolder>} folder
 */
async function startPage(bridge, folder) {
  const generate = byId("generate", HTMLButtonElement);
  const cancel = byId("cancel", HTMLButtonElement);
  const stale = byId("stale", HTMLElement);
  const announcer = byId("announcer", HTMLElement);
  /** What the results show: the text it was made from, and that configuration's fingerprint. */
  let shown = { yaml: "", configSha256: "", document: /** @type {[string, string]} */ (["", ""]) };
  /** How many runs were begun. */
  let runs = 0;
  /** @type {import("./config.js").Config | null} */
  let config = null;

  const runner = createRunner(bridge, folder, (job) => {
    byId("results", HTMLElement).setAttribute("aria-busy", String(job === "generate"));
    downloads.setBusy(job !== null);
    showButtons();
  });
  const results = createResults();
  const downloads = createDownloads({ cancel: runner.cancel, make, onFailure: (error) => showNotice(saveFailure(String(error))) });
  const showProgress = createProgress();
  const upload = createUploadDoor();
  createFileDoor(() => config?.current().text ?? shown.yaml, results.files);

  watchTheme(results.redraw);
  cancel.addEventListener("click", runner.cancel);
  const usual = presets()[0]?.yaml ?? "";
  const linked = location.hash === "" ? null : await openedLink();
  // A link's configuration is shown in any case, but not begun when it has problems or takes long.
  run(linked !== null && check(linked, 1, undefined).isModest ? linked : usual);
  // In a task of its own: with the end of this one the job goes out.
  const ready = nextTask().then(() => createConfig({
    yaml: linked ?? usual,
    onRun: runEdited,
    onOpen: ({ isModest }) => isModest && runEdited(),
    onCheck: showButtons,
  }));
  config = await ready;

  generate.addEventListener("click", runEdited);
  byId("stale-run", HTMLButtonElement).addEventListener("click", runEdited);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    runEdited();
  });
  sweep();
  offerTour();
  keepOffline();

  /** Runs what stands in the editor, if that is in order. */
  function runEdited() {
    if (!config) return;
    const { text, checked } = config.current();
    if (runner.isBusy()) return;
    if (checked.problems.length > 0) return config.goToFirstProblem();
    run(text);
  }

  /** @param {string} yaml */
  async function run(yaml) {
    const number = ++runs;
    showNotice(null);
    byId("progress", HTMLProgressElement).removeAttribute("value");
    byId("progress-text", HTMLElement).textContent = "";
    showRunning(true);
    const end = await runner.run({ kind: "generate", yaml }, showProgress);
    byId("file-check", HTMLElement).hidden = false;
    if (end === "cancelled") showNotice("cancelled");
    else if ("failure" in end) showNotice(end.failure);
    else if (end.outcome) {
      const { outcome, source } = end;
      shown = { yaml, configSha256: outcome.view.configSha256, document: outcome.document };
      const sources = {
        parquet: source,
        "sample-csv": new Source(new Blob([outcome.sampleCsv])),
        summary: new Source(new Blob([outcome.summaryJson])),
        config: new Source(new Blob([outcome.configYaml])),
        report: new Source(new Blob([outcome.reportText])),
      };
      downloads.offer(outcome.view.files, sources);
      upload.offer(outcome.view.uploads, sources);
      announcer.textContent = outcome.view.announcement;
      ready.then((config) => config.keepPace(outcome.view.pace));
      await results.show(yaml, outcome).catch((error) => {
        if (error instanceof WebAssembly.RuntimeError) throw error;
        if (number === runs) showNotice(showFailure(String(error)));
      });
    }
    await ready;
    // The keyboard may have begun another run while this one's results were drawn.
    if (number === runs) showRunning(false);
    showButtons();
  }

  /**
   * Puts progress and Cancel where the estimate and Generate are, or back; the focus goes along.
   * @param {boolean} isRunning
   */
  function showRunning(isRunning) {
    const [from, to] = isRunning ? [generate, cancel] : [cancel, generate];
    const hasFocus = document.activeElement === from;
    byId("run-progress", HTMLElement).hidden = !isRunning;
    byId("estimate", HTMLElement).hidden = isRunning;
    from.hidden = true;
    to.hidden = false;
    if (hasFocus) to.focus({ preventScroll: true });
  }

  /**
   * Makes one of the files that are only made on demand: its id names the job.
   * @param {string} id
   * @param {(progress: import("../fleetsynth.js").Progress) => void} onProgress
   */
  async function make(id, onProgress) {
    showNotice(null);
    if (id === "document") {
      const blob = await results.document(shown.document, (share) => onProgress({ share, done: share === 1, text: "" }));
      return blob && new Source(blob);
    }
    const end = await runner.run({ kind: /** @type {import("./worker.js").Job["kind"]} */ (id), yaml: shown.yaml }, onProgress);
    if (end === "cancelled") return null;
    if ("failure" in end) {
      showNotice(end.failure);
      return null;
    }
    return end.source;
  }

  /** The buttons and the hint of a changed configuration, as things stand. */
  function showButtons(checked = config?.current().checked) {
    if (!checked) return;
    generate.disabled = runner.isBusy();
    generate.setAttribute("aria-disabled", String(checked.problems.length > 0));
    const isStale = shown.configSha256 !== "" && checked.configSha256 !== shown.configSha256;
    stale.hidden = !isStale || runner.isBusy();
    byId("stale-offer", HTMLElement).hidden = checked.problems.length > 0;
  }

  /** @param {Failure | "cancelled" | null} notice */
  function showNotice(notice) {
    byId("cancelled", HTMLElement).hidden = notice !== "cancelled";
    byId("cancelled-kept", HTMLElement).hidden = shown.yaml === "";
    byId("placeholder", HTMLElement).hidden = shown.yaml !== "" || notice !== null;
    const failure = notice !== null && notice !== "cancelled" ? notice : null;
    byId("failure", HTMLElement).hidden = failure === null;
    byId("failure-title", HTMLElement).textContent = failure?.title ?? "";
    byId("failure-advice", HTMLElement).textContent = failure?.advice ?? "";
    byId("failure-detail", HTMLElement).textContent = failure?.detail ?? "";
    byId("failure-more", HTMLElement).hidden = !failure?.detail;
  }
}
