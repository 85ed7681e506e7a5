/** @file Chooses one server of any number: by its id, by its number, or one after another. */

import { byId, create } from "./dom.js";

/** @typedef {import("../fleetsynth_charts.js").Report} Report */

/**
 * @param {(server: number) => void} onPick Called with the server's 0-based position.
 */
export function createServerPicker(onPick) {
  const input = byId("server", HTMLInputElement);
  const about = byId("server-about", HTMLElement);
  const options = byId("server-options", HTMLDataListElement);
  const previous = byId("server-previous", HTMLButtonElement);
  const next = byId("server-next", HTMLButtonElement);
  /** @type {Report | null} */
  let report = null;
  let server = 0;

  input.addEventListener("input", () => {
    suggest();
    // An id that is whole is picked at once; anything else waits for Enter.
    const found = report?.findServer(input.value);
    if (found !== undefined && report?.server(found).id === input.value) pick(found);
  });
  input.addEventListener("change", () => pick(report?.findServer(input.value)));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") pick(report?.findServer(input.value));
    if (event.key === "Escape") show();
  });
  previous.addEventListener("click", () => pick(server - 1));
  next.addEventListener("click", () => pick(server + 1));

  /** @param {number | undefined} found Nothing found: what was shown stays, and the field says so. */
  function pick(found) {
    input.setAttribute("aria-invalid", String(found === undefined));
    if (found === undefined && report) {
      about.textContent = report.noServer(input.value);
      return;
    }
    const changed = found !== undefined && found !== server;
    server = found ?? server;
    show();
    if (changed) onPick(server);
  }

  function show() {
    if (!report) return;
    const info = report.server(server);
    input.value = info.id;
    input.size = info.id.length;
    input.setAttribute("aria-invalid", "false");
    about.textContent = info.about;
    previous.disabled = info.isFirst;
    next.disabled = info.isLast;
  }

  function suggest() {
    const ids = report?.suggestServers(input.value) ?? [];
    options.replaceChildren(...ids.map((value) => create("option", { value })));
  }

  return {
    /**
     * Offers the servers of another report; the place in the fleet stays, if there is one there.
     * @param {Report} now
     * @returns {number} The server that is shown.
     */
    offer(now) {
      report = now;
      server = now.nearestServer(server);
      show();
      suggest();
      return server;
    },
  };
}
