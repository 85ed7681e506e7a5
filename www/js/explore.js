/** @file Exploring the charts: crosshair and read-outs, zoom and pan, by pointer and keyboard. Loaded once the charts are seen. */

import { byId, create } from "./dom.js";
import { buildSwatch } from "./legend.js";
import { createOverview } from "./overview.js";
import { offerFiles } from "./pictures.js";
import { isDark } from "./theme.js";

/** @typedef {import("./charts.js").Chart} Chart */
/** @typedef {import("./charts.js").Shown} Shown */
/** @typedef {import("../fleetsynth_charts.js").Spot} Spot */
/** @typedef {import("../fleetsynth_charts.js").ReadOut} ReadOut */
/** @typedef {ReturnType<typeof buildReader>} Reader */
/**
 * What the explorer works on.
 * @typedef {object} Charts
 * @property {Chart[]} charts
 * @property {() => Shown | null} shown
 * @property {(which: Chart[]) => void} draw Draws these charts at once.
 * @property {(which: Chart[]) => void} drawLater Draws these charts soon, one a task.
 * @property {(which: Chart[]) => void} tell Says in words what they show.
 */

/** A pointer that has moved less is not dragging, CSS pixels. */
const STILL = 4;
/** So far a wheel turns for a step, in the browser's pixels. */
const WHEEL_STEP = 60;
/** Words follow once the view has been still for so long, milliseconds. */
const QUIET = 150;
/** Distance of a read-out from its crosshair, CSS pixels. */
const AIR = 12;

