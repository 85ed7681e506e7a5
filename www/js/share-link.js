/** @file The button that copies a link to the configuration, and the links that are opened. */

import { byId } from "./dom.js";
import { fromFragment, toFragment } from "./share.js";

/**
 * The configuration that the page's address holds, if any; what is wrong with it is shown.
 * @returns {Promise<string | null>}
 */
export async function openedLink() {
  try {
    return await fromFragment(location.hash);
  } catch (error) {
    tell(String(error instanceof Error ? error.message : error));
    return null;
  }
}

/**
 * Brings the button and links that are opened later to life.
 * @param {object} options
 * @param {() => string} options.text The configuration as it stands.
 * @param {() => boolean} options.isEdited Whether somebody has written in it since it was put in place.
 * @param {(yaml: string) => void} options.onOpen Puts a link's configuration in place.
 * @param {() => void} options.onShared Called when the configuration is in a link.
 */
export function createShareLink({ text, isEdited, onOpen, onShared }) {
  const share = byId("share", HTMLButtonElement);
  const choice = byId("link-choice", HTMLElement);
  /** The configuration that waits for a choice. @type {string | null} */
  let waiting = null;

  share.addEventListener("click", async () => {
    try {
      // In the address too: there it can be copied where the clipboard is out of reach.
      history.replaceState(null, "", await toFragment(text()));
    } catch (error) {
      return tell(error instanceof Error ? error.message : String(error));
    }
    onShared();
    const copied = await navigator.clipboard.writeText(location.href).then(() => true, () => false);
    tell(share.dataset[copied ? "copied" : "address"] ?? "");
  });

  addEventListener("hashchange", async () => {
    const yaml = await openedLink();
    if (yaml === null || yaml === text()) return;
    if (!isEdited()) return take(yaml);
    waiting = yaml;
    tell(choice.dataset["question"] ?? "", true);
  });
  byId("link-open", HTMLButtonElement).addEventListener("click", () => take(waiting));
  byId("link-keep", HTMLButtonElement).addEventListener("click", () => tell(""));

  /** @param {string | null} yaml */
  function take(yaml) {
    tell("");
    if (yaml !== null) onOpen(yaml);
  }

  return {
    /** To be called when the configuration has changed: what was said of it no longer holds. */
    changed: () => choice.hidden && tell(""),
  };
}

/**
 * Says something about links, or nothing any more.
 * @param {string} message
 * @param {boolean} [asks] Whether there is a choice.
 */
function tell(message, asks = false) {
  byId("link-notice", HTMLElement).hidden = message === "";
  byId("link-text", HTMLElement).textContent = message;
  byId("link-choice", HTMLElement).hidden = !asks;
}
