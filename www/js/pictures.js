/** @file A chart as a file: PNG, SVG or CSV. */

import { create, unseen } from "./dom.js";

/** @typedef {import("./charts.js").Chart} Chart */
/** @typedef {import("./charts.js").Shown} Shown */

/** A blob's address is needed until its download has begun, milliseconds. */
const SAVING = 60_000;
/** Pixels per CSS pixel of a PNG: as sharp as most screens. */
const SCALE = 2;

/**
 * Puts the buttons below a chart.
 * @param {Chart} chart
 * @param {() => Shown | null} shown
 */
export function offerFiles(chart, shown) {
  /** How each kind of file is made. @type {Record<string, (now: Shown) => Promise<BlobPart> | BlobPart>} */
  const kinds = {
    png: (now) => makePng(chart, now),
    svg: ({ report, metric, server }) => report.svg(chart.id, metric, server),
    csv: ({ report, metric, server }) => /** @type {Uint8Array<ArrayBuffer>} */ (report.csv(chart.id, metric, server)),
  };
  const types = { png: "image/png", svg: "image/svg+xml", csv: "text/csv" };
  const buttons = Object.entries(types).map(([kind, type]) => {
    const button = create("button", { type: "button", class: "link", "data-save": kind }, kind.toUpperCase(), unseen(`: save ${chart.title}`));
    button.addEventListener("click", async () => {
      const [now, make] = [shown(), kinds[kind]];
      if (!now || !make) return;
      const name = now.report.chartFile(chart.id, now.metric, now.server, kind);
      save(new Blob([await make(now)], { type }), name);
    });
    return button;
  });
  chart.data.before(create("p", { class: "chart-files" }, ...buttons));
}

/** @param {Chart} chart @param {Shown} now */
function makePng(chart, { report, metric, server }) {
  const [width, height] = report.pictureSize(chart.id).map((size) => size * SCALE);
  const canvas = create("canvas", { width, height });
  report.drawPicture(canvas, chart.id, metric, server, SCALE);
  return /** @type {Promise<Blob>} */ (new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The browser made no picture."))), "image/png");
  }));
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const href = URL.createObjectURL(blob);
  create("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), SAVING);
}
