/** @file The generator's module: fetched and compiled once, for the page and for its workers. */

/** A module with one function that fills a vector of 16 bytes, counts their bits and drops it: valid where there is SIMD. */
const SIMD_PROBE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 11, 1, 9, 0, 65, 0, 253, 15, 253, 98, 26, 11];

/** The module that this browser can run: `fleetsynth.js` and the bytes that come out are the same for both. */
function moduleUrl() {
  const hasSimd = WebAssembly.validate(new Uint8Array(SIMD_PROBE));
  return new URL(hasSimd ? "../fleetsynth_bg.wasm" : "../fleetsynth_baseline_bg.wasm", import.meta.url);
}

/**
 * Compiles while it downloads; after the download where the host names another media type.
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile() {
  const url = moduleUrl();
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  const isWasm = response.headers.get("Content-Type")?.split(";")[0]?.trim() === "application/wasm";
  return isWasm ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
