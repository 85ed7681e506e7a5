// Writes the built page's service worker, which knows the build's files by name:
//   node scripts/precache.mjs DIRECTORY
// Run by Trunk, see Trunk.toml; again after a file in DIRECTORY has changed.
import { createHash } from "node:crypto";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Never asked for by the page, made of what is, or not yet in place. */
const NOT_KEPT = /^\.|\.(d\.ts|br|gz)$|^service-worker\.js$/;
/** For the few browsers without SIMD. */
const ON_USE = ["fleetsynth_baseline_bg.wasm"];

const [dir = "dist"] = process.argv.slice(2);
const entries = await readdir(dir, { recursive: true, withFileTypes: true });
const names = entries.filter((entry) => entry.isFile() && !NOT_KEPT.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice(join(dir, "/").length)).sort();
const hash = createHash("sha256");
for (const name of names) hash.update(`${name}\n`).update(await readFile(join(dir, name)));
const BUILD = JSON.stringify({
  build: hash.digest("hex"),
  files: names.filter((name) => !ON_USE.includes(name)),
  onUse: names.filter((name) => ON_USE.includes(name)),
});
// What is left of an earlier one would be sent instead.
for (const kind of ["br", "gz"]) await rm(join(dir, `service-worker.js.${kind}`), { force: true });
await build({
  entryPoints: [fileURLToPath(new URL("../www/service-worker.js", import.meta.url))],
  outfile: join(dir, "service-worker.js"),
  define: { BUILD },
  bundle: true,
  minify: true,
  target: "es2022",
  logLevel: "warning",
});
