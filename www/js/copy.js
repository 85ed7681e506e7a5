/** @file A button that copies a text. */

/** How long the button says that it has copied, milliseconds. */
const SAID = 2000;

/**
 * Copies what `source` shows; selects it instead where the clipboard is out of reach.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} label The part of the button that changes.
 * @param {HTMLElement} source
 */
export function createCopyButton(button, label, source) {
  const before = label.textContent;
  let timer = 0;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent ?? "");
      label.textContent = "Copied";
    } catch {
      getSelection()?.selectAllChildren(source);
      label.textContent = "Selected";
    }
    clearTimeout(timer);
    timer = setTimeout(() => (label.textContent = before), SAID);
  });
}
