/** @file Where a job's bytes go, in their order: into a file of the browser's own, or to the page. */

import { openFile, removeFolder } from "./storage.js";

/**
 * @typedef {object} Sink
 * @property {(bytes: Uint8Array<ArrayBuffer>) => void} write Takes the bytes over: whoever calls has them no more.
 * @property {() => Promise<File | null>} finish The file, if it is one.
 * @property {() => void} abandon Closes what is open.
 */

/** Nobody listens at its other end. */
const { port1: drain, port2 } = new MessageChannel();
port2.close();

/**
 * Frees memory at once, by handing it over to nobody: left to the garbage collector, most of what goes
 * into a large file would be in memory at a time. (`ArrayBuffer.transfer` does not free it in Chromium.)
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function drop({ buffer }) {
  drain.postMessage(null, [buffer]);
}

/**
 * Opens a file; nothing where the browser doesn't let it, as in some private windows.
 * @param {string} folder
 * @param {string} name
 * @param {number} writeBytes
 * @returns {Promise<Sink | null>}
 */
export async function openFileSink(folder, name, writeBytes) {
  try {
    const { file, access } = await openFile(folder, name);
    return fileSink(file, access, writeBytes);
  } catch {
    removeFolder(folder).catch(() => {});
    return null;
  }
}

/**
 * Few large writes are faster than many small ones: collects what is small, once.
 * @param {FileSystemFileHandle} file
 * @param {FileSystemSyncAccessHandle} access
 * @param {number} writeBytes
 * @returns {Sink}
 */
function fileSink(file, access, writeBytes) {
  const collected = new Uint8Array(writeBytes);
  let used = 0;
  let at = 0;

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  function put(bytes) {
    const written = access.write(bytes, { at });
    // Not every browser throws when the disk is full; Chromium's number is then beyond all that could be.
    if (written !== bytes.length) throw new DOMException(`${bytes.length} more bytes do not fit after ${at}`, "QuotaExceededError");
    at += written;
  }
  function putCollected() {
    if (used > 0) put(collected.subarray(0, used));
    used = 0;
  }

  return {
    write(bytes) {
      if (used + bytes.length > writeBytes) putCollected();
      if (bytes.length >= writeBytes) {
        put(bytes);
      } else {
        collected.set(bytes, used);
        used += bytes.length;
      }
      drop(bytes);
    },
    async finish() {
      putCollected();
      // Not flushed to the disk, which takes long: the file ends with this page anyway.
      access.close();
      return file.getFile();
    },
    abandon: () => access.close(),
  };
}

/**
 * Sends everything on at once.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => void} send
 * @returns {Sink}
 */
export function pageSink(send) {
  return {
    write: (bytes) => bytes.length > 0 && send(bytes),
    finish: async () => null,
    abandon: () => {},
  };
}
