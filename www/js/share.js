/** @file Links that hold the whole configuration, in the part of the address that is sent to nobody. */

import { readShared, shareFragment, sharedBytes, sharedLimit, sharedText } from "../fleetsynth.js";

/** How both sides compress. */
const FORMAT = "deflate-raw";

/**
 * The fragment for a configuration.
 * @param {string} yaml
 * @returns {Promise<string>} Rejects with a sentence when there can be none.
 */
export async function toFragment(yaml) {
  const stream = new Blob([sharedText(yaml)]).stream().pipeThrough(new CompressionStream(FORMAT));
  return shareFragment(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/**
 * The configuration that a fragment holds.
 * @param {string} fragment
 * @returns {Promise<string | null>} Nothing for a fragment of another kind; rejects with a sentence when it can't be read.
 */
export async function fromFragment(fragment) {
  const compressed = sharedBytes(fragment);
  return compressed ? readShared(await inflate(/** @type {Uint8Array<ArrayBuffer>} */ (compressed), sharedLimit())) : null;
}

/**
 * Takes bytes apart, up to the first one over the limit.
 * @param {Uint8Array<ArrayBuffer>} compressed
 * @param {number} limit
 * @returns {Promise<Uint8Array | undefined>} Nothing when they can't be taken apart.
 */
async function inflate(compressed, limit) {
  const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream(FORMAT)).getReader();
  const bytes = new Uint8Array(limit + 1);
  let length = 0;
  try {
    while (length <= limit) {
      const { done, value } = await reader.read();
      if (done) return bytes.subarray(0, length);
      const part = value.subarray(0, bytes.length - length);
      bytes.set(part, length);
      length += part.length;
    }
    reader.cancel();
    return bytes;
  } catch {
    return undefined;
  }
}
