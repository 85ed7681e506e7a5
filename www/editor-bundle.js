// The parts of CodeMirror that the page uses, as one module: bundled to vendor/codemirror.js.

export { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
export { yaml } from "@codemirror/lang-yaml";
export { HighlightStyle, bracketMatching, ensureSyntaxTree, foldGutter, foldKeymap, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
export { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
export { Compartment, EditorState, Prec, Transaction } from "@codemirror/state";
export { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
export { tags } from "@lezer/highlight";

// What vendor/completion.js takes from here.
export { syntaxTree } from "@codemirror/language";
export { Annotation, CharCategory, EditorSelection, Facet, MapMode, RangeSet, RangeValue, StateEffect, StateField, Text, codePointAt, codePointSize, combineConfig, fromCodePoint } from "@codemirror/state";
export { Decoration, Direction, ViewPlugin, WidgetType, getTooltip, logException, showTooltip } from "@codemirror/view";
