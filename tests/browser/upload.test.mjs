// Uploads to a real S3 server: what is said to be there is there, byte by byte, and nobody is left in the dark.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { corsRule, startS3 } from "./s3.mjs";
import { PATIENCE, inEachEngine, python } from "./support.mjs";
import { DATASET, KEY, STALL, STEM, largeYaml, openPanel, originOf } from "./upload-panel.mjs";

/** Signs what the script doesn't: the wrong method, or headers that a page must send. */
const SIGN = `
import boto3, json, sys
from botocore.config import Config
url, bucket, operation, more = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=url, region_name="default", aws_access_key_id="AKIDTEST", aws_secret_access_key="sekrit",
                  config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, request_checksum_calculation="when_required"))
print(json.dumps(s3.generate_presigned_url(operation, Params={"Bucket": bucket, "Key": "runs/r1/${DATASET}", **json.loads(more)})))`;

let s3;
before(async () => {
  s3 = await startS3();
}, { timeout: 2 * PATIENCE });
after(() => s3?.close());

const sign = (bucket, operation, more = {}) => python(SIGN, s3.url, bucket, operation, JSON.stringify(more));
const putBundle = (url, headers = {}, more = {}) => ({ s3_upload_bundle: 1, artifacts: { [DATASET]: { put: { url, headers } } }, ...more });

/** Asserts that the server has the dataset that the page has made. */
async function assertStored(job, bucket, key = KEY) {
  const object = await s3.object(bucket, key);
  assert.ok(object, `${key} is not there`);
  assert.equal(object.sha256, await job.text("#sha"));
}

