/** @file The form: the keys that people change most, as Rust lists them, in step with the YAML. */

import { create, icon } from "./dom.js";
import { nextTask } from "./tasks.js";

/** @typedef {import("../fleetsynth.js").Field} Field */
/** @typedef {import("../fleetsynth.js").Problem} Problem */
/** @typedef {{ field: Field, input: HTMLInputElement | HTMLSelectElement, error: HTMLElement, reset: HTMLButtonElement, row: HTMLElement }} Row */

/**
 * A form inside `root` that tells `onSet` which key the user has given which value.
 * @param {HTMLElement} root
 * @param {(path: string, value: string) => void} onSet
 */
export function createForm(root, onSet) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  let shape = "";

  /** Puts rows for these fields in place of those before; one step a group. @param {Field[]} fields */
  function* build(fields) {
    const open = new Set([...root.querySelectorAll("details[open]")].map((group) => group.getAttribute("data-group")));
    const groups = new Map(fields.map(({ group, heading }) => [group, heading]));
    root.replaceChildren();
    rows.clear();
    for (const [group, heading] of groups) {
      const body = create("div", { class: "fields" });
      for (const field of fields.filter((field) => field.group === group)) {
        const row = buildRow(field, `field-${rows.size}`, onSet);
        rows.set(field.path, row);
        body.append(row.row);
      }
      const isOpen = open.size > 0 ? open.has(group) : group === fields[0]?.group;
      root.append(create("details", { class: "group", "data-group": group, open: isOpen }, create("summary", {}, icon("down"), heading), body));
      yield;
    }
  }

  return {
    /**
     * Shows the first fields, group by group, each in a task of its own.
     * @param {Field[]} fields
     */
    async start(fields) {
      shape = shapeOf(fields);
      for (const _ of build(fields)) await nextTask();
    },

    /**
     * Shows these fields and what is wrong with them.
     * @param {Field[]} fields
     * @param {Problem[]} problems
     */
    update(fields, problems) {
      // Rebuilt only when the fields themselves change, so that focus stays where it is.
      const newShape = shapeOf(fields);
      if (newShape !== shape) for (const _ of build(fields));
      shape = newShape;
      for (const field of fields) {
        const row = /** @type {Row} */ (rows.get(field.path));
        row.field = field;
        show(row);
        showError(row, problems.find(({ path }) => path === field.path)?.message ?? "");
        row.reset.hidden = field.isDefault;
      }
    },

    /**
     * Says at its field why a key could not be set.
     * @param {string} path
     * @param {string} message
     */
    refuse(path, message) {
      const row = rows.get(path);
      if (row) showError(row, message);
    },

    /**
     * Moves the focus to a key's field, if it has one.
     * @param {string} path
     */
    goTo(path) {
      const row = rows.get(path);
      if (!row) return false;
      const group = row.row.closest("details");
      if (group) group.open = true;
      row.input.focus();
      return true;
    },
  };
}

/**
 * What makes one form differ from another, apart from what the fields hold.
 * @param {Field[]} fields
 */
const shapeOf = (fields) => JSON.stringify(fields.map(({ value, input, isDefault, ...field }) => field));

/**
 * @param {Field} field
 * @param {string} id
 * @param {(path: string, value: string) => void} onSet
 * @returns {Row}
 */
function buildRow(field, id, onSet) {
  const describedBy = `${id}-help ${id}-error`;
  const attributes = { id, name: field.path, "aria-describedby": describedBy, autocomplete: "off" };
  const input = field.kind === "choice"
    ? create("select", attributes, ...field.choices.map((choice) => create("option", { value: choice }, choice)))
    : create("input", { ...attributes, ...inputAttributes(field) });
  const error = create("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const reset = create("button", { type: "button", class: "field-reset", title: `Back to the default, ${field.default}`, hidden: true }, "Reset");
  reset.setAttribute("aria-label", `Reset ${field.heading}, ${field.label} to ${field.default}`);
  const label = create("label", { for: id }, field.label);
  if (field.unit) label.append(create("span", { class: "unit" }, field.unit));
  const help = create("p", { class: "field-help", id: `${id}-help` }, field.help);
  const toggle = field.kind === "toggle";
  const control = create("div", { class: "field-control" }, input);
  const row = toggle
    ? create("div", { class: "field toggle" }, control, label, reset, help, error)
    : create("div", { class: "field" }, create("div", { class: "field-head" }, label, reset), control, help, error);
  /** @type {Row} */
  const made = { field, input, error, reset, row };

  show(made);
  input.addEventListener("input", () => {
    // Half a number or date is not sent; leaving the field shows again what holds.
    if (input.value !== "" && !input.validity.badInput) onSet(field.path, valueOf(input));
  });
  input.addEventListener("change", () => show(made, true));
  reset.addEventListener("click", () => {
    onSet(field.path, field.default);
    input.focus();
  });
  return made;
}

/**
 * @param {Row} row
 * @param {string} message Empty when there is none.
 */
function showError({ input, error }, message) {
  error.textContent = message;
  error.hidden = message === "";
  if (message) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/** @param {Field} field @returns {Record<string, string | number | null>} */
function inputAttributes({ kind, min, max, step }) {
  if (kind === "toggle") return { type: "checkbox", role: "switch" };
  if (kind === "date") return { type: "date", min, max };
  return { type: "number", inputmode: kind === "integer" ? "numeric" : "decimal", min, max, step: step ?? "any" };
}

/** @param {HTMLInputElement | HTMLSelectElement} input */
function valueOf(input) {
  return input instanceof HTMLInputElement && input.type === "checkbox" ? String(input.checked) : input.value;
}

/**
 * Shows the value that holds, unless the user is typing another way of writing it.
 * @param {Row} row
 * @param {boolean} [left] The user is done typing.
 */
function show({ input, field: { input: value } }, left = false) {
  if (input instanceof HTMLInputElement && input.type === "checkbox") {
    input.checked = value === "true";
  } else if (input.value !== value) {
    const typing = !left && input.matches(":focus") && input.getRootNode() === document;
    if (!typing || (input.value !== "" && Number(input.value) !== Number(value))) input.value = value;
  }
}
