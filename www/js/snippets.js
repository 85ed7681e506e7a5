/** @file Code that reads the dataset's file, to copy. */

import { createCopyButton } from "./copy.js";
import { byId, create } from "./dom.js";

/** @typedef {import("../fleetsynth.js").ReportView["snippets"]} Snippets */

/** The choice of tools, the code for the chosen one, and the button that copies it. */
export function createSnippets() {
  const tool = byId("snippet-tool", HTMLSelectElement);
  const code = byId("snippet-code", HTMLElement);
  /** @type {Snippets} */
  let snippets = [];
  const show = () => (code.textContent = snippets.find(({ id }) => id === tool.value)?.text ?? "");
  tool.addEventListener("change", show);
  createCopyButton(byId("snippet-copy", HTMLButtonElement), byId("snippet-copy-text", HTMLElement), code);

  return {
    /** Offers the code of a dataset; the chosen tool stays. @param {Snippets} now */
    offer(now) {
      snippets = now;
      if (tool.options.length === 0) tool.append(...now.map(({ id, label }) => create("option", { value: id }, label)));
      show();
    },
  };
}
