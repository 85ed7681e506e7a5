/** @file The YAML editor: CodeMirror with the configuration's problems marked where they stand. */

import * as cm from "../vendor/codemirror.js";
import { yamlLanguage } from "./editor-language.js";
import { highlighting, style } from "./editor-style.js";

/** @typedef {import("../fleetsynth.js").Problem} Problem */

/** Changes of one kind within this time are one undo step, milliseconds. */
export const SAME_CHANGE = 800;
/** How long marking one problem may parse, milliseconds. */
const PARSING = 20;

/**
 * An editor inside `host`. It lives in a shadow root, where CodeMirror's styles may be constructed
 * style sheets, which the page's content security policy allows.
 * @param {HTMLElement} host
 * @param {{ label: string, onChange: () => void, onRun: () => void }} options
 */
export function createEditor(host, { label, onChange, onRun }) {
  const root = host.attachShadow({ mode: "open" });
  const run = () => (onRun(), true);
  const help = new cm.Compartment();
  /** @type {Promise<void> | undefined} */
  let helping;
  const view = new cm.EditorView({
    root,
    parent: root,
    extensions: [
      cm.Prec.highest(cm.keymap.of([{ key: "Mod-Enter", run }])),
      cm.lineNumbers(),
      cm.lintGutter(),
      cm.foldGutter(),
      cm.highlightSpecialChars(),
      cm.history({ newGroupDelay: SAME_CHANGE }),
      cm.drawSelection(),
      cm.highlightActiveLine(),
      cm.highlightActiveLineGutter(),
      cm.highlightSelectionMatches(),
      cm.bracketMatching(),
      yamlLanguage,
      help.of([]),
      cm.indentUnit.of("  "),
      cm.search({ top: true }),
      cm.syntaxHighlighting(highlighting),
      style,
      cm.keymap.of([
        ...cm.defaultKeymap,
        ...cm.historyKeymap,
        ...cm.foldKeymap,
        ...cm.searchKeymap,
        ...cm.lintKeymap,
        cm.indentWithTab,
      ]),
      cm.EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
      cm.EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange();
      }),
    ],
  });

  // Completion and explanations come when the editor is used: who only looks at the page needs none.
  const loadHelp = () => {
    helping ??= import("./assist.js").then(async ({ assistance }) => {
      view.dispatch({ effects: help.reconfigure(await assistance()) });
    });
    // Without a connection there is none, until the next time.
    helping.catch(() => (helping = undefined));
  };
  host.addEventListener("focusin", loadHelp);
  host.addEventListener("pointerenter", loadHelp);

  return {
    /** The whole text. */
    text: () => view.state.doc.toString(),

    /**
     * Puts another text in place, as one change that can be undone: only what differs is replaced,
     * so that the cursor and the marks elsewhere stay.
     * @param {string} text
     * @param {{ join?: boolean, remember?: boolean }} [how] `join`: into the same undo step as the
     *   change before, if that is recent; `remember`: false for a text that starts the history.
     */
    replace(text, { join = false, remember = true } = {}) {
      const changes = difference(view.state.doc.toString(), text);
      if (!changes) return;
      /** @type {import("@codemirror/state").Annotation<unknown>[]} */
      const annotations = [cm.Transaction.addToHistory.of(remember)];
      if (!join) annotations.push(cm.isolateHistory.of("before"));
      view.dispatch({ changes, annotations, userEvent: "input.type.form" });
    },

    /**
     * Marks the problems that stand in the text.
     * @param {Problem[]} problems
     */
    mark(problems) {
      const diagnostics = problems.flatMap((problem) => {
        const range = rangeOf(view.state, problem);
        const message = problem.hint ? `${problem.message} ${problem.hint}` : problem.message;
        const actions = problem.fix ? [{ name: problem.fix.label, apply: () => this.fix(problem) }] : [];
        return range ? [{ ...range, severity: /** @type {const} */ ("error"), message, actions }] : [];
      });
      view.dispatch(cm.setDiagnostics(view.state, diagnostics));
    },

    /**
     * Puts the text that mends a problem in its place.
     * @param {Problem} problem
     */
    fix(problem) {
      const range = problem.fix && stretch(view.state, problem, problem.fix.length);
      if (!range) return;
      view.dispatch({ changes: { ...range, insert: problem.fix?.text }, annotations: cm.isolateHistory.of("full"), userEvent: "input.fix" });
    },

    /**
     * Moves the cursor to a problem.
     * @param {Problem} problem
     */
    goTo(problem) {
      const range = rangeOf(view.state, problem) ?? { from: 0, to: 0 };
      view.dispatch({
        selection: { anchor: range.from, head: range.to },
        effects: cm.EditorView.scrollIntoView(range.from, { y: "center" }),
      });
      view.focus();
    },

    undo: () => cm.undo(view),
    redo: () => cm.redo(view),
    canUndo: () => cm.undoDepth(view.state) > 0,
    canRedo: () => cm.redoDepth(view.state) > 0,
    /** To be called when the editor comes into view. */
    shown: () => view.requestMeasure(),
  };
}

/** @typedef {ReturnType<typeof createEditor>} Editor */

/**
 * The one replacement that makes `after` from `before`.
 * @param {string} before
 * @param {string} after
 */
function difference(before, after) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/**
 * The characters of a line from a problem's place on; nothing when there are not so many.
 * @param {cm.EditorState} state
 * @param {Problem} problem
 * @param {number} length In characters.
 */
function stretch(state, { line, column }, length) {
  if (!line || line > state.doc.lines) return null;
  const { from, text } = state.doc.line(line);
  const characters = [...text];
  const start = (column ?? 1) - 1;
  if (start + length > characters.length) return null;
  const units = (/** @type {number} */ count) => characters.slice(0, count).join("").length;
  return { from: from + units(start), to: from + units(start + length) };
}

/**
 * Where a problem stands: from its column to the end of the token there.
 * @param {cm.EditorState} state
 * @param {Problem} problem
 */
function rangeOf(state, { line, column }) {
  if (!line || line > state.doc.lines) return null;
  const { from, to, text } = state.doc.line(line);
  // Columns count characters, the editor counts UTF-16 units.
  const before = [...text].slice(0, (column ?? 1) - 1).join("").length;
  const start = Math.min(from + before, to);
  const node = cm.ensureSyntaxTree(state, to, PARSING)?.resolveInner(start, 1);
  const rest = text.slice(before).replace(/\s+(#.*)?$/, "");
  const end = node && node.from === start && node.to > start ? Math.min(node.to, to) : start + rest.length;
  // An empty place is marked by the character before it.
  return start < end ? { from: start, to: end } : { from: Math.max(from, start - 1), to: start };
}
