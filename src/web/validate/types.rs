//! The TypeScript names of what crosses the boundary, for the page's type checks.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A file before it is checked. */
export interface FileLook {
  headline: string;
  /** Its columns. */
  columns: string;
  /** Which limits it is judged by. */
  limits: string;
  /** Our columns, and the file's that each was taken for; an empty name for none. */
  choices: { ours: string; isRequired: boolean; theirs: string; options: { value: string; label: string }[] }[];
}

/** One of our columns and the file's that holds it; an empty name for none. */
export interface ColumnChoice { ours: string; theirs: string }

export interface CopyPlace {
  /** Whether the copy goes to a file as it comes, or stays in memory. */
  toFile: boolean;
  /** So many bytes are written at once. */
  writeBytes: number;
}

export interface FileProgress { share: number; text: string }

/** A file that was checked. */
export interface FileOutcome {
  verdict: import("./fleetsynth.js").Verdict;
  verdictLabel: string;
  verdictText: string;
  figures: import("./fleetsynth.js").ReportView["figures"];
  qualityHeaders: string[];
  quality: import("./fleetsynth.js").QualityRow[];
  statistics: import("./fleetsynth.js").Table;
  /** The validated copy, then its report. */
  files: import("./fleetsynth.js").FileInfo[];
  announcement: string;
  summaryJson: string;
  /** What its charts are drawn from, for {@link Report.ofFile}; null when there are none. */
  charts: Uint8Array<ArrayBuffer> | null;
  /** What its charts leave out or sum up, or why there are none: sentences. */
  chartsNote: string;
}
"#;
