/** @file The panel that checks a file of the user's: its columns, how far the check has come, and what came of it. */

import { fileFailure, saveFailure } from "../fleetsynth.js";
import { byId, create } from "./dom.js";
import { createDownloads } from "./downloads.js";
import { describeError } from "./errors.js";
import { openFile } from "./file-run.js";
import { Source } from "./storage.js";
import { buildQualityTable, buildTable, showVerdict } from "./tables.js";

/** @typedef {import("./file-worker.js").ColumnChoice} ColumnChoice */
/** @typedef {import("./file-worker.js").FileLook} FileLook */
/** @typedef {import("./file-worker.js").FileOutcome} FileOutcome */
/** @typedef {import("./file-worker.js").FileProgress} FileProgress */

/** Where a file's charts are shown. @typedef {{ show: (gathered: Uint8Array, name: string) => Promise<void>, drop: () => Promise<void> }} FileCharts */

/** How often progress is read out, milliseconds. */
const READ_OUT = 4000;

/**
 * The panel, without a file yet.
 * @param {object} options
 * @param {() => string} options.yaml The configuration whose limits hold.
 * @param {(script: string, name: string) => Worker} options.startWorker
 * @param {FileCharts} options.charts
 */
export function createFileCheck({ yaml, startWorker, charts }) {
  const drop = byId("file-drop", HTMLElement);
  const input = byId("file-input", HTMLInputElement);
  const start = byId("file-start", HTMLButtonElement);
  const cancel = byId("file-cancel", HTMLButtonElement);
  const choices = byId("file-choices", HTMLElement);
  const announcer = byId("file-announcer", HTMLElement);
  const downloads = createDownloads({
    list: byId("file-downloads", HTMLElement),
    make: async () => null,
    cancel: () => {},
    onFailure: (error) => showFailure(saveFailure(String(error))),
  });
  /** @type {ReturnType<typeof openFile> | null} */
  let opened = null;
  let readOut = 0;

  input.addEventListener("change", () => {
    const picked = input.files?.[0];
    if (picked) take(picked);
    // The same file may be chosen again.
    input.value = "";
  });
  start.addEventListener("click", check);
  cancel.addEventListener("click", () => opened?.cancel());
  drop.inert = false;

  /**
   * Looks at a file instead of the one before.
   * @param {File} file
   */
  async function take(file) {
    opened?.close();
    const now = (opened = openFile(file, startWorker));
    byId("file-plan", HTMLElement).hidden = true;
    showFailure(null);
    showOutcome(null);
    showRunning(false);
    byId("file-head", HTMLElement).hidden = false;
    byId("file-name", HTMLElement).textContent = file.name;
    byId("file-headline", HTMLElement).textContent = "";
    try {
      const look = await now.look(yaml());
      if (look === null || now !== opened) return;
      showLook(look);
      start.focus({ preventScroll: true });
    } catch (error) {
      if (now === opened) showFailure(failureOf(error));
    }
  }

  async function check() {
    const now = opened;
    if (!now) return;
    /** @type {ColumnChoice[]} */
    const columns = [...choices.querySelectorAll("select")].map(({ name, value }) => ({ ours: name, theirs: value }));
    showFailure(null);
    showOutcome(null);
    showRunning(true);
    try {
      const done = await now.check(yaml(), columns, showProgress);
      if (now !== opened) return;
      if (!done) return;
      showOutcome(done.outcome, done.copy);
      byId("file-figures", HTMLElement).scrollIntoView({ block: "nearest" });
      await showCharts(done.outcome, now);
    } catch (error) {
      if (now === opened) showFailure(failureOf(error));
    } finally {
      if (now === opened) showRunning(false);
    }
  }

  /** @param {FileLook} look */
  function showLook({ headline, columns, limits, choices: all }) {
    byId("file-headline", HTMLElement).textContent = headline;
    byId("file-columns", HTMLElement).textContent = columns;
    byId("file-limits", HTMLElement).textContent = limits;
    choices.replaceChildren(...all.map(buildChoice));
    byId("file-plan", HTMLElement).hidden = false;
    announcer.textContent = headline;
  }

  /**
   * Puts Cancel where Check is, or back; the focus goes along.
   * @param {boolean} isRunning
   */
  function showRunning(isRunning) {
    const hasFocus = [start, cancel].some((button) => button === document.activeElement);
    byId("file-progress", HTMLElement).hidden = !isRunning;
    byId("file-bar", HTMLProgressElement).value = 0;
    byId("file-progress-text", HTMLElement).textContent = "";
    start.hidden = isRunning;
    cancel.hidden = !isRunning;
    choices.inert = isRunning;
    readOut = performance.now();
    if (hasFocus) (isRunning ? cancel : start).focus({ preventScroll: true });
  }

  /** @param {FileProgress} progress */
  function showProgress({ share, text }) {
    byId("file-bar", HTMLProgressElement).value = share;
    byId("file-progress-text", HTMLElement).textContent = text;
    if (performance.now() - readOut < READ_OUT) return;
    readOut = performance.now();
    announcer.textContent = text;
  }

  /**
   * @param {FileOutcome | null} outcome Nothing: there is none.
   * @param {Source} [copy] The validated copy.
   */
  function showOutcome(outcome, copy) {
    byId("file-result", HTMLElement).hidden = outcome === null;
    if (!outcome) {
      byId("file-charts", HTMLElement).hidden = true;
      charts.drop();
    }
    if (!outcome || !copy) return downloads.offer([], {});
    showVerdict(byId("file-verdict", HTMLElement), outcome.verdict, outcome.verdictLabel);
    byId("file-verdict-text", HTMLElement).textContent = outcome.verdictText;
    byId("file-figures", HTMLElement).replaceChildren(
      ...outcome.figures.map(({ id, label, value, note }) =>
        create("div", { "data-figure": id }, create("dt", {}, label), create("dd", {}, value), create("dd", { class: "note" }, note)),
      ),
    );
    const summary = new Source(new Blob([outcome.summaryJson]));
    downloads.offer(outcome.files, { validated: copy, "validated-summary": summary });
    byId("file-quality", HTMLElement).replaceChildren(buildQualityTable(outcome.qualityHeaders, outcome.quality, "Checks of the file"));
    byId("file-statistics", HTMLElement).replaceChildren(buildTable(outcome.statistics, "Statistics of the file"));
    announcer.textContent = outcome.announcement;
  }

  /**
   * Shows the charts, where there are some.
   * @param {FileOutcome} outcome
   * @param {typeof opened} now The file that was checked.
   */
  async function showCharts({ charts: gathered, chartsNote }, now) {
    byId("file-charts", HTMLElement).hidden = false;
    byId("file-charts-there", HTMLElement).hidden = gathered === null;
    byId("file-charts-failed", HTMLElement).hidden = true;
    byId("file-charts-note", HTMLElement).textContent = chartsNote;
    byId("charts-note", HTMLElement).textContent = chartsNote;
    if (!gathered) return;
    try {
      await charts.show(gathered, byId("file-name", HTMLElement).textContent ?? "");
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw error;
      byId("file-charts-there", HTMLElement).hidden = true;
      byId("file-charts-failed", HTMLElement).hidden = now !== opened;
    }
  }

  /** @param {import("../fleetsynth.js").Failure | null} failure Nothing when all is well. */
  function showFailure(failure) {
    byId("file-failure", HTMLElement).hidden = failure === null;
    byId("file-failure-title", HTMLElement).textContent = failure?.title ?? "";
    byId("file-failure-advice", HTMLElement).textContent = failure?.advice ?? "";
    byId("file-failure-detail", HTMLElement).textContent = failure?.detail ?? "";
    byId("file-failure-more", HTMLElement).hidden = !failure?.detail;
  }

  return { take };
}

/** Why a file could not be checked, in words. @param {unknown} error */
function failureOf(error) {
  const { text, panic } = describeError(error);
  return fileFailure(text, panic ?? undefined);
}

/** @param {FileLook["choices"][number]} choice */
function buildChoice({ ours, isRequired, theirs, options }) {
  const select = create("select", { name: ours, required: isRequired },
    ...options.map(({ value, label }) => create("option", { value, selected: value === theirs }, label)),
  );
  const mark = () => select.setAttribute("aria-invalid", String(isRequired && select.value === ""));
  select.addEventListener("change", mark);
  mark();
  return create("label", {}, ours, select);
}
