/** @file The results of a run: figures, charts, quality, statistics, preview, downloads. */

import { FirstChart } from "../fleetsynth.js";
import { createChartArea } from "./chart-area.js";
import { loadReports } from "./chart-module.js";
import { createCompare } from "./compare.js";
import { createCopyButton } from "./copy.js";
import { byId, create } from "./dom.js";
import { NotLoaded } from "./errors.js";
import { createSnippets } from "./snippets.js";
import { buildQualityTable, buildTable, growTable, showVerdict } from "./tables.js";
import { nextFrame, nextTask } from "./tasks.js";

/** @typedef {import("../fleetsynth.js").Outcome} Outcome */
/** @typedef {import("../fleetsynth.js").ReportView} View */
/** @typedef {import("../fleetsynth_charts.js").Report} Report */

/** The results area, empty. */
export function createResults() {
  const charts = createChartArea();
  const filter = byId("quality-filter", HTMLSelectElement);
  /** @type {View | null} */
  let view = null;
  /** What the latest check of a file has gathered, until another file comes. @type {Uint8Array | null} */
  let file = null;

  filter.addEventListener("change", showQuality);
  const snippets = createSnippets();
  const compare = createCompare(() => {
    const report = charts.run();
    if (report) layOver(report);
    charts.show();
  });
  createCopyButton(byId("sha-copy", HTMLButtonElement), byId("sha-copy-text", HTMLElement), byId("sha", HTMLElement));

  /** Lays the pinned run over the shown one, if there is another one. @param {Report} report */
  function layOver(report) {
    const other = compare.other();
    if (other) report.pin(other.yaml, other.outcome.profile);
    else report.unpin();
  }

  function showQuality() {
    if (!view) return;
    const rows = filter.value === "all" ? view.quality : view.quality.filter(({ verdict }) => verdict !== "pass");
    const table = rows.length > 0 ? buildQualityTable(view.qualityHeaders, rows) : create("p", { class: "nothing" }, view.verdictText);
    byId("quality-table", HTMLElement).replaceChildren(table);
  }

  /**
   * Shows all charts, by a module that is loaded for it.
   * @param {string} yaml
   * @param {Outcome} outcome
   * @param {View} now What is shown, unless another outcome has come meanwhile.
   */
  async function showReport(yaml, outcome, now) {
    const failed = byId("charts-failed", HTMLElement);
    try {
      const report = new (await loadReports())(yaml, outcome.profile);
      if (view !== now) return report.free();
      layOver(report);
      failed.hidden = true;
      await charts.present(report);
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      failed.hidden = false;
    }
  }

  return {
    /** Draws the charts again, as when the colour scheme has changed. */
    redraw: charts.redraw,

    /** The charts of a file beside those of the run. */
    files: {
      /**
       * Shows them.
       * @param {Uint8Array} gathered What the check has gathered.
       * @param {string} name The file's.
       */
      async show(gathered, name) {
        const now = (file = gathered);
        const reports = await loadReports();
        if (file === now) await charts.presentFile(reports.ofFile(gathered), name);
      },
      /** There are none any more. */
      async drop() {
        file = null;
        await charts.dropFile();
      },
    },

    /**
     * The HTML report on what is shown; null when something else is shown meanwhile.
     * @param {Outcome["document"]} parts
     * @param {(share: number) => void} onProgress
     */
    async document([before, after], onProgress) {
      const of = charts.run();
      const figures = of?.documentFigures() ?? [];
      const drawn = [];
      for (const { chart, metric } of figures) {
        await nextTask();
        if (!of || of !== charts.run()) return null;
        drawn.push(of.documentFigure(chart, metric));
        onProgress(drawn.length / figures.length);
      }
      return new Blob([before, ...drawn, after], { type: "text/html" });
    },

    /**
     * Shows a run's outcome, step by step: each in a task of its own, until the next outcome comes.
     * @param {string} yaml The configuration of the run.
     * @param {Outcome} outcome
     */
    async show(yaml, outcome) {
      const now = (view = outcome.view);
      byId("placeholder", HTMLElement).hidden = true;
      byId("report", HTMLElement).hidden = false;
      showHead(now);
      snippets.offer(now.snippets);
      compare.offer(yaml, outcome);
      await nextTask();
      const first = new FirstChart(yaml, outcome.profile);
      await nextTask();
      if (view !== now) return first.free();
      charts.begin(first);
      first.free();
      // Only now: the charts would push it down.
      byId("report-rest", HTMLElement).hidden = false;
      await showReport(yaml, outcome, now);
      if (view !== now) return;
      const steps = [
        showQuality,
        () => {
          byId("realism", HTMLElement).hidden = now.realism === null;
          byId("realism-note", HTMLElement).textContent = now.realismNote;
          byId("realism-table", HTMLElement).replaceChildren(...(now.realism ? [buildTable(now.realism, "Realism scorecard")] : []));
        },
        () => {
          byId("statistics-table", HTMLElement).replaceChildren(buildTable(now.statistics, "Statistics of each metric"));
          byId("preview-note", HTMLElement).textContent = now.previewNote;
        },
        () => growTable(byId("preview-table", HTMLElement), buildTable(now.preview, "First rows of the dataset")),
      ];
      for (const step of steps) {
        await nextFrame();
        if (view !== now) return;
        await step();
      }
    },
  };
}

/** @param {View} view */
function showHead(view) {
  byId("results-title", HTMLElement).textContent = view.title;
  showVerdict(byId("verdict", HTMLAnchorElement), view.verdict, view.verdictLabel);
  byId("verdict-text", HTMLElement).textContent = view.verdictText;
  byId("sha", HTMLElement).textContent = view.sha256;
  byId("figures", HTMLElement).replaceChildren(
    ...view.figures.map(({ id, label, value, note }) =>
      create("div", { "data-figure": id }, create("dt", {}, label), create("dd", {}, value), create("dd", { class: "note" }, note)),
    ),
  );
}
