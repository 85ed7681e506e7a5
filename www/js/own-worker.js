/**
 * @file Workers from the page's own scripts. Under Trusted Types no other address becomes a script,
 * whatever a configuration, a file or a link may hold.
 */

/** @typedef {{ createScriptURL: (url: string) => string }} ScriptPolicy */

/** @type {{ createPolicy: (name: string, rules: ScriptPolicy) => ScriptPolicy } | undefined} */
const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
const home = new URL(".", import.meta.url).href;
/** Beside the page, whose files it keeps. */
const serviceWorker = new URL("../service-worker.js", import.meta.url).href;

/** The policy that the page's Content-Security-Policy names. */
const policy = trustedTypes?.createPolicy("fleetsynth", {
  createScriptURL(url) {
    if (url !== serviceWorker && !url.startsWith(home)) throw new TypeError(`${url} is none of the page's own scripts.`);
    return url;
  },
});

/**
 * @param {string} script The name of a file beside this one.
 * @param {string} name
 */
export function startWorker(script, name) {
  return new Worker(trusted(new URL(script, home).href), { type: "module", name });
}

/** Fails in windows that keep nothing. */
export async function registerServiceWorker() {
  return navigator.serviceWorker.register(trusted(serviceWorker));
}

/** @param {string} url */
function trusted(url) {
  return policy ? policy.createScriptURL(url) : url;
}
