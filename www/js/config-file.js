/** @file The configuration as a file: dropped or chosen, and saved. */

import { textRefusal } from "../fleetsynth.js";
import { byId, create } from "./dom.js";

/** Files that hold a configuration; any other is somebody else's to take. */
const NAMES = /\.(ya?ml|json)$/i;
/** A blob's address is needed until its download has begun, milliseconds. */
const SAVING = 60_000;

/**
 * Brings dropping, opening and saving to life.
 * @param {{ text: () => string, onOpen: (text: string) => void }} options `text`: what is saved.
 */
export function createConfigFile({ text, onOpen }) {
  const panel = byId("config", HTMLElement);
  const picker = byId("config-open", HTMLInputElement);
  const save = byId("config-save", HTMLButtonElement);
  const refused = byId("config-refused", HTMLElement);
  let name = save.dataset["name"] ?? "";

  /** @param {File | null | undefined} file */
  async function open(file) {
    if (!file) return;
    const refusal = textRefusal(file.size);
    refused.textContent = refusal ?? "";
    refused.hidden = refusal === undefined;
    if (refusal !== undefined) return;
    onOpen(await file.text());
    name = file.name;
  }

  picker.addEventListener("change", async () => {
    await open(picker.files?.[0]);
    // The same file may be chosen again.
    picker.value = "";
  });

  /** The configuration among what is dropped. @param {DragEvent} event */
  const dropped = ({ dataTransfer }) => [...(dataTransfer?.files ?? [])].find(({ name }) => NAMES.test(name));
  panel.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    panel.classList.add("is-over");
  });
  panel.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && panel.contains(event.relatedTarget))) panel.classList.remove("is-over");
  });
  panel.addEventListener("drop", (event) => {
    panel.classList.remove("is-over");
    // The editor would insert what is in it.
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    const file = dropped(event);
    if (!file) return;
    event.stopPropagation();
    open(file);
  }, { capture: true });

  save.addEventListener("click", saveNow);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    saveNow();
  });

  function saveNow() {
    const href = URL.createObjectURL(new Blob([text()], { type: "application/yaml" }));
    create("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), SAVING);
  }
}
