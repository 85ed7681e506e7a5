/** @file The charts: drawn by Rust, as sharp as the screen is, again whenever something changes. */

import { charts as chartKinds } from "../fleetsynth.js";
import { create } from "./dom.js";
import { notLoaded } from "./errors.js";
import { showLegend, watchLegend } from "./legend.js";
import { buildTable } from "./tables.js";
import { nextFrame, nextTask } from "./tasks.js";
import { isDark } from "./theme.js";

/** @typedef {import("../fleetsynth_charts.js").Report} Report */
/** @typedef {{ report: Report, metric: number, server: number }} Shown */
/**
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {boolean} overTime Whether it shows the days in view.
 * @property {HTMLElement} legend
 * @property {HTMLElement} place What the canvas fills.
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} about
 * @property {HTMLDetailsElement} data
 * @property {HTMLElement} table
 * @property {Shown | null} told What its words are about.
 */

/**
 * The figures of all charts, inside `root`.
 * @param {HTMLElement} root
 */
export function createCharts(root) {
  const figures = chartKinds().map(buildChart);
  const charts = figures.map(({ chart }) => chart);
  root.replaceChildren(...figures.map(({ figure }) => figure));
  /** @type {Shown | null} */
  let shown = null;
  /** Charts that are no longer as they should be, in the order in which they are drawn. @type {Set<Chart>} */
  const outdated = new Set();
  /** @type {Promise<void> | null} */
  let drawing = null;
  let printing = false;
  /** What lets the reader explore the charts, once it is loaded. @type {ReturnType<typeof import("./explore.js").createExplorer> | null} */
  let explorer = null;

  const sizes = new ResizeObserver(() => redraw(charts.filter((chart) => !fits(chart))));
  for (const chart of charts) {
    sizes.observe(chart.canvas);
    chart.data.addEventListener("toggle", () => shown && fillTable(chart, shown));
    watchLegend(chart.legend, (series) => {
      shown?.report.toggleSeries(series);
      drawNow([chart]);
    });
  }
  watchScale(() => redraw(charts));
  addEventListener("beforeprint", () => {
    printing = true;
    drawNow(charts);
  });
  addEventListener("afterprint", () => {
    printing = false;
    redraw(charts);
  });

  /**
   * Draws these charts soon, one a task.
   * @param {Chart[]} which
   * @returns {Promise<void>} When all have been drawn.
   */
  function redraw(which) {
    for (const chart of which) outdated.add(chart);
    return (drawing ??= drawOutdated().finally(() => (drawing = null)));
  }

  async function drawOutdated() {
    for (const chart of outdated) {
      drawNow([chart]);
      await nextTask();
    }
  }

  /** @param {Chart[]} which */
  function drawNow(which) {
    for (const chart of which) {
      outdated.delete(chart);
      if (!shown) continue;
      if (chart.told !== shown) tell(chart, shown);
      draw(chart, shown, isDark() && !printing);
    }
    explorer?.drawn();
  }

  /** Loads what isn't needed to see the charts. */
  async function letExplore() {
    const { createExplorer } = await import("./explore.js").catch(notLoaded);
    explorer ??= createExplorer({
      charts,
      shown: () => shown,
      draw: drawNow,
      drawLater: redraw,
      tell: (which) => which.forEach((chart) => shown && tell(chart, shown)),
    });
    explorer.drawn();
  }

  return {
    /** Draws again, as when the colour scheme has changed. */
    redraw: () => redraw(charts),
    /**
     * Draws this metric and server at once.
     * @param {Shown} now
     */
    show(now) {
      shown = now;
      drawNow(charts);
    },
    /**
     * Draws the first chart of a new dataset, which is seen at once.
     * @param {import("../fleetsynth.js").FirstChart} first
     * @param {number} metric
     */
    begin(first, metric) {
      const [chart] = charts;
      shown = null;
      if (!chart || !prepare(chart)) return;
      showLegend(chart.legend, first.draw(chart.canvas, metric, isDark(), devicePixelRatio));
      chart.about.textContent = first.describe(metric);
    },
    /** Draws nothing more of what was shown. */
    clear() {
      shown = null;
    },
    /**
     * Draws a new report, one chart after another. Rejects with a {@link import("./errors.js").NotLoaded} when what
     * lets the reader explore them doesn't come.
     * @param {Shown} now
     */
    async present(now) {
      shown = now;
      await nextFrame();
      await redraw(charts);
      await letExplore();
    },
  };
}

/** @param {import("../fleetsynth.js").ChartInfo} info */
function buildChart({ id, title, wide, tall, overTime, tableLabel }) {
  const canvas = create("canvas", { id: `chart-${id}`, role: "img", "aria-labelledby": `chart-${id}-title`, "aria-describedby": `chart-${id}-about` });
  const about = create("p", { class: "about", id: `chart-${id}-about` });
  const table = create("div", { class: "table-region", role: "group", tabindex: 0, "aria-label": `${title}: ${tableLabel}` });
  const data = create("details", {}, create("summary", {}, tableLabel), table);
  const legend = create("ul", { class: "legend", "aria-label": `${title}: legend` });
  const place = create("div", { class: "chart-canvas" }, canvas);
  const figure = create("figure", { class: `chart${wide ? " wide" : ""}${tall ? " tall" : ""}` },
    create("figcaption", {}, create("h4", { id: `chart-${id}-title` }, title), about),
    legend,
    place,
    data,
  );
  /** @type {Chart} */
  const chart = { id, title, overTime, legend, place, canvas, about, data, table, told: null };
  return { figure, chart };
}

/**
 * The words and numbers that go with a chart.
 * @param {Chart} chart
 * @param {Shown} shown
 */
function tell(chart, shown) {
  chart.told = shown;
  chart.about.textContent = shown.report.describe(chart.id, shown.metric, shown.server);
  fillTable(chart, shown);
}

/**
 * The size of a chart's place in the screen's pixels.
 * @param {Chart} chart
 */
function sizeOf({ canvas }) {
  const box = canvas.getBoundingClientRect();
  return { width: Math.round(box.width * devicePixelRatio), height: Math.round(box.height * devicePixelRatio) };
}

/** @param {Chart} chart */
function fits(chart) {
  const { width, height } = sizeOf(chart);
  return chart.canvas.width === width && chart.canvas.height === height;
}

/**
 * Gives a canvas the size of its place; none can be drawn on that has none.
 * @param {Chart} chart
 */
function prepare(chart) {
  const { width, height } = sizeOf(chart);
  // Setting a canvas' size clears it, so only when it differs.
  if (chart.canvas.width !== width) chart.canvas.width = width;
  if (chart.canvas.height !== height) chart.canvas.height = height;
  return width > 0 && height > 0;
}

/**
 * @param {Chart} chart
 * @param {Shown} shown
 * @param {boolean} dark
 */
function draw(chart, { report, metric, server }, dark) {
  const { id, canvas } = chart;
  if (!prepare(chart)) return;
  showLegend(chart.legend, report.draw(canvas, id, metric, server, dark, devicePixelRatio));
}

/**
 * Fills a chart's data table, once somebody looks at it.
 * @param {Chart} chart
 * @param {Shown} shown
 */
function fillTable({ id, title, data, table }, { report, metric, server }) {
  table.replaceChildren(...(data.open ? [buildTable(report.table(id, metric, server), title)] : []));
}

/**
 * Calls back when the screen's pixels per CSS pixel change: zoom, or a move to another screen.
 * @param {() => void} onChange
 */
function watchScale(onChange) {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  query.addEventListener("change", () => {
    onChange();
    watchScale(onChange);
  }, { once: true });
}
