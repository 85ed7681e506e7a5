/**
 * @file Help with writing YAML: what keys and values there are, and what each means, as the schema
 * says that Rust has written. Loaded when the editor is first used.
 */

import { autocompletion, completionKeymap, startCompletion } from "../vendor/completion.js";
import { EditorView, hoverTooltip, keymap } from "../vendor/codemirror.js";
import { create } from "./dom.js";
import { placeAt } from "./yaml-place.js";

/**
 * A part of the schema, as far as it is read here.
 * @typedef {object} Schema
 * @property {string} [description]
 * @property {string | string[]} [type]
 * @property {string[]} [enum]
 * @property {unknown} [default]
 * @property {Record<string, Schema>} [properties]
 * @property {Schema | boolean} [additionalProperties]
 * @property {Schema} [items]
 * @property {Schema[]} [anyOf]
 */

/**
 * The extensions that help.
 * @returns {Promise<import("@codemirror/state").Extension>}
 */
export async function assistance() {
  const response = await fetch(new URL("../fleetsynth.schema.json", import.meta.url));
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const schema = /** @type {Schema} */ (await response.json());
  return [
    autocompletion({ override: [(context) => complete(schema, context)], icons: false }),
    keymap.of(completionKeymap),
    hoverTooltip((view, pos) => explain(schema, view, pos)),
    style,
  ];
}

/**
 * What can be written at the cursor.
 * @param {Schema} schema
 * @param {import("@codemirror/autocomplete").CompletionContext} context
 * @returns {import("@codemirror/autocomplete").CompletionResult | null}
 */
function complete(schema, { state, pos, explicit }) {
  const place = placeAt(state.doc, pos);
  if (!place || (place.word === "" && !explicit && !place.inValue)) return null;
  const options = place.inValue
    ? ways(schema, [...place.path, place.key]).flatMap(valuesOf)
    : ways(schema, place.path).flatMap((way) => keysOf(way, place));
  return options.length > 0 ? { from: pos - place.word.length, options, validFor: /^[\w-]*$/ } : null;
}

/**
 * @param {Schema} way
 * @param {import("./yaml-place.js").Place} place
 * @returns {import("@codemirror/autocomplete").Completion[]}
 */
function keysOf({ properties = {} }, { beside, indent, inFlow }) {
  return Object.entries(properties).filter(([key]) => !beside.has(key)).map(([key, schema], order) => {
    const isSection = !inFlow && schema.properties !== undefined;
    return {
      label: key,
      apply: (view, _, from, to) => {
        const insert = isSection ? `${key}:\n${" ".repeat(indent + 2)}` : `${key}: `;
        view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete" });
        startCompletion(view);
      },
      info: () => documentation(schema.description ?? ""),
      // In the order of the schema.
      boost: -order,
    };
  });
}

/**
 * @param {Schema} way
 * @returns {import("@codemirror/autocomplete").Completion[]}
 */
function valuesOf({ description = "", type, enum: names, default: usual }) {
  const values = names ?? (type === "boolean" ? ["true", "false"] : usual === undefined ? [] : [JSON.stringify(usual)]);
  return values.map((label, order) => ({ label, info: () => documentation(description), boost: -order }));
}

/**
 * What the key under the pointer means.
 * @param {Schema} schema
 * @param {EditorView} view
 * @param {number} pos
 * @returns {import("@codemirror/view").Tooltip | null}
 */
function explain(schema, view, pos) {
  const line = view.state.doc.lineAt(pos);
  // The place at the end of the word under the pointer.
  const end = pos + (/^[\w-]*/.exec(line.text.slice(pos - line.from))?.[0].length ?? 0);
  const place = placeAt(view.state.doc, end);
  if (!place) return null;
  const path = place.inValue ? [...place.path, place.key] : [...place.path, place.word];
  const described = ways(schema, path).find(({ description }) => description);
  if (!described) return null;
  return { pos: end - place.word.length, end, above: true, create: () => ({ dom: documentation(described.description ?? "") }) };
}

/**
 * What the schema says of a path: several things where there are several ways of writing it.
 * @param {Schema} schema
 * @param {string[]} path Keys; "[]" is an item of a list.
 * @returns {Schema[]}
 */
function ways(schema, path) {
  let found = [schema];
  for (const step of path) {
    found = found.flatMap(eachWay).flatMap(({ properties = {}, additionalProperties, items }) => {
      if (step === "[]") return items ? [items] : [];
      if (Object.hasOwn(properties, step)) return [/** @type {Schema} */ (properties[step])];
      return typeof additionalProperties === "object" ? [additionalProperties] : [];
    });
  }
  return found.flatMap(eachWay);
}

/** The schema itself with what it says of every way. @param {Schema} schema @returns {Schema[]} */
function eachWay(schema) {
  const { anyOf, ...common } = schema;
  return anyOf ? anyOf.map((way) => ({ ...common, ...way })) : [schema];
}

/** A description: what it means, and in a line each what else there is to say. @param {string} text */
function documentation(text) {
  return create("div", { class: "documentation" }, ...text.split("\n").map((line) => create("p", {}, line)));
}

const style = EditorView.theme({
  ".documentation": { padding: "0.4375rem 0.75rem", fontFamily: "var(--sans)", fontSize: "0.8125rem", maxWidth: "24rem", overflowWrap: "anywhere" },
  ".documentation p": { margin: "0" },
  ".documentation p + p": { color: "var(--ink-2)", fontSize: "0.75rem", marginTop: "0.125rem" },
  // What an option means stands beside the list.
  ".cm-tooltip.cm-tooltip-autocomplete": { overflow: "visible" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "14rem", borderRadius: "7px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.1875rem 0.625rem", color: "var(--ink)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-fill)", color: "#fff" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "650" },
  ".cm-tooltip.cm-completionInfo": { padding: "0", border: "1px solid var(--line)", borderRadius: "7px", backgroundColor: "var(--surface)", boxShadow: "var(--shadow-high)" },
});
