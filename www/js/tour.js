/** @file A tour of the page: one place after another, beside the page and not in its way. */

import { byId, recall, remember } from "./dom.js";

/** Offers the tour on the first visit, and whenever it is asked for. */
export function offerTour() {
  const invitation = byId("tour-invitation", HTMLElement);
  const tour = createTour();
  invitation.hidden = recall("tour") !== null;
  const again = byId("tour-again", HTMLButtonElement);
  /** @param {string} id @param {() => void} then */
  const on = (id, then) =>
    byId(id, HTMLButtonElement).addEventListener("click", () => {
      remember("tour", "seen");
      invitation.hidden = true;
      then();
    });
  on("tour-start", () => tour.begin(again));
  on("tour-again", () => tour.begin(again));
  on("tour-skip", () => again.focus());
}

/** The tour itself: its steps stand in index.html, each with the id of what it is about. */
function createTour() {
  const dialog = byId("tour", HTMLDialogElement);
  const steps = /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll("[data-about]")]);
  const [back, next] = [byId("tour-back", HTMLButtonElement), byId("tour-next", HTMLButtonElement)];
  /** @type {HTMLElement | null} */
  let lit = null;
  /** @type {HTMLElement | null} */
  let returnTo = null;
  let at = 0;

  /** @param {number} place */
  function show(place) {
    at = place;
    steps.forEach((step, index) => (step.hidden = index !== at));
    byId("tour-place", HTMLElement).textContent = `${at + 1} / ${steps.length}`;
    back.disabled = at === 0;
    byId("tour-next-text", HTMLElement).hidden = at === steps.length - 1;
    byId("tour-done-text", HTMLElement).hidden = at < steps.length - 1;
    light(document.getElementById(steps[at]?.dataset["about"] ?? ""));
    steps[at]?.querySelector("h2")?.focus();
  }

  /** @param {HTMLElement | null} element What the step is about. */
  function light(element) {
    lit?.classList.remove("tour-lit");
    lit = element?.checkVisibility() ? element : null;
    lit?.classList.add("tour-lit");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    lit?.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  }

  back.addEventListener("click", () => {
    show(at - 1);
  });
  next.addEventListener("click", () => {
    if (at === steps.length - 1) dialog.close();
    else show(at + 1);
  });
  byId("tour-end", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close());
  dialog.addEventListener("close", () => {
    light(null);
    returnTo?.focus();
  });

  return {
    /** @param {HTMLElement} from What has the focus afterwards. */
    begin(from) {
      returnTo = from;
      if (!dialog.open) dialog.show();
      show(0);
    },
  };
}
