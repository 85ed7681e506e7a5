/** @file The generator's module: fetched and compiled once, for the page and for its worker. */

/**
 * Compiles while it downloads; after the download where the host names another media type.
 * @param {URL} url
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(url) {
  // The same request as the preload hint in index.html, so that it is made once.
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  const isWasm = response.headers.get("Content-Type")?.split(";")[0]?.trim() === "application/wasm";
  return isWasm ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
