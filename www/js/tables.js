/** @file Tables from the rows of text that Rust makes. */

import { create, icon } from "./dom.js";
import { nextFrame } from "./tasks.js";

/** @typedef {import("../fleetsynth.js").Table} Table */
/** @typedef {import("../fleetsynth.js").QualityRow} QualityRow */

/**
 * A table; numbers stand right, and the first column names the row.
 * @param {Table} table
 * @param {string} caption Read, not seen.
 */
export function buildTable({ headers, rows, numeric, empty }, caption) {
  const kind = (/** @type {number} */ column) => (numeric[column] ? "number" : "nowrap");
  const head = headers.map((text, column) => create("th", { scope: "col", class: kind(column) }, text));
  const body = rows.map((row) =>
    create("tr", {}, ...row.map((text, column) => {
      if (column === 0) return create("th", { scope: "row", class: kind(column) }, text);
      return text ? create("td", { class: kind(column) }, text) : create("td", { class: `${kind(column)} null` }, empty);
    })),
  );
  return create("table", {},
    create("caption", { class: "visually-hidden" }, caption),
    create("thead", {}, create("tr", {}, ...head)),
    create("tbody", {}, ...body),
  );
}

/** So many rows are laid out at a time. */
const ROWS_A_FRAME = 50;

/**
 * Puts a long table into its place, some rows at a time, until another one takes that place.
 * @param {HTMLElement} place
 * @param {HTMLTableElement} table
 */
export async function growTable(place, table) {
  const rows = [...table.rows].slice(ROWS_A_FRAME);
  for (const row of rows) row.remove();
  place.replaceChildren(table);
  for (let next = 0; next < rows.length; next += ROWS_A_FRAME) {
    await nextFrame();
    if (!table.isConnected) return;
    table.tBodies[0]?.append(...rows.slice(next, next + ROWS_A_FRAME));
  }
}

/** The icon of each verdict, so that colour never says it alone. */
const VERDICT_ICONS = { pass: "check", warn: "warn", fail: "cross", skipped: "skip" };

/**
 * Turns an element into the badge of a verdict.
 * @template {HTMLElement} T
 * @param {T} element
 * @param {QualityRow["verdict"]} verdict
 * @param {string} label
 */
export function showVerdict(element, verdict, label) {
  element.classList.add("badge");
  element.dataset["verdict"] = verdict;
  element.replaceChildren(icon(VERDICT_ICONS[verdict]), label);
  return element;
}

/**
 * The quality report.
 * @param {string[]} headers
 * @param {QualityRow[]} rows
 * @param {string} [caption] Read, not seen.
 */
export function buildQualityTable(headers, rows, caption = "Checks of the dataset") {
  const body = rows.map((row) => {
    const about = create("details", { class: "about" }, create("summary", {}, row.check), create("p", {}, row.about));
    const check = create("th", { scope: "row" }, about);
    if (row.note) check.append(create("span", { class: "row-note" }, row.note));
    return create("tr", { "data-verdict": row.verdict },
      check,
      create("td", { class: "nowrap" }, row.metric),
      create("td", {}, row.expected),
      create("td", {}, row.found),
      create("td", {}, row.tolerance),
      create("td", {}, showVerdict(create("span"), row.verdict, row.verdictLabel)),
    );
  });
  return create("table", {},
    create("caption", { class: "visually-hidden" }, caption),
    create("thead", {}, create("tr", {}, ...headers.map((text) => create("th", { scope: "col" }, text)))),
    create("tbody", {}, ...body),
  );
}
