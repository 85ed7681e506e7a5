/** @file A pinned run beside the latest one: their figures, and in which keys their configurations differ. */

import { compareRuns } from "../fleetsynth.js";
import { byId } from "./dom.js";
import { buildTable } from "./tables.js";

/** @typedef {import("../fleetsynth.js").Outcome} Outcome */
/** @typedef {{ yaml: string, outcome: Outcome }} Run A run: the text that it was made from, and what it gave. */

/**
 * The button that pins a run, and the comparison.
 * @param {() => void} onChange Called when another run is pinned, or none.
 */
export function createCompare(onChange) {
  const section = byId("compare", HTMLElement);
  const pin = byId("pin", HTMLButtonElement);
  /** @type {Run | null} */
  let pinned = null;
  /** @type {Run | null} */
  let latest = null;

  pin.addEventListener("click", () => {
    pinned = latest;
    show();
    onChange();
    section.focus({ preventScroll: true });
  });
  byId("unpin", HTMLButtonElement).addEventListener("click", () => {
    pinned = null;
    show();
    onChange();
    pin.focus();
  });

  function show() {
    pin.disabled = pinned !== null && pinned === latest;
    section.hidden = pinned === null;
    if (!pinned || !latest) return;
    const isAlone = pinned === latest;
    byId("compare-alone", HTMLElement).hidden = !isAlone;
    byId("compare-tables", HTMLElement).hidden = isAlone;
    byId("compare-title", HTMLElement).textContent = "";
    if (isAlone) return;
    const [a, b] = [pinned.outcome, latest.outcome];
    const { title, figures, differences } = compareRuns(a.figures, a.configYaml, b.figures, b.configYaml);
    byId("compare-title", HTMLElement).textContent = title;
    byId("compare-figures", HTMLElement).replaceChildren(buildTable(figures, "Figures of A and B"));
    byId("compare-keys", HTMLElement).hidden = differences.rows.length === 0;
    byId("compare-keys", HTMLElement).replaceChildren(buildTable(differences, "Keys in which A and B differ"));
  }

  return {
    /** The run that is pinned as A, if there is one besides the latest. */
    other: () => (pinned === latest ? null : pinned),
    /** Takes a run's outcome as B. @param {string} yaml @param {Outcome} outcome */
    offer(yaml, outcome) {
      latest = { yaml, outcome };
      show();
    },
  };
}
