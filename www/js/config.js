/** @file The configuration: the YAML is the truth; editor, form, problems and estimate follow it. */

import { form as formFields, presets, setValue, check } from "../fleetsynth.js";
import { createConfigFile } from "./config-file.js";
import { byId, create, debounce } from "./dom.js";
import { createForm } from "./form.js";
import { createMenu } from "./menu.js";
import { showProblems } from "./problems.js";
import { createShareLink } from "./share-link.js";
import { createTabs } from "./tabs.js";
import { nextTask } from "./tasks.js";

/** @typedef {import("../fleetsynth.js").Check} Check */
/** @typedef {import("../fleetsynth.js").Problem} Problem */
/** @typedef {Awaited<ReturnType<typeof createConfig>>} Config */

/** Typing rests for so long before the text is checked, milliseconds. */
const TYPING = 150;

/**
 * The configuration panel, built step by step: the form first, which is in view, then the editor.
 * @param {{ yaml: string, onRun: () => void, onOpen: (checked: Check) => void, onCheck: (check: Check) => void }} options
 *   `onCheck` is called with the outcome of every check, `onOpen` with that of a link's configuration.
 */
export async function createConfig({ yaml, onRun, onOpen, onCheck }) {
  const editorCode = import("./editor.js");
  await nextTask();
  let pending = false;
  let changed = { path: "", at: 0 };
  /** What the text was when it was put in place as a whole, or shared: nobody loses it. */
  let whole = yaml;
  /** @type {ReturnType<typeof createShareLink> | undefined} */
  let shareLink;

  const formHost = byId("form", HTMLElement);
  const form = createForm(formHost, setField);
  // Without the editor no text keeps what is put in.
  formHost.inert = true;
  /** How quickly the last run went. @type {number | undefined} */
  let pace;
  const checkNow = (/** @type {string} */ text) => check(text, navigator.hardwareConcurrency, pace);
  let checked = checkNow(yaml);
  showEstimate(checked.estimate);
  await nextTask();
  await form.start(formFields(yaml) ?? []);

  const { SAME_CHANGE, createEditor } = await editorCode;
  await nextTask();
  const host = byId("editor", HTMLElement);
  const editor = createEditor(host, {
    label: host.dataset["label"] ?? "",
    onRun,
    onChange: () => {
      pending = true;
      showHistory();
      shareLink?.changed();
      later();
    },
  });
  await nextTask();
  const later = debounce(TYPING, refresh);
  const undo = byId("undo", HTMLButtonElement);
  const redo = byId("redo", HTMLButtonElement);
  undo.addEventListener("click", () => (editor.undo(), refresh()));
  redo.addEventListener("click", () => (editor.redo(), refresh()));
  editor.replace(yaml, { remember: false });
  await nextTask();

  createMenu(byId("presets-button", HTMLButtonElement), byId("presets-menu", HTMLElement), presets(), (preset) => put(preset.yaml));
  createConfigFile({ text: () => editor.text(), onOpen: put });
  shareLink = createShareLink({
    text: () => editor.text(),
    isEdited: () => editor.text() !== whole,
    onOpen: (text) => {
      put(text);
      onOpen(checked);
    },
    onShared: () => (whole = editor.text()),
  });
  const openTab = createTabs(/** @type {HTMLElement} */ (document.querySelector(".tabs")), () => editor.shown());
  await nextTask();
  refresh();
  formHost.inert = false;

  /** Puts another text in place. @param {string} text */
  function put(text) {
    whole = text;
    editor.replace(text);
    refresh();
  }

  /** @param {string} path @param {string} value */
  function setField(path, value) {
    const now = performance.now();
    const join = changed.path === path && now - changed.at < SAME_CHANGE;
    changed = { path, at: now };
    try {
      editor.replace(setValue(editor.text(), path, value), { join });
      refresh();
    } catch (error) {
      refresh();
      form.refuse(path, error instanceof Error ? error.message : String(error));
    }
  }

  /** Checks the text and brings everything in step with it. */
  function refresh() {
    pending = false;
    const text = editor.text();
    checked = checkNow(text);
    editor.mark(checked.problems);
    showProblems(checked.title, checked.problems, goTo, fix);
    showEstimate(checked.estimate);
    const fields = formFields(text);
    formHost.hidden = fields === null;
    byId("form-blocked", HTMLElement).hidden = fields !== null;
    if (fields) form.update(fields, checked.problems);
    showHistory();
    onCheck(checked);
  }

  function showHistory() {
    undo.disabled = !editor.canUndo();
    redo.disabled = !editor.canRedo();
  }

  /** @param {Problem} problem */
  function goTo(problem) {
    if (!byId("pane-form", HTMLElement).hidden && form.goTo(problem.path)) return;
    openTab("tab-yaml");
    editor.goTo(problem);
  }

  /** @param {Problem} problem */
  function fix(problem) {
    editor.fix(problem);
    refresh();
    // The button that was pressed is gone.
    const next = byId("problem-list", HTMLElement).querySelector("button") ?? byId("generate", HTMLButtonElement);
    next.focus();
  }

  return {
    /** The text, and what a check of this very text says. */
    current() {
      if (pending) refresh();
      return { text: editor.text(), checked };
    },
    /**
     * Takes the time of a run for the estimate of the next one.
     * @param {number | null} now Nothing, when the run was too small to tell.
     */
    keepPace(now) {
      pace = now ?? pace;
      checked = checkNow(editor.text());
      showEstimate(checked.estimate);
    },
    /** Shows the first problem. */
    goToFirstProblem() {
      const first = checked.problems[0];
      if (first) goTo(first);
    },
  };
}

/** @param {Check["estimate"]} estimate */
function showEstimate(estimate) {
  const place = byId("estimate", HTMLElement);
  const lines = estimate ? [create("strong", {}, estimate.headline), create("span", {}, estimate.detail)] : [];
  byId("forecast", HTMLElement).textContent = estimate?.forecast ?? "";
  if (place.textContent !== lines.map(({ textContent }) => textContent).join("")) place.replaceChildren(...lines);
}
