// A real S3 server for the driven tests, and what is said to it without a page.
import assert from "node:assert/strict";
import { execFile, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { python } from "./support.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
const SERVER = join(ROOT, "tests/s3/server");
const run = promisify(execFile);

/** A bucket with this CORS rule, whose objects the test may read and delete without a signature. */
const MAKE_BUCKET = `
import boto3, json, sys
from botocore.config import Config
url, bucket, cors = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=url, region_name="default", aws_access_key_id="AKIDTEST",
                  aws_secret_access_key="sekrit", config=Config(s3={"addressing_style": "path"}))
# Again for its owner is no error.
s3.create_bucket(Bucket=bucket)
rights = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:DeleteObject"],
          "Resource": f"arn:aws:s3:::{bucket}/*"}
s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [rights]}))
if cors != "null":
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=json.loads(cors))
print("null")`;

/** The rule that docs/uploads.md and the page give. */
export const corsRule = (origin, change = {}) => ({
  CORSRules: [{
    AllowedOrigins: [origin],
    AllowedMethods: ["PUT", "POST", "GET", "DELETE"],
    AllowedHeaders: ["*"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 3000,
    ...change,
  }],
});

/** The first of three free ports in a row. */
async function freePorts() {
  const isFree = (port) => new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  for (let first = 41000 + (process.pid % 500) * 4; first < 65000; first += 3) {
    const free = await Promise.all([first, first + 1, first + 2].map(isFree));
    if (free.every(Boolean)) return first;
  }
  throw new Error("no three ports in a row are free");
}

/** Starts the server; `close` ends it. */
export async function startS3() {
  const folder = await mkdtemp(join(tmpdir(), "fleetsynth-s3-"));
  const dir = join(folder, "s3");
  const port = await freePorts();
  await run(SERVER, ["start", dir, String(port)]);
  const url = `http://127.0.0.1:${port}`;
  let buckets = 0;
  const proxies = new Set();
  return {
    url,
    /** Makes a bucket. @param {object | null} cors */
    async bucket(cors) {
      const name = `fleet-${++buckets}`;
      await python(MAKE_BUCKET, url, name, JSON.stringify(cors));
      return name;
    },
    /** Gives a bucket this rule, as JSON. */
    setCors: (bucket, rule) => python(MAKE_BUCKET, url, bucket, rule),
    /** A bundle for the bucket, by the project's own script. */
    presign: (bucket, ...options) => presign(url, bucket, ...options),
    kill: () => run(SERVER, ["kill", dir]),
    revive: () => run(SERVER, ["revive", dir]),
    /** The SHA-256 and size of an object; null when there is none. */
    async object(bucket, key) {
      const answer = await fetch(`${url}/${bucket}/${key}`);
      if (answer.status === 404 || answer.status === 403) return null;
      assert.equal(answer.status, 200);
      const hash = createHash("sha256");
      let size = 0;
      for await (const bytes of answer.body) {
        hash.update(bytes);
        size += bytes.length;
      }
      return { sha256: hash.digest("hex"), size };
    },
    async remove(bucket, key) {
      await fetch(`${url}/${bucket}/${key}`, { method: "DELETE" });
    },
    /** A proxy to the server, in a process of its own. */
    async proxy() {
      const child = fork(join(ROOT, "tests/s3/proxy.mjs"), [String(port)]);
      proxies.add(child);
      const [{ port: front }] = await once(child, "message");
      const proxied = `http://127.0.0.1:${front}`;
      return {
        presign: (bucket, ...options) => presign(proxied, bucket, ...options),
        /**
         * Ends all connections, then cuts the next ones and stalls all after so many bytes; gives how many were cut
         * since the last time. @param {{ cuts?: number, chance?: number, seed?: number, stall?: number }} order
         */
        async order(order) {
          child.send(order);
          const [{ made }] = await once(child, "message");
          return made;
        },
      };
    },
    async close() {
      for (const proxy of proxies) proxy.disconnect();
      await run(SERVER, ["stop", dir]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function presign(url, bucket, ...options) {
  const env = { ...process.env, AWS_ACCESS_KEY_ID: "AKIDTEST", AWS_SECRET_ACCESS_KEY: "sekrit" };
  const script = [join(ROOT, "scripts/presign.py"), bucket, "runs/r1/", "--endpoint", url, "--region", "default", ...options];
  const { stdout } = await run(process.env.FLEETSYNTH_PYTHON, script, { env, maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}
