//! The TypeScript names of what crosses the boundary, for the page's type checks.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface Preset { name: string; title: string; description: string; yaml: string }

export interface Problem {
  path: string;
  /** 1-based; null when the problem stands nowhere in the text. */
  line: number | null;
  /** 1-based, in characters. */
  column: number | null;
  source: string | null;
  message: string;
  hint: string | null;
  /** What mends it: a text in the place of so many characters. */
  fix: { label: string; length: number; text: string } | null;
  /** Where it is, for people. */
  place: string;
}

export interface Check {
  /** Says how many problems there are; empty when there is none. */
  title: string;
  problems: Problem[];
  estimate: { headline: string; detail: string; forecast: string } | null;
  /** Whether its dataset may be made unasked, as when a link is opened. */
  isModest: boolean;
  /** The fingerprint of what decides the data. */
  configSha256: string | null;
}

export interface Field {
  path: string;
  group: string;
  heading: string;
  isDefault: boolean;
  /** The value as an input element takes it; empty when it takes none such. */
  input: string;
  label: string;
  unit: string | null;
  kind: "integer" | "number" | "date" | "toggle" | "choice";
  min: string | null;
  max: string | null;
  step: string | null;
  choices: string[];
  help: string;
  value: string;
  default: string;
}

export interface Progress { share: number; done: boolean; text: string }

export interface Arrangement {
  /** Row groups of the dataset, and parts of its CSV. */
  groups: number;
  /** Workers that make them; 0 when one worker does everything itself. */
  workers: number;
  /** Whether the bytes go to a file as they come, or stay in memory. */
  toFile: boolean;
  /** At most so many are made but not yet written. */
  window: number;
  /** So many bytes are written at once. */
  writeBytes: number;
}

export interface Table {
  headers: string[];
  rows: string[][];
  /** Which columns are numbers. */
  numeric: boolean[];
  /** What stands in a cell without a value. */
  empty: string;
}

export type Verdict = "pass" | "warn" | "fail" | "skipped";

export interface QualityRow {
  check: string;
  /** What it looks at. */
  about: string;
  metric: string;
  expected: string;
  found: string;
  tolerance: string;
  verdict: Verdict;
  verdictLabel: string;
  note: string;
}

export interface FileInfo {
  id: string;
  name: string;
  mediaType: string;
  label: string;
  title: string;
  /** About how large it will be, of a file that is made on demand. */
  size: string;
}

export interface ReportView {
  title: string;
  figures: { id: string; label: string; value: string; note: string }[];
  verdict: Verdict;
  verdictLabel: string;
  verdictText: string;
  /** How quickly it went, for {@link check}; null when the run was too small to tell. */
  pace: number | null;
  sha256: string;
  configSha256: string;
  qualityHeaders: string[];
  quality: QualityRow[];
  /** The realism scorecard; null when the configuration asks for none. */
  realism: Table | null;
  realismNote: string;
  statistics: Table;
  preview: Table;
  previewNote: string;
  files: FileInfo[];
  /** What is uploaded together. */
  uploads: FileInfo[];
  /** Code that reads the dataset's file. */
  snippets: { id: string; label: string; text: string }[];
  announcement: string;
}

/** A pinned run and another one. */
export interface Comparison { title: string; figures: Table; differences: Table }

export interface Outcome {
  view: ReportView;
  /** What the charts are drawn from, for {@link Report}. */
  profile: Uint8Array<ArrayBuffer>;
  /** What other runs are compared with, for {@link compareRuns}. */
  figures: Uint8Array<ArrayBuffer>;
  summaryJson: string;
  reportText: string;
  /** The HTML report before and after its charts. */
  document: [string, string];
  configYaml: string;
  sampleCsv: Uint8Array<ArrayBuffer>;
}

export interface ChartInfo {
  id: string;
  title: string;
  wide: boolean;
  tall: boolean;
  /** Whether days lie along it: it shows those in view. */
  overTime: boolean;
  tableLabel: string;
}

export interface LegendEntry {
  /** What can be hidden and shown again; null where nothing can. */
  series: string | null;
  shown: boolean;
  swatch: string;
  color: string;
  text: string;
}

/** A place in a chart. */
export interface Spot { column: number; row: number }

export interface ReadOut {
  spot: Spot;
  /** The first and the last column in view. */
  first: number;
  last: number;
  /** Where it is in the chart, in CSS pixels; `y` in charts that have rows. */
  x: number;
  y: number | null;
  top: number;
  bottom: number;
  left: number;
  right: number;
  title: string;
  rows: { swatch: string; color: string; name: string; value: string; y: number | null }[];
  notes: string[];
  /** All of it as a sentence. */
  sentence: string;
}

export interface DaysInView {
  /** Where the first day begins and the last one ends, as shares of all days. */
  from: number;
  to: number;
  isWhole: boolean;
  /** Which days, for people. */
  text: string;
  first: string;
  last: string;
}

export interface ServerInfo { id: string; about: string; isFirst: boolean; isLast: boolean }

export interface MetricInfo { name: string; label: string }

export interface Failure { title: string; advice: string; detail: string }
"#;
