/**
 * @file Keeps the page's own files, so that it opens without a network. All come from one build: a newer build is
 * fetched beside the one in use, and takes its place when the last tab with it is closed or the user says so.
 */

/* What scripts/precache.mjs writes here: the build's name, its files, and those that are kept only once they are used. */
const { build, files, onUse } = BUILD;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const { scope } = worker.registration;
/** Other pages of this host keep theirs under other names. */
const family = `fleetsynth ${scope} `;
const name = family + build;

worker.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(name);
    await cache.addAll(files.map((file) => new Request(new URL(file, scope), { cache: "no-cache" })));
  })());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const outdated = (await caches.keys()).filter((other) => other.startsWith(family) && other !== name);
    await Promise.all(outdated.map((other) => caches.delete(other)));
  })());
});

worker.addEventListener("message", ({ data }) => {
  if (data === "activate") worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const file = request.method === "GET" ? ownFile(request.url) : null;
  // Everything else, uploads above all, goes its way as if there were no service worker.
  if (file !== null) event.respondWith(answer(file, request));
});

/**
 * The build's file at an address; null when there is none.
 * @param {string} url
 */
function ownFile(url) {
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  if (!address.startsWith(scope)) return null;
  const file = address.slice(scope.length) || "index.html";
  return files.includes(file) || onUse.includes(file) ? file : null;
}

/**
 * @param {string} file
 * @param {Request} request
 */
async function answer(file, request) {
  const cache = await caches.open(name);
  const kept = await cache.match(new URL(file, scope));
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(new URL(file, scope), response.clone());
  return response;
}
