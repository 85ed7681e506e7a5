/** @file Carries out an upload: Rust says what to do next, and is told how that went. */

import { Upload } from "../fleetsynth_upload.js";
import { isReachable, md5Of, send } from "./upload-request.js";

/** @typedef {import("../fleetsynth_upload.js").UploadBundle} UploadBundle */
/** @typedef {import("../fleetsynth_upload.js").UploadFile} UploadFile */
/** @typedef {import("../fleetsynth_upload.js").UploadView} UploadView */
/** @typedef {import("./storage.js").Source} Source */
/** @typedef {UploadFile & { source: Source }} Sendable */

/** How often the page shows how it stands, milliseconds. */
const SHOW = 100;

/** What Rust is told of a file. @param {Sendable} file @returns {UploadFile} */
export const describe = ({ name, label, mediaType, size }) => ({ name, label, mediaType, size });

/**
 * Begins to upload.
 * @param {UploadBundle} bundle
 * @param {Sendable[]} files
 * @param {(view: UploadView) => void} onView
 */
export function startUpload(bundle, files, onView) {
  const upload = new Upload(bundle, files.map(describe), location.origin);
  /** The requests that are going. @type {Map<number, AbortController>} */
  const going = new Map();
  let timer = 0;
  let isClosed = false;
  /** @type {(value?: unknown) => void} */
  let release = () => {};
  const closed = new Promise((resolve) => (release = resolve));
  for (const { source } of files) source.keepFor(closed);

  /** Does all that is to be done now. */
  function pump() {
    clearTimeout(timer);
    for (;;) {
      const step = upload.next(Date.now(), Math.random());
      if (step.kind === "begin") begin(step);
      else if (step.kind === "stop") stop(step.id);
      else if (step.kind === "probe") probe(step.origin);
      else {
        if (step.kind === "wait") timer = setTimeout(pump, step.milliseconds);
        return;
      }
    }
  }

  /** @param {{ id: number, file: number, hash: { from: number, to: number } | null }} step */
  async function begin({ id, file, hash }) {
    const abort = new AbortController();
    going.set(id, abort);
    const { source, name } = /** @type {Sendable} */ (files[file]);
    let md5;
    try {
      if (hash) md5 = await md5Of(source.blob, hash, abort.signal);
    } catch (error) {
      return settle(id, () => upload.unreadable(id, String(error)));
    }
    if (!going.has(id)) return md5?.free();
    const call = upload.prepare(id, md5, Date.now());
    if (!call) return settle(id, () => {});
    const { status, etag, body } = await send(call, source.blob, name, abort.signal, (bytes) => {
      if (going.has(id)) upload.moved(id, bytes, Date.now());
    });
    settle(id, () => upload.answered(id, status, etag, body, Date.now(), Math.random()));
  }

  /**
   * A request is over: unless it was stopped, what became of it is told.
   * @param {number} id
   * @param {() => void} tell
   */
  function settle(id, tell) {
    if (!going.delete(id)) return;
    tell();
    pump();
  }

  /** @param {number} id */
  function stop(id) {
    const abort = going.get(id);
    going.delete(id);
    abort?.abort();
  }

  /** @param {string} origin */
  async function probe(origin) {
    const isThere = await isReachable(origin);
    if (isClosed) return;
    upload.probed(isThere);
    pump();
  }

  function show() {
    const view = upload.view(Date.now());
    onView(view);
    // The browser's own list of requests would keep their addresses.
    if (view.isOver) performance.clearResourceTimings();
    return view;
  }

  /** @param {() => void} change */
  function act(change) {
    change();
    pump();
    show();
  }

  const watchNetwork = () => act(() => upload.setOnline(navigator.onLine));
  /** @param {BeforeUnloadEvent} event */
  const ask = (event) => {
    if (!upload.view(Date.now()).isOver) event.preventDefault();
  };
  addEventListener("online", watchNetwork);
  addEventListener("offline", watchNetwork);
  addEventListener("beforeunload", ask);
  const clock = setInterval(show, SHOW);
  upload.setOnline(navigator.onLine);
  act(() => upload.resume());

  return {
    pause: () => act(() => upload.pause()),
    resume: () => act(() => upload.resume()),
    cancel: () => act(() => upload.cancel()),
    retry: () => act(() => upload.retry()),
    isOver: () => upload.view(Date.now()).isOver,
    /** Lets go of everything. */
    close() {
      isClosed = true;
      for (const id of [...going.keys()]) stop(id);
      clearTimeout(timer);
      clearInterval(clock);
      removeEventListener("online", watchNetwork);
      removeEventListener("offline", watchNetwork);
      removeEventListener("beforeunload", ask);
      upload.free();
      release();
    },
  };
}