/** @param {Charts} options */
export function createExplorer({ charts, shown, draw, drawLater, tell }) {
  const overTime = charts.filter((chart) => chart.overTime);
  const readers = new Map(charts.map((chart) => [chart, buildReader(chart)]));
  /** Where the crosshair is, and in which chart it was put there. @type {{ chart: Chart, spot: Spot } | null} */
  let looking = null;
  let frame = 0;
  let quiet = 0;
  const overview = createOverview(shown, zoomed);
  const grouping = byId("grouping", HTMLSelectElement);
  /** The report whose groupings are offered. @type {Shown["report"] | null} */
  let offered = null;
  grouping.addEventListener("change", () => {
    shown()?.report.groupBy(grouping.value);
    draw(overTime);
    tell(overTime);
  });

  for (const [chart, reader] of readers) {
    readByPointer(chart, reader);
    readByKeys(chart, reader);
    offerFiles(chart, shown);
  }

  /** The days in view have changed: what is seen is drawn again with the next frame, the rest thereafter. */
  function zoomed() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const start = performance.now();
      const seen = overTime.filter(isSeen);
      draw(seen);
      drawLater(overTime.filter((chart) => !seen.includes(chart)));
      performance.measure("fleetsynth: zoom", { start });
    });
    clearTimeout(quiet);
    quiet = setTimeout(() => tell(overTime), QUIET);
  }

  /** @param {Chart} chart @param {{ x: number, y: number }} at */
  function spotAt(chart, { x, y }) {
    const now = shown();
    const { clientWidth, clientHeight } = chart.place;
    return now ? now.report.spotAt(chart.id, now.metric, now.server, clientWidth, clientHeight, x, y) : null;
  }

  /**
   * Puts the crosshair somewhere, in all charts that share the days.
   * @param {Chart} chart
   * @param {Spot | null} spot
   */
  function look(chart, spot) {
    looking = spot && { chart, spot };
    showCrosshairs();
  }

  function showCrosshairs() {
    const now = shown();
    for (const [chart, reader] of readers) {
      const isMeant = looking && (looking.chart === chart || (looking.chart.overTime && chart.overTime));
      const { clientWidth, clientHeight } = chart.place;
      const out = now && looking && isMeant
        ? now.report.readOut(chart.id, now.metric, now.server, clientWidth, clientHeight, isDark(), looking.spot.column, looking.spot.row)
        : null;
      const isSource = looking?.chart === chart;
      reader.show(out, isSource);
      if (out && looking && isSource) looking.spot = out.spot;
    }
  }

  /** @param {Chart} chart @param {Reader} reader */
  function readByPointer(chart, { surface, selection }) {
    /** @type {{ x: number, spot: Spot, pans: boolean } | null} */
    let held = null;
    let turned = 0;

    surface.addEventListener("pointerdown", (event) => {
      const spot = spotAt(chart, place(event));
      if (event.button !== 0 || !spot) return;
      held = { x: event.offsetX, spot, pans: event.shiftKey };
      if (chart.overTime) surface.setPointerCapture(event.pointerId);
    });
    surface.addEventListener("pointermove", (event) => {
      const spot = spotAt(chart, place(event));
      if (!spot) return;
      if (held && chart.overTime && held.pans) {
        shown()?.report.panDays(held.spot.column - spot.column);
        return zoomed();
      }
      look(chart, spot);
      if (held && chart.overTime) mark(held.x, event.offsetX);
    });
    surface.addEventListener("pointerup", (event) => {
      const spot = spotAt(chart, place(event));
      if (held && spot && chart.overTime && !held.pans && isDrag(held.x, event.offsetX)) {
        shown()?.report.showDays(held.spot.column, spot.column);
        zoomed();
      }
      letGo();
    });
    surface.addEventListener("pointercancel", letGo);
    surface.addEventListener("pointerleave", () => {
      if (!surface.matches(":focus-visible")) look(chart, null);
    });
    surface.addEventListener("dblclick", reset);
    surface.addEventListener("wheel", (event) => {
      const zooms = event.ctrlKey || event.metaKey;
      if (!chart.overTime || !(zooms || event.shiftKey)) return;
      event.preventDefault();
      turned += event.deltaY || event.deltaX;
      const steps = Math.trunc(turned / WHEEL_STEP);
      turned -= steps * WHEEL_STEP;
      if (steps === 0) return;
      if (zooms) shown()?.report.zoom(spotAt(chart, place(event))?.column, -steps);
      else shown()?.report.pan(steps);
      zoomed();
    }, { passive: false });

    function letGo() {
      held = null;
      selection.hidden = true;
    }

    /** @param {number} from @param {number} to */
    function mark(from, to) {
      selection.hidden = !isDrag(from, to);
      selection.style.left = `${Math.min(from, to)}px`;
      selection.style.width = `${Math.abs(from - to)}px`;
    }
  }

  /** @param {Chart} chart @param {Reader} reader */
  function readByKeys(chart, { surface }) {
    surface.addEventListener("focus", () => {
      if (surface.matches(":focus-visible")) look(chart, looking?.spot ?? { column: 0, row: 0 });
    });
    surface.addEventListener("blur", () => look(chart, null));
    surface.addEventListener("keydown", (event) => {
      const now = shown();
      if (!now || event.altKey || event.ctrlKey || event.metaKey) return;
      const { column, row } = looking?.spot ?? { column: 0, row: 0 };
      const { first, last } = readers.get(chart)?.ends() ?? { first: 0, last: 0 };
      /** @param {number} to */
      const move = (to) => {
        const next = { column: Math.max(to, 0), row };
        if (chart.overTime) {
          now.report.reveal(next.column);
          zoomed();
        }
        look(chart, next);
      };
      /** @param {number} steps */
      const zoom = (steps) => {
        now.report.zoom(looking ? column : undefined, steps);
        zoomed();
      };
      /** @type {Record<string, () => void>} */
      const keys = {
        ArrowLeft: () => move(column - 1),
        ArrowRight: () => move(column + 1),
        ArrowUp: () => look(chart, { column, row: row + 1 }),
        ArrowDown: () => look(chart, { column, row: Math.max(row - 1, 0) }),
        Home: () => look(chart, { column: first, row }),
        End: () => look(chart, { column: last, row }),
        ...(chart.overTime && {
          PageUp: () => (now.report.pan(-1), zoomed()),
          PageDown: () => (now.report.pan(1), zoomed()),
          "+": () => zoom(1),
          "=": () => zoom(1),
          "-": () => zoom(-1),
          Escape: reset,
        }),
      };
      const action = keys[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    });
  }

  function reset() {
    shown()?.report.showAllDays();
    zoomed();
  }

  /** Offers what servers can be grouped by; what was chosen stays, if it is still there. */
  function offerGroupings() {
    const now = shown();
    if (!now || now.report === offered) return;
    offered = now.report;
    const before = grouping.value;
    grouping.replaceChildren(...now.report.groupings().map(({ name, label }) => create("option", { value: name }, label)));
    if (before && [...grouping.options].some(({ value }) => value === before)) {
      grouping.value = before;
      grouping.dispatchEvent(new Event("change"));
    }
  }

  return {
    /** Something was drawn anew. */
    drawn() {
      offerGroupings();
      overview.show();
      showCrosshairs();
    },
  };
}

