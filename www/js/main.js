/** @file The page: starts the module, then ties configuration, runs and results together. */

import init from "../fleetsynth.js";
import { Bridge } from "./bridge.js";
import { createConfig } from "./config.js";
import { createDownloads } from "./downloads.js";
import { byId } from "./dom.js";
import { createProgress, createRunner } from "./runner.js";
import { createResults } from "./results.js";
import { compile } from "./wasm.js";
import { watchTheme } from "./theme.js";

/** @typedef {import("../fleetsynth.js").Check} Check */
/** @typedef {import("../fleetsynth.js").Failure} Failure */

try {
  const module = await compile(new URL("../fleetsynth_bg.wasm", import.meta.url));
  await init({ module_or_path: module });
  startPage(new Bridge(module));
  // A trap leaves the page's instance unusable, wherever it was called from.
  window.addEventListener("error", ({ error }) => error instanceof WebAssembly.RuntimeError && showFatal(error));
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

/** @param {Bridge} bridge */
function startPage(bridge) {
  const generate = byId("generate", HTMLButtonElement);
  const cancel = byId("cancel", HTMLButtonElement);
  const stale = byId("stale", HTMLElement);
  const announcer = byId("announcer", HTMLElement);
  /** What the results show: the text it was made from, and that configuration's fingerprint. */
  let shown = { yaml: "", configSha256: "" };

  const runner = createRunner(bridge, (job) => {
    byId("results", HTMLElement).setAttribute("aria-busy", String(job === "generate"));
    downloads.setBusy(job !== null);
    showButtons();
  });
  const results = createResults();
  const downloads = createDownloads({ cancel: runner.cancel, makeCsv });
  const config = createConfig({ onRun: run, onCheck: showButtons });
  const showProgress = createProgress();

  watchTheme(results.redraw);
  generate.addEventListener("click", run);
  byId("stale-run", HTMLButtonElement).addEventListener("click", run);
  cancel.addEventListener("click", runner.cancel);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    run();
  });
  run();

  async function run() {
    const { text: yaml, checked } = config.current();
    if (runner.isBusy()) return;
    if (checked.problems.length > 0) return config.goToFirstProblem();
    showNotice(null);
    byId("progress", HTMLProgressElement).removeAttribute("value");
    byId("progress-text", HTMLElement).textContent = "";
    showRunning(true);
    const end = await runner.run({ kind: "generate", yaml }, showProgress);
    showRunning(false);
    if (end === "cancelled") showNotice("cancelled");
    else if ("failure" in end) showNotice(end.failure);
    else if (end.outcome) {
      const { outcome, parts } = end;
      results.show(yaml, outcome);
      shown = { yaml, configSha256: outcome.view.configSha256 };
      downloads.offer(outcome.view.files, {
        parquet: new Blob(parts),
        "sample-csv": new Blob([outcome.sampleCsv]),
        summary: new Blob([outcome.summaryJson]),
        config: new Blob([outcome.configYaml]),
      });
      announcer.textContent = outcome.view.announcement;
    }
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

  /** @param {(progress: import("../fleetsynth.js").Progress) => void} onProgress */
  async function makeCsv(onProgress) {
    showNotice(null);
    const end = await runner.run({ kind: "csv", yaml: shown.yaml }, onProgress);
    if (end === "cancelled") return null;
    if ("failure" in end) {
      showNotice(end.failure);
      return null;
    }
    return new Blob(end.parts);
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
