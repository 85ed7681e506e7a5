/** @file The module that draws all charts but the first: loaded once that one is seen. */

import { notLoaded } from "./errors.js";
import { compile } from "./wasm.js";

/** @typedef {typeof import("../fleetsynth_charts.js").Report} ReportClass */

/** @type {Promise<ReportClass> | null} */
let loading = null;

/**
 * What reports are made of. Rejects with a {@link import("./errors.js").NotLoaded} when it doesn't come.
 * @returns {Promise<ReportClass>}
 */
export function loadReports() {
  loading ??= import("../fleetsynth_charts.js").then(async ({ default: init, Report }) => {
    await init({ module_or_path: await compile("fleetsynth_charts_bg.wasm") });
    return Report;
  }).catch(notLoaded);
  // To ask for it again is to try again.
  loading.catch(() => (loading = null));
  return loading;
}
