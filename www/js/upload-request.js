/** @file Carries one request of an upload. Its address is a secret: it goes to the browser alone, and into no text. */

import { Md5 } from "../fleetsynth_upload.js";

/** @typedef {import("../fleetsynth_upload.js").UploadCall} UploadCall */
/** @typedef {{ from: number, to: number }} Range */

/** So much is read at a time, bytes: the page answers in between. */
const PIECE = 1 << 20;
/** Progress is told no more often, milliseconds: some browsers tell of it thousands of times. */
const TELL = 100;
/** Whether a server is there shows within, milliseconds. */
const PROBE = 5000;

/**
 * The checksum of a stretch of a file.
 * @param {Blob} blob
 * @param {Range} range
 * @param {AbortSignal} signal
 */
export async function md5Of(blob, { from, to }, signal) {
  const md5 = new Md5();
  for (let at = from; at < to && !signal.aborted; at += PIECE) {
    md5.update(new Uint8Array(await blob.slice(at, Math.min(at + PIECE, to)).arrayBuffer()));
  }
  return md5;
}

/**
 * Sends a request and waits for what comes of it. A file is sent by slices of it, which the browser reads
 * itself: `fetch` with a stream fails over HTTP/1.1, or silently sends something else.
 * @param {UploadCall} call
 * @param {Blob} blob The file.
 * @param {string} name Its name.
 * @param {AbortSignal} signal
 * @param {(bytes: number) => void} onMoved Called with how many bytes are sent, and again as an answer comes.
 * @returns {Promise<{ status: number, etag: string | undefined, body: string }>} Status 0 when there is no answer.
 */
export function send(call, blob, name, signal, onMoved) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let sent = 0;
    let told = 0;
    const tell = () => {
      const now = performance.now();
      if (now - told < TELL) return;
      told = now;
      onMoved(sent);
    };
    request.upload.addEventListener("progress", ({ loaded }) => {
      sent = loaded;
      tell();
    });
    request.upload.addEventListener("load", () => onMoved(sent));
    request.addEventListener("progress", tell);
    request.addEventListener("loadend", () => {
      // To ask for a header that the server doesn't expose would be complained of on the console.
      const etag = /^etag:\s*(.*?)\s*$/im.exec(request.getAllResponseHeaders())?.[1];
      resolve({ status: request.status, etag, body: request.responseText });
    });
    signal.addEventListener("abort", () => request.abort());
    try {
      request.open(call.method, call.url);
      for (const { name, value } of call.headers) request.setRequestHeader(name, value);
      request.send(bodyOf(call, blob, name));
    } catch {
      resolve({ status: 0, etag: undefined, body: "" });
    }
  });
}

/**
 * @param {UploadCall} call
 * @param {Blob} blob
 * @param {string} fileName
 */
function bodyOf({ text, range, fields }, blob, fileName) {
  if (range) return blob.slice(range.from, range.to);
  if (!fields) return text;
  const form = new FormData();
  for (const { name, value } of fields) form.append(name, value);
  form.append("file", blob, fileName);
  return form;
}

/**
 * Whether a server answers at all: what it says is not asked.
 * @param {string} origin
 */
export async function isReachable(origin) {
  try {
    await fetch(origin, { mode: "no-cors", cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(PROBE) });
    return true;
  } catch {
    return false;
  }
}
