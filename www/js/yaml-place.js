/** @file Where in a YAML text the cursor is, also in one that is being written and no YAML yet. */

/** @typedef {import("@codemirror/state").Text} Text */
/**
 * A place.
 * @typedef {object} Place
 * @property {string[]} path Keys that lead there; "[]" is an item of a list.
 * @property {string} key The key whose value it is, in a value.
 * @property {boolean} inValue
 * @property {boolean} inFlow Whether it is inside brackets.
 * @property {string} word What stands there up to the cursor.
 * @property {number} indent By how much keys are indented there.
 * @property {Set<string>} beside The keys that the section has already.
 */

/** A line: its indentation, list dashes, a key if it has one, and what follows. */
const LINE = /^(?<space> *)(?<dashes>(?:- +)*)(?:(?<key>[\w-]+|"[^"]*"|'[^']*')(?<colon> *:(?= |$)))?(?<rest>.*)$/;

/** @param {string} text */
const bare = (text) => text.replace(/^(["'])(.*)\1$/, "$2");

/**
 * @param {Text} doc
 * @param {number} pos
 * @returns {Place | null} Nothing inside comments.
 */
export function placeAt(doc, pos) {
  const line = doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  if (/(^|\s)#/.test(before)) return null;
  const { space = "", dashes = "", key, rest = "" } = LINE.exec(before)?.groups ?? {};
  const indent = space.length + dashes.length;
  const above = pathAbove(doc, line.number, space.length, dashes);
  const word = /[\w-]*$/.exec(before)?.[0] ?? "";
  const flow = key === undefined ? inFlow(rest) : inFlow(rest, bare(key));
  if (flow) return { ...flow, path: [...above, ...flow.path], word, inFlow: true, indent };
  const inValue = key !== undefined;
  if (inValue && !/^ +[\w-]*$/.test(rest)) return null;
  if (!inValue && rest !== word) return null;
  const beside = inValue ? new Set(/** @type {string[]} */ ([])) : keysBeside(doc, line.number, indent);
  return { path: above, key: bare(key ?? ""), inValue, word, inFlow: false, indent, beside };
}

/**
 * The keys above a line by their indentation.
 * @param {Text} doc
 * @param {number} number
 * @param {number} space
 * @param {string} dashes
 */
function pathAbove(doc, number, space, dashes) {
  const path = dashes.split("-").slice(1).map(() => "[]");
  let limit = space;
  // The item of a list may be indented no more than the list's key.
  let isItem = dashes !== "";
  for (let above = number - 1; above >= 1 && (limit > 0 || isItem); above--) {
    const { space = "", dashes = "", key } = LINE.exec(doc.line(above).text)?.groups ?? {};
    if (key === undefined) continue;
    const indent = space.length + dashes.length;
    if (dashes !== "" && indent === limit && !isItem) {
      // The first key of the item that the line belongs to.
      path.unshift(...dashes.split("-").slice(1).map(() => "[]"));
      [limit, isItem] = [space.length, true];
    } else if (indent < limit || (isItem && dashes === "" && indent === limit)) {
      path.unshift(bare(key));
      if (dashes !== "") path.unshift(...dashes.split("-").slice(1).map(() => "[]"));
      [limit, isItem] = [space.length, dashes !== ""];
    }
  }
  return path;
}

/**
 * The keys of the block that a line belongs to, without its own.
 * @param {Text} doc
 * @param {number} number
 * @param {number} indent
 */
function keysBeside(doc, number, indent) {
  const keys = new Set(/** @type {string[]} */ ([]));
  for (const step of [-1, 1]) {
    for (let at = number + step; at >= 1 && at <= doc.lines; at += step) {
      const { space = "", dashes = "", key } = LINE.exec(doc.line(at).text)?.groups ?? {};
      if (key === undefined) continue;
      const own = space.length + dashes.length;
      if (own < indent || (dashes !== "" && step === 1 && own <= indent)) break;
      if (own === indent) keys.add(bare(key));
      if (dashes !== "" && own === indent) break;
    }
  }
  return keys;
}

/**
 * Where the end of a text is, seen from its brackets; nothing when none is open.
 * @param {string} text
 * @param {string} [key] Whose value the text is.
 */
function inFlow(text, key) {
  /** @type {{ step: string | undefined, beside: Set<string> }[]} */
  const open = [];
  let step = key;
  let beside = new Set(/** @type {string[]} */ ([]));
  let word = "";
  for (const [token] of text.matchAll(/"[^"]*"|'[^']*'|[\w-]+|./g)) {
    if (token === "{" || token === "[") {
      open.push({ step, beside });
      step = token === "[" ? "[]" : undefined;
      beside = new Set();
    } else if (token === "}" || token === "]") {
      const outer = open.pop();
      if (!outer) return null;
      ({ step, beside } = outer);
    } else if (token === ",") {
      if (step !== "[]") step = undefined;
    } else if (token === ":" && open.length > 0 && step === undefined) {
      step = bare(word);
      beside.add(step);
    } else if (token !== " ") word = token;
  }
  if (open.length === 0) return null;
  const path = open.flatMap(({ step }) => (step === undefined ? [] : [step]));
  return { path, key: step ?? "", inValue: step !== undefined, beside };
}
