/** @file The page's WebAssembly modules: fetched and compiled once, for the page and for its workers. */

/** A module with one function that fills a vector of 16 bytes, counts their bits and drops it: valid where there is SIMD. */
const SIMD_PROBE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 11, 1, 9, 0, 65, 0, 253, 15, 253, 98, 26, 11];

/** So long after the last byte has come a module may still be in compilation, milliseconds. */
const LATE = 3000;

/**
 * Whether nothing is compiled in the background any more. So it is now and then in Firefox 140 with two processors,
 * once a page was left in the middle of a large run: what is compiled at once is compiled even then.
 */
let isStuck = false;

/** The generator that this browser can run: `fleetsynth.js` and the bytes that come out are the same for both. */
export function compileGenerator() {
  const hasSimd = WebAssembly.validate(new Uint8Array(SIMD_PROBE));
  return compile(hasSimd ? "fleetsynth_bg.wasm" : "fleetsynth_baseline_bg.wasm");
}

/**
 * Compiles while it downloads; after the download where the host names another media type.
 * @param {string} file Of those beside the page.
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(file) {
  const url = new URL(`../${file}`, import.meta.url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  const isWasm = response.headers.get("Content-Type")?.split(";")[0]?.trim() === "application/wasm";
  const bytes = response.clone().arrayBuffer();
  if (!isStuck) {
    const compiled = isWasm ? WebAssembly.compileStreaming(response) : bytes.then((bytes) => WebAssembly.compile(bytes));
    const late = bytes.then(() => new Promise((/** @type {(nothing: void) => void} */ resolve) => setTimeout(resolve, LATE)));
    const module = await Promise.race([compiled, late]);
    if (module) return module;
    isStuck = true;
  }
  return new WebAssembly.Module(await bytes);
}
