/** @file The colour scheme: the system's or the user's choice, and who wants to know. */

import { byId, recall, remember } from "./dom.js";

const system = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now. */
export function isDark() {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : system.matches;
}

/**
 * Brings the selector to life; calls back whenever the page turns dark or light.
 * @param {() => void} onChange
 */
export function watchTheme(onChange) {
  const select = byId("theme", HTMLSelectElement);
  select.value = document.documentElement.dataset["theme"] ?? recall("theme") ?? "system";
  select.addEventListener("change", () => {
    if (select.value === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = select.value;
    remember("theme", select.value);
    onChange();
  });
  system.addEventListener("change", onChange);
}
