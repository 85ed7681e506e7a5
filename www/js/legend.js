/** @file The legend beside a chart: what its marks mean, and buttons that hide a series. */

import { create } from "./dom.js";

/** @typedef {import("../fleetsynth.js").LegendEntry} LegendEntry */

/**
 * Shows a legend. What is the same as before stays where it is, with its focus.
 * @param {HTMLElement} list
 * @param {LegendEntry[]} entries
 */
export function showLegend(list, entries) {
  list.hidden = entries.length === 0;
  for (const [place, entry] of entries.entries()) {
    const before = list.children[place];
    const item = buildEntry(entry);
    if (!before) list.append(item);
    else if (!update(before, item)) before.replaceWith(item);
  }
  while (list.children.length > entries.length) list.lastElementChild?.remove();
}

/**
 * Calls back with the series of a button that is pressed, whichever are shown by then.
 * @param {HTMLElement} list
 * @param {(series: string) => void} onToggle
 */
export function watchLegend(list, onToggle) {
  list.addEventListener("click", ({ target }) => {
    const series = target instanceof Element && target.closest("[data-series]")?.getAttribute("data-series");
    if (series) onToggle(series);
  });
}

/** @param {LegendEntry} entry */
function buildEntry({ series, shown, swatch, color, text }) {
  const parts = [buildSwatch(swatch, color), text];
  if (series === null) return create("li", {}, create("span", { class: "legend-entry" }, ...parts));
  return create("li", {},
    create("button", { type: "button", class: "legend-entry", "data-series": series, "aria-pressed": String(shown) }, ...parts),
  );
}

/**
 * Makes the one entry like the other, where they are of the same series.
 * @param {Element} before
 * @param {Element} after
 */
function update(before, after) {
  const [old, now] = [before.firstElementChild, after.firstElementChild];
  if (!old || !now || old.getAttribute("data-series") !== now.getAttribute("data-series")) return false;
  if (old.outerHTML === now.outerHTML) return true;
  if (now.hasAttribute("aria-pressed")) old.setAttribute("aria-pressed", now.getAttribute("aria-pressed") ?? "");
  old.replaceChildren(...now.childNodes);
  return true;
}

/**
 * A mark as charts have it.
 * @param {string} swatch
 * @param {string} color
 */
export function buildSwatch(swatch, color) {
  const mark = create("span", { class: "swatch", "data-swatch": swatch, "aria-hidden": "true" });
  mark.style.color = color;
  return mark;
}
