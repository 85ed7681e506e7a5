/** @file How the editor looks: the page's own colours, from the same names. */

import { EditorView, HighlightStyle, tags } from "../vendor/codemirror.js";

export const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.content], color: "var(--code-text)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: [tags.bool, tags.null, tags.atom, tags.keyword], color: "var(--code-atom)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--ink-2)" },
]);

export const style = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "0.8125rem" },
  // The page frames the whole editor instead.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overscrollBehavior: "contain" },
  ".cm-content": { padding: "0.5rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.75rem 0 0.25rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-2)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.375rem 0 0.25rem", minWidth: "2rem" },
  ".cm-gutter-lint": { width: "1.125rem" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 0.125rem", cursor: "pointer" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 7%, transparent)" },
  "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 14%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--accent)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", color: "var(--ink-2)", border: "1px solid var(--line)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad)",
    textDecorationSkipInk: "none",
    textUnderlineOffset: "3px",
  },
  ".cm-lint-marker-error": { content: '""', height: "0.625rem", width: "0.625rem", borderRadius: "50%", backgroundColor: "var(--bad)", margin: "0.3125rem 0.25rem" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "7px", backgroundColor: "var(--surface)", boxShadow: "var(--shadow-high)", overflow: "hidden", maxWidth: "26rem" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", padding: "0.4375rem 0.75rem", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-diagnosticAction": { marginLeft: "0", marginTop: "0.375rem", display: "block", font: "inherit", fontSize: "0.8125rem", fontWeight: "550", padding: "0.1875rem 0.5625rem", color: "#fff", backgroundColor: "var(--accent-fill)", border: "0", borderRadius: "5px", cursor: "pointer" },
  ".cm-panels": { backgroundColor: "var(--surface-2)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel": { fontFamily: "var(--sans)" },
  ".cm-textfield": { color: "var(--ink)", backgroundColor: "var(--surface)", borderColor: "var(--line-strong)", borderRadius: "5px", fontSize: "0.8125rem" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", color: "var(--ink)", borderColor: "var(--line)", borderRadius: "5px", fontSize: "0.8125rem" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--warn) 25%, transparent)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--warn) 45%, transparent)" },
});
