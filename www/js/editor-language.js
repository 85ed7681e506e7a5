/** @file YAML in the editor, for every text that its parser can take. */

import { Compartment, EditorState, yaml } from "../vendor/codemirror.js";

/** No configuration has longer lines; a text without a line end may hold any depth in one. */
const LONGEST_LINE = 5000;
/** No configuration is deeper. */
const DEEPEST = 200;

const language = new Compartment();

/**
 * The YAML language, which stays away from texts so deep that they would exhaust the stack of its
 * recursive parser: those are shown plain, and refused by Rust.
 */
export const yamlLanguage = [
  language.of(yaml()),
  EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged) return transaction;
    const isYaml = !(language.get(transaction.startState) instanceof Array);
    const shouldBeYaml = !isTooDeep(transaction.newDoc.toString());
    if (isYaml === shouldBeYaml) return transaction;
    return [transaction, { effects: language.reconfigure(shouldBeYaml ? yaml() : []) }];
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
