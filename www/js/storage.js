/**
 * @file Files that are too large for memory lie in the origin-private file system while they are
 * wanted: each job's in a folder of its own. A Web Lock of the folder's name says that a page is
 * there that wants it; it ends with the page, so whatever has no lock was left by a page that crashed.
 */

/** The folder of all folders. */
const HOME = "fleetsynth";
/** Between two attempts to remove a folder, milliseconds. */
const PAUSE = 250;
/** So many attempts: what then is still there goes at the next start. */
const ATTEMPTS = 240;

/**
 * @typedef {object} Folder
 * @property {string} id
 * @property {() => void} release It has nothing in it.
 * @property {() => Promise<void>} discard Removes it with all that is in it.
 */

/**
 * A name for a folder, which nobody else uses or removes. The folder itself is made by whoever needs it.
 * @returns {Promise<Folder | null>} Nothing where there is no such storage.
 */
export async function claimFolder() {
  // Both are missing on hosts without HTTPS.
  if (!navigator.locks || !navigator.storage?.getDirectory) return null;
  const id = crypto.randomUUID();
  try {
    const release = await hold(id);
    return { id, release, discard: () => removeFolder(id).catch(() => {}).finally(release) };
  } catch {
    return null; // Storage is off.
  }
}

/**
 * @param {string} id
 * @returns {Promise<() => void>} Lets go of the lock.
 */
function hold(id) {
  return new Promise((resolve, reject) => {
    navigator.locks.request(lockName(id), () => new Promise((release) => resolve(() => release(undefined)))).catch(reject);
  });
}

/** @param {string} id */
const lockName = (id) => `${HOME}/${id}`;

/**
 * The folder of all folders.
 * @param {boolean} create Whether to make it where it is missing; it is an error otherwise.
 */
async function home(create) {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(HOME, { create });
}

/**
 * Removes a folder with all that is in it, if it is there.
 * @param {string} id
 */
export async function removeFolder(id) {
  // Once more after it has gone: a worker that was ended may still have been about to make it.
  let missing = 0;
  for (let attempt = 0; attempt < ATTEMPTS && missing < 2; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    try {
      await (await home(false)).removeEntry(id, { recursive: true });
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      if (name === "NotFoundError") missing++;
      // An ended worker's file is in use for a little longer.
      else if (name !== "NoModificationAllowedError" && name !== "InvalidStateError") throw error;
    }
  }
}

/** Removes what pages have left that are no more. */
export async function sweep() {
  try {
    const all = await home(false);
    for await (const id of all.keys()) {
      await navigator.locks.request(lockName(id), { ifAvailable: true }, async (lock) => {
        if (lock) await all.removeEntry(id, { recursive: true });
      });
    }
  } catch {
    // There is no such storage, or nothing in it.
  }
}

/**
 * A new file in a folder, open for writing. For a worker: there is no such thing on a page.
 * @param {string} id The folder's.
 * @param {string} name
 */
export async function openFile(id, name) {
  const folder = await (await home(true)).getDirectoryHandle(id, { create: true });
  const file = await folder.getFileHandle(name, { create: true });
  return { file, access: await file.createSyncAccessHandle() };
}

/** How many bytes the browser would still store, if it says so. */
export async function freeBytes() {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return quota === undefined || usage === undefined ? undefined : Math.max(0, quota - usage);
}

/** Bytes that a job has made, and what keeps them. */
export class Source {
  #remove;
  /** @type {Promise<unknown>[]} */
  #uses = [];

  /**
   * @param {Blob} blob
   * @param {() => unknown} remove Removes what lies behind it.
   */
  constructor(blob, remove = () => {}) {
    this.blob = blob;
    this.#remove = remove;
  }

  /** Whether it is a file of the browser's own rather than in memory. */
  get isFile() {
    return this.blob instanceof File;
  }

  /**
   * Keeps it until this is over.
   * @template T
   * @param {Promise<T>} use
   */
  keepFor(use) {
    this.#uses.push(use);
    return use;
  }

  /** Nobody needs it any more. */
  async discard() {
    await Promise.allSettled(this.#uses);
    this.#remove();
  }
}
