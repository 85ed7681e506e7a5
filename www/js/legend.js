/** @file The legend beside a chart: what its marks mean, and buttons that hide a series. */

import { create } from "./dom.js";

/** @typedef {import("../fleetsynth.js").LegendEntry} LegendEntry */

/**
 * Shows a legend. What is the same as before stays where it is, with its focus.
 * @param {HTMLElement} list
 * @param {LegendEntry[]} entries
 * @param {(series: string) => void} onToggle Called with a series to be hidden or shown again.
 */
export function showLegend(list, entries, onToggle) {
  list.hidden = entries.length === 0;
  for (const [place, entry] of entries.entries()) {
    const before = list.children[place];
    const item = buildEntry(entry, onToggle);
    if (!before) list.append(item);
    else if (!update(before, item)) before.replaceWith(item);
  }
  while (list.children.length > entries.length) list.lastElementChild?.remove();
}

/** @param {LegendEntry} entry @param {(series: string) => void} onToggle */
function buildEntry({ series, shown, swatch, color, text }, onToggle) {
  const parts = [buildSwatch(swatch, color), text];
  if (series === null) return create("li", {}, create("span", { class: "legend-entry" }, ...parts));
  const button = create("button", { type: "button", class: "legend-entry", "data-series": series, "aria-pressed": String(shown) }, ...parts);
  button.addEventListener("click", () => onToggle(series));
  return create("li", {}, button);
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
