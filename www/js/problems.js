/** @file The list of what is wrong with the configuration; each entry leads to its place. */

import { byId, create, prose, unseen } from "./dom.js";

/** @typedef {import("../fleetsynth.js").Problem} Problem */

/**
 * Shows the problems under a title, or nothing when there is none.
 * @param {string} title
 * @param {Problem[]} problems
 * @param {(problem: Problem) => void} goTo
 * @param {(problem: Problem) => void} fix
 */
export function showProblems(title, problems, goTo, fix) {
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
      if (!problem.fix) return create("li", {}, button);
      const mend = create("button", { type: "button", class: "button small fix" }, problem.fix.label, unseen(problem.place));
      mend.addEventListener("click", () => fix(problem));
      return create("li", {}, button, mend);
    }),
  );
}
