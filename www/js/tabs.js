/** @file Tabs: one panel of several, chosen by click or arrow keys. */

import { byId, recall, remember } from "./dom.js";

/**
 * Brings a tab list to life and opens the tab of the last visit.
 * @param {HTMLElement} list
 * @param {(tab: string) => void} onShow Called with the id of each tab that comes into view.
 * @returns {(tab: string) => void} Opens a tab by its id.
 */
export function createTabs(list, onShow) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);

  /** @param {string} id */
  function open(id) {
    for (const tab of tabs) {
      const chosen = tab.id === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls") ?? "", HTMLElement).hidden = !chosen;
    }
    remember("tab", id);
    onShow(id);
  }

  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => open(tab.id));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = /** @type {HTMLElement} */ (tabs.at((index + step) % tabs.length));
      open(next.id);
      next.focus();
    });
  }
  const last = recall("tab");
  if (tabs.some((tab) => tab.id === last)) open(/** @type {string} */ (last));
  return open;
}