inEachEngine((engine, open) => {
  it("posts all files by one form, and gives a receipt", async () => {
    const job = await openPanel(open);
    const { page } = job;
    const bucket = await s3.bucket(corsRule(originOf(job)));
    const bundle = await s3.presign(bucket);
    await job.give(bundle);
    assert.equal(await job.headline(), `5 files to the bucket ${bucket}`);
    assert.deepEqual(await job.findings(), []);
    assert.equal(await page.$eval("#upload-text", (field) => field.value), "", "the secret is not kept in the page");
    await page.click("#upload-start");
    assert.equal(await job.over(), "Uploaded: 5 files");

    await assertStored(job, bucket);
    const receipt = (await page.$eval("#upload-receipt", (receipt) => receipt.textContent)).trim().split("\n").map((line) => line.split("\t"));
    assert.deepEqual(receipt[0], ["key", "bytes", "etag"]);
    assert.deepEqual(receipt.slice(1).map(([key]) => key).sort(),
      [`${STEM}.parquet`, `${STEM}_config.yaml`, `${STEM}_report.txt`, `${STEM}_sample_100rows.csv`, `${STEM}_summary.json`].map((name) => `runs/r1/${name}`));
    for (const [key, bytes, etag] of receipt.slice(1)) {
      assert.equal((await s3.object(bucket, key)).size, Number(bytes), key);
      assert.match(etag, /^[0-9a-f]{32}$/);
    }
    const summary = await (await fetch(`${s3.url}/${bucket}/runs/r1/${STEM}_summary.json`)).json();
    assert.equal(summary.file.sha256, await job.text("#sha"));
    const report = await (await fetch(`${s3.url}/${bucket}/runs/r1/${STEM}_report.txt`)).text();
    assert.match(report, /^175,320 rows: 120 servers[^]*SUCCESS\n$/);

    const signature = bundle.post.fields["x-amz-signature"];
    const kept = await page.evaluate(async () => [
      document.documentElement.outerHTML, location.href, document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage),
      ...(await caches.keys()), ...(await indexedDB.databases()).map(({ name }) => name),
      ...performance.getEntriesByType("resource").map(({ name }) => name),
    ].join("\n"));
    assert.ok(!kept.includes(signature) && !kept.includes("X-Amz-Signature"), "the signature is kept nowhere");
    for (const file of ["parquet", "sample-csv", "summary", "config"]) {
      assert.ok(!(await readFile(await job.download(file))).includes(signature), `${file} has no signature`);
    }
    assert.deepEqual(job.logged.filter((text) => text.includes(signature)), []);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("sends one file to one URL from a file, and again another", async () => {
    const job = await openPanel(open);
    const bucket = await s3.bucket(corsRule(originOf(job)));
    const folder = await mkdtemp(join(tmpdir(), "fleetsynth-"));
    const path = join(folder, "bundle.json");
    await writeFile(path, JSON.stringify(await s3.presign(bucket, "--put", DATASET)));
    await (await job.page.$("#upload-file")).uploadFile(path);
    await job.shown("#upload-start");
    await job.page.click("#upload-start");
    assert.equal(await job.over(), "Uploaded: 1 file");
    await assertStored(job, bucket);
    assert.equal((await job.etags()).length, 1);
    // A URL alone is for the dataset, whatever its name.
    await job.start(await sign(bucket, "put_object", { Key: "elsewhere/data" }));
    assert.equal(await job.over(), "Uploaded: 1 file");
    await assertStored(job, bucket, "elsewhere/data");
    assert.deepEqual(job.errors, []);
    await rm(folder, { recursive: true });
    await job.close();
  });

  if (engine === "Chromium") {
    it("takes what is pasted or dropped before it gets into the document", async () => {
      const job = await openPanel(open);
      const bundle = await s3.presign("any-bucket", "--put", DATASET);
      for (const [kind, type, name] of [["#upload-text", "ClipboardEvent", "paste"], ["#upload-source", "DragEvent", "drop"]]) {
        const left = await job.page.evaluate((kind, type, name, text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new window[type](name, { clipboardData: data, dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector(kind).dispatchEvent(event);
          return { prevented: event.defaultPrevented, value: document.querySelector("#upload-text").value };
        }, kind, type, name, JSON.stringify(bundle));
        assert.deepEqual(left, { prevented: true, value: "" });
        await job.shown("#upload-start");
        await job.page.click("#upload-forget");
      }
      await job.close();
    });
  }

  it("sends more than 200 MB in parts, with progress, a pause, and the focus where it belongs", async (t) => {
    const job = await openPanel(open, { yaml: await largeYaml(), rows: "5,113,500" });
    const { page } = job;
    const bucket = await s3.bucket(corsRule(originOf(job)));
    const proxy = await s3.proxy();
    await proxy.order({ stall: STALL });
    await job.start(await proxy.presign(bucket, "--multipart", `${DATASET}:100`));
    assert.ok(await page.evaluate(() => document.activeElement.matches("#upload-pause")));
    await job.sent(10);
    const words = await page.waitForFunction(() => /^\d+ % · .+\/s · about .+ left$/.exec(document.querySelector("#upload-progress-text").textContent)?.[0]);
    await page.keyboard.press("Enter");
    assert.equal(await job.headline(), "Paused");
    assert.ok(await page.evaluate(() => document.activeElement.matches("#upload-resume")));
    const paused = await page.$eval("#upload-bar", (bar) => bar.value);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await page.$eval("#upload-bar", (bar) => bar.value), paused, "nothing is sent meanwhile");
    await proxy.order({});
    const began = Date.now();
    await page.keyboard.press("Enter");
    assert.equal(await job.over(), "Uploaded: 1 file");
    t.diagnostic(`${engine}: ${Date.now() - began} ms, ${words}`);
    await assertStored(job, bucket);
    assert.ok((await s3.object(bucket, KEY)).size > 200e6);
    assert.match((await job.etags())[0], /^[0-9a-f]{32}-1[3-9]$/);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("goes on in another tab with the parts that are there", async () => {
    const settings = { yaml: await largeYaml(), rows: "5,113,500" };
    const first = await openPanel(open, settings);
    const bucket = await s3.bucket(corsRule(originOf(first)));
    const proxy = await s3.proxy();
    await proxy.order({ stall: STALL });
    const bundle = await proxy.presign(bucket, "--multipart", `${DATASET}:100`);
    const there = async () => (await (await fetch(bundle.artifacts[DATASET].multipart.list_url)).text()).split("<Part>").length - 1;
    await first.start(bundle);
    while ((await there()) === 0);
    await first.page.click("#upload-pause");
    await first.close();
    await proxy.order({});
    const kept = await there();
    assert.ok(kept >= 1 && kept < 13, `${kept} parts`);

    const second = await openPanel(open, settings);
    await second.start(bundle);
    assert.equal(await second.over(), "Uploaded: 1 file");
    await assertStored(second, bucket);
    const sent = new Set(second.requests.filter((url) => url.includes("partNumber=")));
    assert.equal(sent.size, Math.ceil((await s3.object(bucket, KEY)).size / 2 ** 24) - kept, "only what was missing is sent");
    await second.close();
  });

  it("has the parts thrown away when it is cancelled, and asks before it is left", async () => {
    const job = await openPanel(open, { yaml: await largeYaml(), rows: "5,113,500" });
    const asked = [];
    job.page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      dialog.accept();
    });
    const bucket = await s3.bucket(corsRule(originOf(job)));
    const proxy = await s3.proxy();
    await proxy.order({ stall: STALL });
    const bundle = await proxy.presign(bucket, "--multipart", `${DATASET}:100`);
    const { list_url: list } = bundle.artifacts[DATASET].multipart;
    assert.equal((await fetch(list)).status, 200);
    await job.start(bundle);
    await job.sent(5);
    await job.page.click("#upload-cancel");
    assert.equal(await job.over(), "Cancelled: 0 of 1 file uploaded");
    assert.equal((await fetch(list)).status, 404);
    assert.equal(await s3.object(bucket, KEY), null);

    await job.start(await proxy.presign(bucket, "--multipart", `${DATASET}:100`));
    await job.sent(5);
    await job.page.click("#upload-pause");
    await job.page.reload();
    assert.deepEqual(asked, ["beforeunload"]);
    await job.close();
  });

  it("sends nothing that cannot succeed, and says why", async () => {
    const job = await openPanel(open);
    const { page } = job;
    const bucket = await s3.bucket(corsRule(originOf(job)));
    const refuses = async (bundle, words) => {
      await job.give(bundle);
      const findings = await job.findings();
      assert.ok(findings.some((finding) => words.test(finding)), `${words}: ${findings}`);
      assert.equal(await page.$eval("#upload-start", (button) => button.disabled), true);
    };
    const { put: { url } } = (await s3.presign(bucket, "--put", DATASET)).artifacts[DATASET];
    const expired = await s3.presign(bucket, "--put", DATASET, "--hours", "0.0003");
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await refuses(expired, /expired at/);
    await refuses(putBundle(url, {}, { region: "eu-west-1" }), /signed for the region `default`, and the bundle says `eu-west-1`/);
    await refuses(await sign(bucket, "put_object", { ACL: "private" }), /asks for the header `x-amz-acl`/);
    await refuses(url.replace(/X-Amz-Signature.*/, ""), /no signature/);
    await page.click("#upload-forget");
    await job.give("not a URL");
    assert.match(await job.text("#upload-refused"), /^This is not a presigned URL/);
    assert.equal(await s3.object(bucket, KEY), null);
    assert.deepEqual(job.requests.filter((request) => request.startsWith(s3.url)), []);
    // What the signature asks for and the bundle gives is sent.
    const signed = await sign(bucket, "put_object", { ACL: "private", ContentType: "application/x-fleet" });
    await job.start(putBundle(signed, { "x-amz-acl": "private", "Content-Type": "application/x-fleet" }));
    assert.equal(await job.over(), "Uploaded: 1 file");
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("says what may be the reason when the server refuses and hides why", async () => {
    // The page's clock is late, so that it takes a URL that the server knows to be expired.
    const job = await openPanel(open, { behind: 600_000 });
    const bucket = await s3.bucket(corsRule(originOf(job)));
    const { put: { url } } = (await s3.presign(bucket, "--put", DATASET)).artifacts[DATASET];
    const expired = (await s3.presign(bucket, "--put", DATASET, "--hours", "0.0003")).artifacts[DATASET].put.url;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const attempts = {
      tampered: `${url.slice(0, -1)}${url.at(-1) === "0" ? "1" : "0"}`,
      prolonged: url.replace("X-Amz-Expires=7200", "X-Amz-Expires=7201"),
      expired,
      "wrong method": await sign(bucket, "get_object"),
      "wrong region": url.replace("default%2Fs3", "eu-west-1%2Fs3"),
      "signed header of another value": await sign(bucket, "put_object", { ContentType: "text/plain" }),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      await job.start(attempt);
      assert.equal(await job.over(), "0 of 1 file uploaded", name);
      const [failure] = await job.failures();
      assert.ok(failure.causes.some((cause) => /refused the request, but without CORS headers/.test(cause)), name);
      assert.deepEqual(await job.uploaded(), [], name);
      assert.equal(await s3.object(bucket, KEY), null, name);
      assert.ok(!failure.text.includes("X-Amz-Signature"), name);
    }
    await job.close();
  });

  for (const [name, change] of [["no CORS rule", null], ["a CORS rule for others", { AllowedOrigins: ["https://example.org"] }]]) {
    it(`shows the rule that is missing where the bucket has ${name}`, async () => {
      const job = await openPanel(open);
      const bucket = await s3.bucket(change && corsRule(originOf(job), change));
      await job.start(await s3.presign(bucket));
      assert.equal(await job.over(), "0 of 5 files uploaded");
      const failures = await job.failures();
      assert.equal(failures.length, 1, "the same for all files is said once");
      assert.match(failures[0].causes[0], /CORS rule does not let this page in/);
      assert.deepEqual(JSON.parse(failures[0].cors), corsRule(originOf(job)));
      assert.equal(await s3.object(bucket, KEY), null);
      // With that very rule it works.
      await s3.setCors(bucket, failures[0].cors);
      await job.page.click("#upload-retry");
      assert.equal(await job.over(), "Uploaded: 5 files");
      await assertStored(job, bucket);
      await job.close();
    });
  }

  it("needs no exposed ETag where it may ask for the parts, and says so where it may not", async () => {
    const job = await openPanel(open);
    const bucket = await s3.bucket(corsRule(originOf(job), { ExposeHeaders: [] }));
    await job.start(await s3.presign(bucket, "--multipart", `${DATASET}:3`));
    assert.equal(await job.over(), "Uploaded: 1 file");
    await assertStored(job, bucket);
    assert.match((await job.etags())[0], /^[0-9a-f]{32}-1$/);
    await s3.remove(bucket, KEY);

    const without = await s3.presign(bucket, "--multipart", `${DATASET}:3`);
    delete without.artifacts[DATASET].multipart.list_url;
    await job.start(without);
    assert.equal(await job.over(), "0 of 1 file uploaded");
    const [failure] = await job.failures();
    assert.match(failure.title, /their ETags cannot be read/);
    assert.equal(await s3.object(bucket, KEY), null);
    await s3.setCors(bucket, failure.cors);
    // The browser has kept the preflight's answer; ETags are exposed by the answer itself.
    await job.page.click("#upload-retry");
    assert.equal(await job.over(), "Uploaded: 1 file");
    await assertStored(job, bucket);

    await job.start(await s3.presign(await s3.bucket(corsRule(originOf(job), { ExposeHeaders: [] })), "--put", DATASET));
    assert.equal(await job.over(), "Uploaded: 1 file");
    assert.deepEqual(await job.etags(), ["hidden by the bucket's CORS rule"]);
    await job.close();
  });
}, { sendsTo: "http://127.0.0.1:*" });
