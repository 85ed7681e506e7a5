/** @file Saving into a file that the user picks, where the browser offers that: a copy as it is read, without another one. */

/** @typedef {import("./storage.js").Source} Source */
/**
 * What some browsers have on top of the standard's types.
 * @typedef {{ showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle> }} Picker
 */

/** Whether this browser has it. */
export const canSaveAs = "showSaveFilePicker" in globalThis;

/** @type {Set<Promise<unknown>>} */
const going = new Set();

addEventListener("beforeunload", (event) => {
  if (going.size > 0) event.preventDefault();
});

/**
 * @param {string} suggestedName
 * @returns {Promise<FileSystemFileHandle | null>} Nothing when the user has changed their mind.
 */
export async function pickPlace(suggestedName) {
  try {
    return (await /** @type {Picker} */ (globalThis).showSaveFilePicker?.({ suggestedName })) ?? null;
  } catch {
    return null;
  }
}

/**
 * Writes it all to the picked file, or nothing: a file that was there before stays as it was.
 * @param {FileSystemFileHandle} place
 * @param {Source} source
 * @param {AbortSignal} signal
 * @param {(bytes: number) => void} onProgress Called with how many bytes are written.
 */
export async function saveTo(place, source, signal, onProgress) {
  const saving = source.keepFor(copy(place, source.blob, signal, onProgress));
  going.add(saving);
  try {
    await saving;
  } catch (error) {
    await removeIfEmpty(place);
    throw error;
  } finally {
    going.delete(saving);
  }
}

/**
 * @param {FileSystemFileHandle} place
 * @param {Blob} blob
 * @param {AbortSignal} signal
 * @param {(bytes: number) => void} onProgress
 */
async function copy(place, blob, signal, onProgress) {
  let bytes = 0;
  const counted = new TransformStream({
    transform(/** @type {Uint8Array} */ chunk, out) {
      bytes += chunk.length;
      onProgress(bytes);
      out.enqueue(chunk);
    },
  });
  const writable = await place.createWritable();
  // What was written so far lies beside the file, and goes when this doesn't come to its end.
  await blob.stream().pipeThrough(counted).pipeTo(writable, { signal });
}

/**
 * The picker makes the file that it names: without content it is of no use.
 * @param {FileSystemFileHandle & { remove?: () => Promise<void> }} place
 */
async function removeIfEmpty(place) {
  try {
    if ((await place.getFile()).size === 0) await place.remove?.();
  } catch {
    // It is not there, or not ours to remove.
  }
}
