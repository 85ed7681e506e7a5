// Compresses what Trunk has built, for servers that send such files as they are, and weighs it:
//   node scripts/weigh.mjs DIRECTORY
// Fails when all that the first view of the page needs is heavier than its budget.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** What the first view may weigh, compressed with Brotli, bytes. */
const BUDGET = 750_000;
/** What a first view doesn't load: the module for browsers without SIMD, what comes when it is wanted, and an installation. */
const NOT_FIRST = [
  ...[/_baseline_bg\.wasm$/, /^fleetsynth_(charts|upload|validate)/, /^js\/(assist|explore|file-check|file-worker|upload)\.js$/, /^vendor\/completion\.js$/, /\.schema\.json$/],
  ...[/^icons\//, /^(service-worker\.js|manifest\.webmanifest)$/],
];
/** For the type checker alone, or made here. */
const NOT_SENT = /\.(d\.ts|br|gz)$/;

const dir = process.argv[2];
const isLater = (name) => NOT_FIRST.some((pattern) => pattern.test(name));
const kB = (bytes) => (bytes / 1000).toFixed(1).padStart(8);

/** Writes the compressed files beside a file, each where it is the smaller one. */
async function compress(name) {
  const path = join(dir, name);
  const bytes = await readFile(path);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const [br, gz] = await Promise.all([promisify(brotliCompress)(bytes, { params }), promisify(gzip)(bytes, { level: 9 })]);
  if (br.length < bytes.length) await writeFile(`${path}.br`, br);
  if (gz.length < bytes.length) await writeFile(`${path}.gz`, gz);
  return { name, raw: bytes.length, gzip: gz.length, brotli: br.length };
}

const entries = await readdir(dir, { recursive: true, withFileTypes: true });
const names = entries.filter((entry) => entry.isFile() && !NOT_SENT.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice(join(dir, "/").length));
const files = (await Promise.all(names.map(compress))).sort((a, b) => b.brotli - a.brotli);
const first = files.filter(({ name }) => !isLater(name));
const sum = (key) => first.reduce((total, file) => total + file[key], 0);
const total = { name: "the first view", raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
const later = files.filter(({ name }) => isLater(name));

console.log("      kB    gzip  brotli");
for (const { name, raw, gzip, brotli } of [...first, total, ...later]) console.log(`${kB(raw)}${kB(gzip)}${kB(brotli)}  ${name}`);
if (total.brotli > BUDGET) {
  console.error(`weigh: the first view weighs ${kB(total.brotli).trim()} kB with Brotli, more than its budget of ${BUDGET / 1000} kB.`);
  process.exitCode = 1;
}
