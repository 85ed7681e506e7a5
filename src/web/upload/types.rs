//! The TypeScript names of what crosses the boundary, for the page's type checks.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface UploadFile { name: string; label: string; mediaType: string; size: number }

export interface UploadFinding { isError: boolean; place: string; text: string }

/** What a bundle would do with some files. */
export interface UploadCheck {
  headline: string;
  detail: string;
  /** In the order of the files. */
  rows: { label: string; size: string; key: string; how: string }[];
  findings: UploadFinding[];
  canStart: boolean;
}

export type UploadStep =
  | { kind: "begin"; id: number; file: number; hash: { from: number; to: number } | null }
  | { kind: "stop"; id: number }
  | { kind: "probe"; origin: string }
  | { kind: "wait"; milliseconds: number }
  | { kind: "idle" };

/** A request. Its URL and its fields are secrets. */
export interface UploadCall {
  method: string;
  url: string;
  headers: { name: string; value: string }[];
  /** A text to send. */
  text: string | null;
  /** A stretch of the file to send. */
  range: { from: number; to: number } | null;
  /** Fields of a form to send, which ends with the file. */
  fields: { name: string; value: string }[] | null;
}

export interface UploadFailure {
  files: string;
  title: string;
  advice: string;
  causes: string[];
  cors: string | null;
  detail: string;
}

export interface UploadView {
  /** In the order of the files; null for one that is not sent. */
  rows: ({ state: string; stateLabel: string; share: number; text: string; etag: string } | null)[];
  share: number;
  text: string;
  title: string;
  failures: UploadFailure[];
  isOver: boolean;
  isDone: boolean;
  isPaused: boolean;
  canRetry: boolean;
  /** Keys, sizes and ETags of what the server holds. */
  receipt: string;
}
"#;
