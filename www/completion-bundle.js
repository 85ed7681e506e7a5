// What completes and explains in the editor, as a module that is loaded when the editor is used:
// bundled to vendor/completion.js, which takes the rest of CodeMirror from vendor/codemirror.js.

export { autocompletion, completionKeymap, startCompletion } from "@codemirror/autocomplete";
