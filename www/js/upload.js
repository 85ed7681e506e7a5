/**
 * @file The upload panel: takes a bundle, shows what it would do, and how it goes. What is pasted holds
 * secrets: it goes to Rust at once, and never into the document.
 */

import init, { UploadBundle } from "../fleetsynth_upload.js";
import { createCopyButton } from "./copy.js";
import { byId, create, icon } from "./dom.js";
import { describe, startUpload } from "./upload-run.js";
import { compile } from "./wasm.js";

/** @typedef {import("./upload-run.js").Sendable} Sendable */
/** @typedef {import("../fleetsynth_upload.js").UploadView} UploadView */
/** @typedef {import("../fleetsynth_upload.js").UploadFailure} UploadFailure */

/** How often progress is read out, milliseconds. */
const READ_OUT = 4000;
/** The icon of each state, so that colour never says it alone. @type {Record<string, string>} */
const ICONS = { done: "check", failed: "cross", cancelled: "skip", retrying: "warn", paused: "pause" };

/** The panel, without files yet. */
export async function createUpload() {
  await init({ module_or_path: await compile("fleetsynth_upload_bg.wasm") });
  const text = byId("upload-text", HTMLTextAreaElement);
  const file = byId("upload-file", HTMLInputElement);
  const drop = byId("upload-source", HTMLElement);
  const announcer = byId("upload-announcer", HTMLElement);
  const buttons = {
    start: byId("upload-start", HTMLButtonElement),
    pause: byId("upload-pause", HTMLButtonElement),
    resume: byId("upload-resume", HTMLButtonElement),
    retry: byId("upload-retry", HTMLButtonElement),
    cancel: byId("upload-cancel", HTMLButtonElement),
    forget: byId("upload-forget", HTMLButtonElement),
  };
  /** @type {Sendable[]} */
  let files = [];
  /** Those of a dataset that was made during an upload. @type {Sendable[] | null} */
  let later = null;
  /** @type {UploadBundle | null} */
  let bundle = null;
  /** @type {ReturnType<typeof startUpload> | null} */
  let run = null;
  /** What each file's row shows. @type {ReturnType<typeof buildRow>[]} */
  let rows = [];
  let said = { title: "", at: 0 };
  let shownFailures = "";

  text.addEventListener("paste", (event) => {
    event.preventDefault();
    take(event.clipboardData?.getData("text") ?? "");
  });
  byId("upload-use", HTMLButtonElement).addEventListener("click", () => {
    const typed = text.value;
    text.value = "";
    take(typed);
  });
  file.addEventListener("change", async () => {
    const picked = file.files?.[0];
    if (picked) take(await picked.text());
    file.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    const dropped = event.dataTransfer?.files[0];
    take(dropped ? await dropped.text() : (event.dataTransfer?.getData("text") ?? ""));
  });
  buttons.start.addEventListener("click", start);
  buttons.pause.addEventListener("click", () => run?.pause());
  buttons.resume.addEventListener("click", () => run?.resume());
  buttons.retry.addEventListener("click", () => run?.retry());
  buttons.cancel.addEventListener("click", () => run?.cancel());
  buttons.forget.addEventListener("click", () => {
    forget();
    text.focus();
  });
  // What is pasted earlier would stay in the document.
  drop.inert = false;
  createCopyButton(byId("upload-copy", HTMLButtonElement), byId("upload-copy-text", HTMLElement), byId("upload-receipt", HTMLElement));

  /** @param {string} pasted */
  function take(pasted) {
    const refused = byId("upload-refused", HTMLElement);
    try {
      bundle = new UploadBundle(pasted);
      refused.textContent = "";
    } catch (error) {
      refused.textContent = error instanceof Error ? error.message : String(error);
    }
    refused.hidden = refused.textContent === "";
    text.setAttribute("aria-invalid", String(!refused.hidden));
    if (!bundle) return;
    showPlan();
    if (!buttons.start.disabled) buttons.start.focus({ preventScroll: true });
  }

  /** Shows what the bundle would do with the files as they are now. */
  function showPlan() {
    byId("upload-source", HTMLElement).hidden = bundle !== null;
    byId("upload-plan", HTMLElement).hidden = bundle === null;
    byId("upload-progress", HTMLElement).hidden = true;
    byId("upload-failures", HTMLElement).replaceChildren();
    byId("upload-done", HTMLElement).hidden = true;
    shownFailures = "";
    if (!bundle) return false;
    const check = bundle.check(files.map(describe), location.origin, Date.now());
    byId("upload-headline", HTMLElement).textContent = check.headline;
    byId("upload-detail", HTMLElement).textContent = check.detail;
    rows = check.rows.map(buildRow);
    byId("upload-files", HTMLElement).replaceChildren(...rows.map(({ row }) => row));
    byId("upload-findings", HTMLElement).replaceChildren(
      ...check.findings.map(({ isError, place, text }) =>
        create("li", { class: isError ? "is-error" : "" }, icon(isError ? "alert" : "info"),
          create("span", {}, place && create("strong", {}, `${place}: `), text)),
      ),
    );
    show({ start: true });
    buttons.start.disabled = !check.canStart;
    return check.canStart;
  }

  function start() {
    // Time has passed since the check.
    if (!bundle || run || !showPlan()) return;
    run = startUpload(bundle, files, showView);
    buttons.pause.focus({ preventScroll: true });
  }

  /** @param {UploadView} view */
  function showView(view) {
    byId("upload-headline", HTMLElement).textContent = view.title;
    byId("upload-progress", HTMLElement).hidden = view.isDone;
    byId("upload-bar", HTMLProgressElement).value = view.share;
    byId("upload-progress-text", HTMLElement).textContent = view.text;
    for (const [index, row] of view.rows.entries()) if (row) rows[index]?.show(row);
    const failures = JSON.stringify(view.failures);
    if (failures !== shownFailures) byId("upload-failures", HTMLElement).replaceChildren(...view.failures.map(buildFailure));
    shownFailures = failures;
    byId("upload-receipt", HTMLElement).textContent = view.receipt;
    byId("upload-done", HTMLElement).hidden = view.receipt === "" || !view.isOver;
    show({
      pause: !view.isOver && !view.isPaused,
      resume: view.isPaused,
      retry: view.canRetry && view.isOver,
      cancel: !view.isDone && (!view.isOver || view.canRetry),
    });
    readOut(view);
  }

  /**
   * Shows these buttons alone; the focus goes to one of them if it was on one that has gone.
   * @param {Partial<Record<keyof typeof buttons, boolean>>} wanted
   */
  function show(wanted) {
    const focused = document.activeElement;
    for (const [name, button] of Object.entries(buttons)) {
      button.hidden = name === "forget" ? run !== null && !run.isOver() : !wanted[/** @type {keyof typeof buttons} */ (name)];
    }
    const all = Object.values(buttons);
    if (all.some((button) => button === focused && button.hidden)) all.find((button) => !button.hidden)?.focus({ preventScroll: true });
  }

  /** @param {UploadView} view */
  function readOut({ title, text }) {
    const now = performance.now();
    if (title === said.title && now - said.at < READ_OUT) return;
    const words = title === said.title ? text : title;
    if (announcer.textContent !== words) announcer.textContent = words;
    said = { title, at: now };
  }

  /** Forgets the bundle and what was done with it. */
  function forget() {
    run?.close();
    run = null;
    bundle?.free();
    bundle = null;
    files = later ?? files;
    later = null;
    showPlan();
  }

  return {
    /**
     * These are the files now; an upload that is going keeps those that it has.
     * @param {Sendable[]} now
     */
    offer(now) {
      if (now === files || now === later) return;
      if (run && !run.isOver()) {
        later = now;
        return;
      }
      run?.close();
      run = null;
      files = now;
      showPlan();
    },
  };
}

