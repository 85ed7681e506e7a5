/** @file The chart area: the charts of the latest run or those of a file, with the metric and the server that they show. */

import { createCharts } from "./charts.js";
import { byId, create } from "./dom.js";
import { createServerPicker } from "./server-picker.js";

/** @typedef {import("../fleetsynth_charts.js").Report} Report */
/** @typedef {import("../fleetsynth.js").MetricInfo} MetricInfo */
/** @typedef {"run" | "file"} Subject */

/** The area, out of sight until there is something to show. */
export function createChartArea() {
  const charts = createCharts(byId("charts", HTMLElement));
  const metric = byId("metric", HTMLSelectElement);
  const turns = { run: byId("charts-to-run", HTMLButtonElement), file: byId("charts-to-file", HTMLButtonElement) };
  /** Whose charts there are. @type {Record<Subject, Report | null>} */
  const reports = { run: null, file: null };
  /** Whose charts are shown. @type {Subject} */
  let subject = "run";
  let server = 0;

  const picker = createServerPicker((picked) => {
    server = picked;
    show();
  });
  metric.addEventListener("change", show);
  turns.run.addEventListener("click", () => {
    turnTo("run");
    turns.file.focus({ preventScroll: true });
  });
  turns.file.addEventListener("click", () => {
    turnTo("file");
    turns.run.focus({ preventScroll: true });
  });

  function show() {
    const report = reports[subject];
    if (report) charts.show({ report, metric: metric.selectedIndex, server });
  }

  /** Says whose charts these are, and how to come to the others. */
  function showSubject() {
    const isFile = subject === "file";
    byId("charts-area", HTMLElement).hidden = false;
    byId("charts-title-file", HTMLElement).hidden = !isFile;
    byId("charts-subject", HTMLElement).hidden = reports.file === null;
    byId("charts-of-file", HTMLElement).hidden = !isFile;
    byId("charts-of-run", HTMLElement).hidden = isFile;
    turns.run.hidden = reports.run === null;
  }

  /**
   * Offers the metrics; the one that was chosen stays, if it is still there.
   * @param {MetricInfo[]} metrics
   */
  function offerMetrics(metrics) {
    const before = metric.value;
    metric.replaceChildren(...metrics.map(({ name, label }) => create("option", { value: name }, label)));
    if ([...metric.options].some(({ value }) => value === before)) metric.value = before;
  }

  /** @param {Subject} next */
  async function turnTo(next) {
    const report = reports[next];
    if (!report) return;
    subject = next;
    showSubject();
    offerMetrics(report.metrics());
    server = picker.offer(report);
    await charts.present({ report, metric: metric.selectedIndex, server });
  }

  return {
    /** Draws again, as when the colour scheme has changed. */
    redraw: charts.redraw,

    /** Draws again what is shown, as when something is laid over it. */
    show,

    /** The latest run's charts, once they are there. */
    run: () => reports.run,

    /**
     * Draws the first chart of a new run. Nothing is drawn from the run before any more.
     * @param {import("../fleetsynth.js").FirstChart} first
     */
    begin(first) {
      subject = "run";
      showSubject();
      offerMetrics(first.metrics());
      charts.begin(first, metric.selectedIndex);
      reports.run?.free();
      reports.run = null;
    },

    /**
     * Shows all charts of that run, unless the reader has turned to those of a file.
     * @param {Report} report
     */
    async present(report) {
      reports.run = report;
      if (subject === "run") await turnTo("run");
      else showSubject();
    },

    /**
     * Shows the charts of a file, instead of those of the file before.
     * @param {Report} report
     * @param {string} name
     */
    async presentFile(report, name) {
      const before = reports.file;
      reports.file = report;
      for (const place of ["charts-file", "charts-other-file"]) byId(place, HTMLElement).textContent = name;
      const shown = turnTo("file");
      before?.free();
      await shown;
    },

    /** There is no file any more. */
    async dropFile() {
      const before = reports.file;
      if (!before) return;
      reports.file = null;
      if (subject === "run") showSubject();
      else if (reports.run) await turnTo("run");
      else {
        charts.clear();
        byId("charts-area", HTMLElement).hidden = true;
      }
      before.free();
    },
  };
}
