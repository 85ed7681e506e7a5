/** @file Tables, as text to read or as Markdown. The first column is words, the others are figures. */

/**
 * @param {string[]} headers
 * @param {string[][]} rows
 */
export function textTable(headers, rows) {
  const widths = headers.map((_, column) => Math.max(...[headers, ...rows].map((row) => row[column].length)));
  const align = (text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]));
  return [headers, ...rows].map((row) => row.map(align).join("   ").trimEnd()).join("\n");
}

/**
 * @param {string[]} headers
 * @param {string[][]} rows
 */
export function markdownTable(headers, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = `|${headers.map((_, column) => (column === 0 ? "---" : "---:")).join("|")}|`;
  return [line(headers), rule, ...rows.map(line)].join("\n");
}
