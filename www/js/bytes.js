/** @file Bytes that the module has made. */

/**
 * A copy of its own, made by the generated code: may be handed over without being copied again.
 * @param {Uint8Array} bytes
 */
export function owned(bytes) {
  return /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
}

/**
 * Compresses by the browser's own means.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Uint8Array<ArrayBuffer>>} A whole gzip member: members one after another are a gzip file again.
 */
export async function gzip(bytes) {
  const stream = new CompressionStream("gzip");
  const writer = stream.writable.getWriter();
  // What goes wrong here shows at the other end.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  return new Uint8Array(await new Response(stream.readable).arrayBuffer());
}