/**
 * A file: what it is, where it goes, and how far it has come.
 * @param {{ label: string, size: string, key: string, how: string }} check
 */
function buildRow({ label, size, key, how }) {
  const state = create("span", { class: "upload-state" }, how);
  const words = create("span", { class: "upload-words" });
  const etag = create("code", { class: "upload-etag" });
  const bar = create("progress", { max: 1, value: 0, "aria-label": label, hidden: true });
  const row = create("li", {},
    create("div", { class: "upload-name" }, create("strong", {}, label), create("span", { class: "quiet" }, size)),
    create("code", { class: "upload-key" }, key),
    create("div", { class: "upload-how" }, state, words), bar, etag,
  );
  return {
    row,
    /** @param {NonNullable<UploadView["rows"][number]>} view */
    show(view) {
      if (row.dataset["state"] !== view.state || state.textContent !== view.stateLabel) {
        const sign = ICONS[view.state];
        state.replaceChildren(...(sign ? [icon(sign)] : []), view.stateLabel);
        row.dataset["state"] = view.state;
      }
      words.textContent = view.text;
      bar.hidden = view.state === "done" || view.state === "cancelled";
      bar.value = view.share;
      etag.textContent = view.etag;
    },
  };
}

/** @param {string[]} causes */
const buildCauses = (causes) => create("ol", {}, ...causes.map((cause) => create("li", {}, cause)));

/** @param {UploadFailure} failure */
function buildFailure({ files, title, advice, causes, cors, detail }) {
  /** @type {HTMLElement[]} */
  const parts = [create("h4", {}, title), create("p", { class: "quiet" }, files), create("p", {}, advice)];
  if (causes.length > 0) parts.push(buildCauses(causes));
  if (cors) {
    const rule = create("pre", { tabindex: 0 }, cors);
    const words = create("span", {}, "Copy");
    const copy = create("button", { type: "button", class: "button small" }, icon("copy"), words);
    createCopyButton(copy, words, rule);
    parts.push(create("div", { class: "upload-cors" }, create("code", {}, "cors.json"), copy, rule));
  }
  if (detail) parts.push(create("p", { class: "upload-said" }, create("code", {}, detail)));
  return create("div", { class: "notice notice-bad" }, icon("alert"), create("div", {}, ...parts));
}
