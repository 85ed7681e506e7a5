/** @file Peak memory of other processes, from Linux's /proc; null on other systems. */
import { readFileSync, readdirSync } from "node:fs";

/**
 * The largest resident set that a process has had so far, bytes; null when it is gone.
 * @param {number} pid
 */
export function peakOf(pid) {
  return statusOf(pid, "VmHWM");
}

/**
 * The same without mapped files, which all processes of a program share: what browsers call a page's
 * memory footprint. The files are counted as they are now; once loaded they stay.
 * @param {number} pid
 */
export function footprintPeakOf(pid) {
  const [peak, files] = [statusOf(pid, "VmHWM"), statusOf(pid, "RssFile")];
  return peak && files && peak - files;
}

function statusOf(pid, key) {
  try {
    const line = new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    return line && Number(line[1]) * 1024;
  } catch {
    return null;
  }
}

/**
 * The processes that a process has started, and those that they have, with their command lines.
 * @param {number} root
 */
export function descendants(root) {
  const found = new Map([[root, ""]]);
  const parents = new Map(processes().map((pid) => [pid, parentOf(pid)]));
  // A child can have a smaller number than its parent once numbers have wrapped around.
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent) && !found.has(pid)) found.set(pid, commandLine(pid));
  }
  found.delete(root);
  return found;
}

function processes() {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

function parentOf(pid) {
  try {
    // The name of the program, in parentheses, may have any characters.
    return Number(readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ")[1]);
  } catch {
    return 0;
  }
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
