// Lets the built page send data to these origins only, instead of wherever the user says by HTTPS:
//   node scripts/harden.mjs DIRECTORY "https://my-bucket.s3.eu-central-1.amazonaws.com ..."
// Run by Trunk with $FLEETSYNTH_UPLOAD_ORIGINS, see Trunk.toml; 'none' lets it send nothing anywhere.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the policy says unless it is hardened. */
const ANYWHERE = "connect-src 'self' https:;";

const [dir, wanted] = process.argv.slice(2);
const origins = wanted === "none" ? [] : wanted.split(/\s+/).filter((origin) => origin !== "");
const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin || !/^https:/.test(origin));
if (wrong !== undefined || (origins.length === 0 && wanted !== "none")) {
  fail(`'${wrong ?? wanted}' is no origin: FLEETSYNTH_UPLOAD_ORIGINS takes some such as https://my-bucket.s3.eu-central-1.amazonaws.com, without a path, or 'none'`);
}
const path = join(dir, "index.html");
const html = await readFile(path, "utf8");
if (html.split(ANYWHERE).length !== 2) fail(`${path} does not have "${ANYWHERE}" once`);
await writeFile(path, html.replace(ANYWHERE, `connect-src ${["'self'", ...origins].join(" ")};`));
console.log(`The page sends data to ${origins.join(", ") || "nobody"}.`);

/** @returns {never} */
function fail(message) {
  console.error(`harden: ${message}.`);
  process.exit(1);
}