/** Whether a part of the chart lies in the window. @param {Chart} chart */
function isSeen({ canvas }) {
  const { top, bottom } = canvas.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** @param {MouseEvent} event */
const place = ({ offsetX, offsetY }) => ({ x: offsetX, y: offsetY });

/** @param {number} from @param {number} to */
const isDrag = (from, to) => Math.abs(from - to) >= STILL;

/**
 * What lies above a chart's canvas: the crosshair, the read-out, and what takes pointer and keys.
 * @param {Chart} chart
 */
function buildReader(chart) {
  const surface = create("div", {
    class: "chart-surface",
    role: "slider",
    tabindex: 0,
    "aria-labelledby": `chart-${chart.id}-title`,
    "aria-describedby": "chart-hint",
    "aria-valuemin": 0,
    "aria-valuemax": 0,
    "aria-valuenow": 0,
    "aria-valuetext": chart.title,
  });
  const line = create("div", { class: "crosshair", hidden: true });
  const across = create("div", { class: "crosshair across", hidden: true });
  const dots = create("div", { class: "crosshair-dots", hidden: true });
  const selection = create("div", { class: "chart-selection", hidden: true });
  const card = create("div", { class: "read-out", "aria-hidden": "true", hidden: true });
  chart.place.append(selection, line, across, dots, card, surface);
  let ends = { first: 0, last: 0 };

  return {
    surface,
    selection,
    /** The first and the last column in view. */
    ends: () => ends,
    /**
     * @param {ReadOut | null} out
     * @param {boolean} isSource Whether the crosshair was put here: a row in another chart is not meant.
     */
    show(out, isSource) {
      const isRow = out?.y != null;
      dots.hidden = !out;
      // A chart of rows alone has one column.
      line.hidden = !out || (isRow && out.first === out.last);
      card.hidden = !out || (isRow && !isSource);
      across.hidden = !isRow || !isSource;
      if (!out) return;
      ends = out;
      line.style.left = `${out.x}px`;
      line.style.top = `${out.top}px`;
      line.style.height = `${out.bottom - out.top}px`;
      across.style.top = `${out.y}px`;
      across.style.left = `${out.left}px`;
      across.style.width = `${out.right - out.left}px`;
      dots.replaceChildren(...out.rows.filter(({ y }) => y !== null).map(({ color, y }) => {
        const dot = create("span");
        dot.style.left = `${out.x}px`;
        dot.style.top = `${y}px`;
        dot.style.backgroundColor = color;
        return dot;
      }));
      card.replaceChildren(
        create("strong", {}, out.title),
        create("dl", {}, ...out.rows.flatMap(({ swatch, color, name, value }) => [
          create("dt", {}, buildSwatch(swatch, color), name),
          create("dd", {}, value),
        ])),
        ...out.notes.map((note) => create("p", {}, note)),
      );
      // Beside the crosshair, where there is more room, and inside the chart.
      const [room, width] = [chart.place.clientWidth, card.offsetWidth];
      const left = out.x > room / 2 ? out.x - AIR - width : out.x + AIR;
      card.style.left = `${Math.max(0, Math.min(left, room - width))}px`;
      surface.setAttribute("aria-valuemin", String(out.first));
      surface.setAttribute("aria-valuemax", String(out.last));
      surface.setAttribute("aria-valuenow", String(out.spot.column));
      surface.setAttribute("aria-valuetext", out.sentence);
    },
  };
}
