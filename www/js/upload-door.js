/** @file The way to the upload panel, whose code is loaded when it is opened. */

import { byId } from "./dom.js";

/** @typedef {import("../fleetsynth.js").FileInfo} FileInfo */
/** @typedef {import("./storage.js").Source} Source */
/** @typedef {import("./upload-run.js").Sendable} Sendable */

/** The panel, closed. */
export function createUploadDoor() {
  const panel = byId("upload", HTMLDetailsElement);
  /** @type {Sendable[]} */
  let files = [];
  /** @type {ReturnType<typeof import("./upload.js").createUpload> | null} */
  let code = null;
  panel.addEventListener("toggle", async () => {
    code ??= import("./upload.js").then(({ createUpload }) => createUpload());
    // To open it again is to try again.
    code.catch(() => (code = null));
    (await code).offer(files);
  });

  return {
    /**
     * These are the files to upload now.
     * @param {FileInfo[]} infos
     * @param {Record<string, Source>} sources By the file's id.
     */
    async offer(infos, sources) {
      files = infos.flatMap(({ id, name, label, mediaType }) => {
        const source = sources[id];
        return source ? [{ name, label, mediaType, size: source.blob.size, source }] : [];
      });
      (await code)?.offer(files);
    },
  };
}
