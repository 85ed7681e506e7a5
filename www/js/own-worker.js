/**
 * @file Workers from the page's own scripts. Under Trusted Types no other address becomes a script,
 * whatever a configuration, a file or a link may hold.
 */

/** @typedef {{ createScriptURL: (url: string) => string }} ScriptPolicy */

/** @type {{ createPolicy: (name: string, rules: ScriptPolicy) => ScriptPolicy } | undefined} */
const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
const home = new URL(".", import.meta.url).href;

/** The policy that the page's Content-Security-Policy names. */
const policy = trustedTypes?.createPolicy("fleetsynth", {
  createScriptURL(url) {
    if (!url.startsWith(home)) throw new TypeError(`${url} is none of the page's own scripts.`);
    return url;
  },
});

/**
 * @param {string} script The name of a file beside this one.
 * @param {string} name
 */
export function startWorker(script, name) {
  const { href } = new URL(script, home);
  return new Worker(policy ? policy.createScriptURL(href) : href, { type: "module", name });
}
