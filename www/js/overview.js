/** @file The strip with all days: shows which of them are in view, and chooses others. */

import { byId } from "./dom.js";
import { isDark } from "./theme.js";

/** @typedef {import("./charts.js").Shown} Shown */

/**
 * Brings the strip to life.
 * @param {() => Shown | null} shown
 * @param {() => void} onChange Called when other days are in view.
 */
export function createOverview(shown, onChange) {
  const strip = byId("overview-strip", HTMLElement);
  const canvas = byId("overview-canvas", HTMLCanvasElement);
  const frame = byId("overview-window", HTMLElement);
  const handles = [byId("overview-first", HTMLElement), byId("overview-last", HTMLElement)];
  const text = byId("overview-days", HTMLElement);
  const reset = byId("overview-reset", HTMLButtonElement);
  /** What the canvas shows: nothing is drawn twice. */
  let drawn = "";
  /** The report whose strip is drawn. @type {Shown["report"] | null} */
  let drawnOf = null;
  byId("overview", HTMLElement).inert = false;

  reset.addEventListener("click", () => {
    shown()?.report.showAllDays();
    onChange();
    frame.focus({ preventScroll: true });
  });

  for (const [place, handle] of handles.entries()) {
    const isLast = place === 1;
    handle.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      shown()?.report.dragEdge(isLast, share(event));
      onChange();
    });
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
      if (!steps) return;
      event.preventDefault();
      shown()?.report.nudgeEdge(isLast, steps);
      onChange();
    });
  }

  /** What the pointer holds: the days in view, or the place where a choice began. @type {{ at: number, from: number | null } | null} */
  let held = null;
  strip.addEventListener("pointerdown", (event) => {
    const now = shown();
    if (event.button !== 0 || !now) return;
    const view = now.report.daysInView();
    const at = share(event);
    const isInside = !view.isWhole && at >= view.from && at <= view.to;
    held = { at, from: isInside ? view.from : null };
    strip.setPointerCapture(event.pointerId);
  });
  strip.addEventListener("pointermove", (event) => {
    const now = shown();
    if (!held || !now) return;
    if (held.from === null) now.report.brush(held.at, share(event));
    else now.report.moveTo(held.from + share(event) - held.at);
    onChange();
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) strip.addEventListener(end, () => (held = null));
  strip.addEventListener("dblclick", () => reset.click());

  /** @param {PointerEvent} event */
  function share(event) {
    const { left, width } = strip.getBoundingClientRect();
    return (event.clientX - left) / width;
  }

  return {
    /** Shows things as they are now. */
    show() {
      const now = shown();
      if (!now) return;
      const view = now.report.daysInView();
      frame.style.left = `${view.from * 100}%`;
      frame.style.right = `${(1 - view.to) * 100}%`;
      text.textContent = view.text;
      reset.disabled = view.isWhole;
      for (const [place, handle] of handles.entries()) {
        handle.setAttribute("aria-valuenow", ((place ? view.to : view.from) * 100).toFixed(1));
        handle.setAttribute("aria-valuetext", place ? view.last : view.first);
      }
      drawStrip(now);
    },
  };

  /** @param {Shown} now */
  function drawStrip({ report, metric }) {
    const [width, height] = [strip.clientWidth, strip.clientHeight].map((size) => Math.round(size * devicePixelRatio));
    const wanted = [metric, isDark(), width, height].join();
    if (!width || !height || (drawn === wanted && drawnOf === report)) return;
    [drawn, drawnOf] = [wanted, report];
    canvas.width = width;
    canvas.height = height;
    report.drawOverview(canvas, metric, isDark(), devicePixelRatio);
  }
}
