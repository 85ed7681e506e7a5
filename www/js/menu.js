/** @file A menu button: opens with a click or the arrow keys, closes with Escape or a click elsewhere. */

import { create } from "./dom.js";

/** @typedef {{ title: string, description: string }} Item */

/**
 * Fills a menu.
 * @template {Item} T
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} list
 * @param {T[]} items
 * @param {(item: T) => void} onChoose
 */
export function createMenu(button, list, items, onChoose) {
  const entries = items.map((item) => {
    const entry = create("button", { type: "button", role: "menuitem", tabindex: -1 },
      create("strong", {}, item.title), create("span", {}, item.description));
    entry.addEventListener("click", () => {
      close();
      onChoose(item);
    });
    return entry;
  });
  list.replaceChildren(...entries);

  /** @param {number} focus Which entry gets the focus. */
  function open(focus) {
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    entries.at(focus)?.focus();
  }

  function close() {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }

  button.addEventListener("click", () => (list.hidden ? open(0) : close()));
  button.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") open(0);
    else if (event.key === "ArrowUp") open(-1);
    else return;
    event.preventDefault();
  });
  list.addEventListener("keydown", (event) => {
    const at = entries.findIndex((entry) => entry === document.activeElement);
    if (event.key === "ArrowDown") entries[(at + 1) % entries.length]?.focus();
    else if (event.key === "ArrowUp") entries.at(at - 1)?.focus();
    else if (event.key === "Home") entries[0]?.focus();
    else if (event.key === "End") entries.at(-1)?.focus();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("focusin", ({ target }) => closeOutside(target));
  document.addEventListener("pointerdown", ({ target }) => closeOutside(target));

  /** @param {EventTarget | null} target */
  function closeOutside(target) {
    const inside = target instanceof Node && (list.contains(target) || button.contains(target));
    if (list.hidden || inside) return;
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }
}
