/** @file The list of what is wrong with the configuration; each entry leads to its place. */

import { byId, create, prose } from "./dom.js";

/** @typedef {import("../fleetsynth.js").Problem} Problem */

/**
 * Shows the problems under a title, or nothing when there is none.
 * @param {string} title
 * @param {Problem[]} problems
 * @param {(problem: Problem) => void} goTo
 */
export function showProblems(title, problems, goTo) {
  byId("problems", HTMLElement).hidden = problems.length === 0;
  const heading = byId("problems-title", HTMLElement);
  if (heading.textContent !== title) heading.textContent = title;
  byId("problem-list", HTMLElement).replaceChildren(
    ...problems.map((problem) => {
      const button = create("button", { type: "button" },
        create("span", { class: "where" }, problem.place), " ",
        prose(problem.message), " ", prose(problem.hint ?? ""),
      );
      button.addEventListener("click", () => goTo(problem));
      return create("li", {}, button);
    }),
  );
}
