/** @file The page without a network: its service worker, and the notice that a newer build is there. */

import { byId } from "./dom.js";
import { registerServiceWorker } from "./own-worker.js";

/** Has the browser keep the page's files. A window that keeps nothing does without. */
export async function keepOffline() {
  const registration = await registerServiceWorker().catch(() => null);
  if (!registration) return;
  const { serviceWorker } = navigator;
  const offer = () => {
    // The first one of all is no newer one.
    if (registration.waiting && serviceWorker.controller) byId("update", HTMLElement).hidden = false;
  };
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  byId("update-now", HTMLButtonElement).addEventListener("click", () => {
    serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("activate");
  });
}
