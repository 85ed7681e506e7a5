/** @file The charts: drawn by Rust, as sharp as the screen is, again whenever something changes. */

import { charts as chartKinds } from "../fleetsynth.js";
import { create } from "./dom.js";
import { buildTable } from "./tables.js";
import { isDark } from "./theme.js";

/** @typedef {import("../fleetsynth.js").Report} Report */
/** @typedef {{ report: Report, metric: number, server: number }} Shown */
/**
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} about
 * @property {HTMLDetailsElement} data
 * @property {HTMLElement} table
 */

/**
 * The figures of all charts, inside `root`.
 * @param {HTMLElement} root
 */
export function createCharts(root) {
  const charts = chartKinds().map(buildChart);
  root.replaceChildren(...charts.map(({ figure }) => figure));
  /** @type {Shown | null} */
  let shown = null;
  let frame = 0;
  let printing = false;

  const redraw = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(drawAll);
  };
  const sizes = new ResizeObserver(redraw);
  for (const { canvas, data, chart } of charts) {
    sizes.observe(canvas);
    data.addEventListener("toggle", () => shown && fillTable(chart, shown));
  }
  watchScale(redraw);
  addEventListener("beforeprint", () => {
    printing = true;
    drawAll();
  });
  addEventListener("afterprint", () => {
    printing = false;
    redraw();
  });

  function drawAll() {
    if (!shown) return;
    const dark = isDark() && !printing;
    for (const { chart } of charts) draw(chart, shown, dark);
  }

  return {
    /** Draws again, as when the colour scheme has changed. */
    redraw,
    /**
     * Draws this metric and server of a report.
     * @param {Shown} now
     */
    show(now) {
      shown = now;
      for (const { chart } of charts) {
        chart.about.textContent = now.report.describe(chart.id, now.metric, now.server);
        fillTable(chart, now);
      }
      cancelAnimationFrame(frame);
      drawAll();
    },
  };
}

/** @param {import("../fleetsynth.js").ChartInfo} info */
function buildChart({ id, title, wide, tableLabel }) {
  const canvas = create("canvas", { id: `chart-${id}`, role: "img", "aria-labelledby": `chart-${id}-title`, "aria-describedby": `chart-${id}-about` });
  const about = create("p", { class: "about", id: `chart-${id}-about` });
  const table = create("div", { class: "table-region", role: "group", tabindex: 0, "aria-label": `${title}: ${tableLabel}` });
  const data = create("details", {}, create("summary", {}, tableLabel), table);
  const figure = create("figure", { class: wide ? "chart wide" : "chart" },
    create("figcaption", {}, create("h4", { id: `chart-${id}-title` }, title), about),
    create("div", { class: "chart-canvas" }, canvas),
    data,
  );
  return { figure, canvas, data, chart: { id, title, canvas, about, data, table } };
}

/**
 * @param {Chart} chart
 * @param {Shown} shown
 * @param {boolean} dark
 */
function draw({ id, canvas }, { report, metric, server }, dark) {
  const box = canvas.getBoundingClientRect();
  const scale = devicePixelRatio;
  const width = Math.round(box.width * scale);
  const height = Math.round(box.height * scale);
  if (width === 0 || height === 0) return;
  // Setting a canvas' size clears it, so only when it differs.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  report.draw(canvas, id, metric, server, dark, scale);
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
