/** @file YAML in the editor, for every text that its parser can take. */

import { Compartment, EditorState, EditorView, yaml } from "../vendor/codemirror.js";

/** No configuration has longer lines; a text without a line end may hold any depth in one. */
const LONGEST_LINE = 5000;
/** No configuration is deeper. */
const DEEPEST = 200;

const language = new Compartment();

/** @param {EditorState} state */
const isYaml = (state) => !(language.get(state) instanceof Array);

/**
 * The YAML language, which stays away from texts so deep that they would exhaust the stack of its
 * recursive parser: those are shown plain, and refused by Rust.
 */
export const yamlLanguage = [
  language.of(yaml()),
  EditorState.transactionFilter.of((transaction) => {
    const goes = transaction.docChanged && isYaml(transaction.startState) && isTooDeep(transaction.newDoc.toString());
    return goes ? [transaction, { effects: language.reconfigure([]) }] : transaction;
  }),
  // It comes back after the change: together with it, it would still parse the text from before.
  EditorView.updateListener.of(({ docChanged, state, view }) => {
    if (docChanged && !isYaml(state) && !isTooDeep(state.doc.toString())) view.dispatch({ effects: language.reconfigure(yaml()) });
  }),
];

/** @param {string} text */
function isTooDeep(text) {
  let depth = 0;
  let line = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    line = character === "\n" ? 0 : line + 1;
    if (depth > DEEPEST || line > LONGEST_LINE) return true;
  }
  return false;
}
