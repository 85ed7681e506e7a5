// A configuration in a link: the same bytes elsewhere, nothing thrown away, nothing harmful let in.
import assert from "node:assert/strict";
import { it } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { createHash } from "node:crypto";
import { PATIENCE, fingerprint, inEachEngine, presetText, python } from "./support.mjs";

/** The fragment for anything, as the page would write it. */
function fragmentOf(content, compressed = deflateRawSync(Buffer.from(content))) {
  const check = createHash("sha256").update(compressed).digest().subarray(0, 6);
  return `#config=v1.${Buffer.concat([check, compressed]).toString("base64url")}`;
}

const wholeText = (page) => page.evaluate(async () => {
  const { EditorView } = await import(new URL("vendor/codemirror.js", document.baseURI).href);
  return EditorView.findFromDOM(document.querySelector("#editor").shadowRoot.querySelector(".cm-editor")).state.doc.toString();
});

/** Follows a link inside the page. */
const follow = (page, fragment) => page.evaluate((fragment) => {
  location.hash = fragment;
}, fragment);

const LITTLE = "# a note\ndata_generation: {num_servers: 3, start_date: 2024-01-01, end_date: 2024-01-31, random_seed: 5}\n";

inEachEngine((engine, open) => {
  it("makes the same bytes from a link, without other programs' sections", async () => {
    const job = await open();
    const { page } = job;
    const yaml = `${await presetText("small")}\nwarehouse:\n  password: hunter2\n`;
    await job.pasteYaml(yaml.replace("random_seed: 42", "random_seed: 43"));
    await job.pressGenerateKeys();
    await job.finished("450");
    const sha = await job.text("#sha");
    assert.notEqual(sha, await fingerprint("small"));
    await page.click("#share");
    await job.shown("#link-notice");
    assert.match(await job.text("#link-text"), /^(Copied: a link that holds this configuration\.|The link stands in the address bar)/);
    const link = page.url();
    const text = inflateRawSync(Buffer.from(link.split("v1.")[1], "base64url").subarray(6)).toString();
    assert.ok(text.includes("random_seed: 43") && !text.includes("hunter2") && !text.includes("warehouse"), text);

    const other = await open({ url: link });
    assert.equal(await other.figure("rows"), "450");
    assert.equal(await other.text("#sha"), sha, "whoever opens the link has the same file");
    assert.equal(await wholeText(other.page), text);
    assert.equal(await other.isVisible("#stale"), false);
    assert.ok(other.requests.every((url) => !url.includes("config=") || url === link), "the fragment is sent nowhere");
    assert.deepEqual([...job.errors, ...other.errors], []);
    await other.close();
    await job.close();
  });

  it("asks before another link takes the place of what was edited, and takes nothing away", async () => {
    const job = await open();
    const { page } = job;
    await follow(page, fragmentOf(LITTLE));
    await job.finished("93");
    assert.equal(await wholeText(page), LITTLE, "nothing was edited: it is opened");
    await job.setField("num_servers", "4");
    const mine = LITTLE.replace("num_servers: 3", "num_servers: 4");
    await follow(page, fragmentOf(LITTLE.replace("a note", "another")));
    await job.shown("#link-choice");
    assert.equal(await wholeText(page), mine);
    await page.click("#link-keep");
    assert.equal(await job.isVisible("#link-notice"), false);
    assert.equal(await wholeText(page), mine);
    await follow(page, fragmentOf(LITTLE.replace("a note", "a third")));
    await job.shown("#link-choice");
    await page.click("#link-open");
    await job.finished("93");
    assert.match(await wholeText(page), /^# a third/);
    await page.click("#undo");
    assert.equal(await wholeText(page), mine, "it is one step away");
    // Places in the page are no links to configurations.
    await follow(page, "#quality");
    assert.equal(await job.isVisible("#link-notice"), false);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("shows a wrong configuration with its problems, and runs no large one unasked", async () => {
    const first = await open();
    const base = first.page.url();
    await first.close();
    const wrong = await open({ url: `${base}${fragmentOf(LITTLE.replace("num_servers: 3", "num_server: 3"))}` });
    await wrong.shown("#problems");
    assert.match(await wrong.text("#problem-list"), /Did you mean num_servers\?/);
    assert.equal(await wrong.figure("rows"), "175,320", "the default job stands beside it");
    assert.ok(await wrong.isVisible("#stale"));
    await wrong.close();

    const large = LITTLE.replace("num_servers: 3", "num_servers: 400000");
    const job = await open({ url: `${base}${fragmentOf(large)}` });
    assert.equal(await wholeText(job.page), large);
    assert.equal(await job.text("#estimate strong"), "12,400,000 rows");
    assert.equal(await job.figure("rows"), "175,320");
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("refuses hostile links with a sentence, in bounded memory", async () => {
    const job = await open();
    const { page } = job;
    const before = await wholeText(page);
    const bomb = deflateRawSync(Buffer.alloc(8_000_000, 32));
    for (const [fragment, sentence] of [
      ["#config=", /a way that this version doesn't know/],
      ["#config=v9.abcd", /a way that this version doesn't know/],
      ["#config=v1.<script>alert(1)</script>", /characters are missing or others/],
      [fragmentOf(LITTLE).slice(0, -3), /characters are missing or others/],
      [fragmentOf("", Buffer.from("no deflate at all")), /can't be taken apart/],
      [fragmentOf("", bomb), /longer than 256 KiB/],
      [fragmentOf(Buffer.from([0xff, 0xfe, 0xfd])), /no text/],
      [`#config=v1.${"A".repeat(20_000)}`, /more than 16,000 characters/],
    ]) {
      await follow(page, fragment);
      await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#link-text").textContent), { timeout: PATIENCE }, sentence.source);
      assert.equal(await wholeText(page), before);
    }
    // One that is a link, but no sound configuration.
    await follow(page, fragmentOf("[".repeat(5000)));
    await job.shown("#problems");
    assert.match(await job.text("#problem-list"), /nested more than 32 deep/);
    await page.click("#undo");
    assert.equal(await wholeText(page), before);
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("makes no link of what is too long for one", async () => {
    const job = await open();
    let noise = "";
    for (let i = 0; noise.length < 30_000; i++) noise += `# ${createHash("sha256").update(String(i)).digest("base64")}\n`;
    await job.pasteYaml(LITTLE + noise);
    await job.page.click("#share");
    await job.shown("#link-notice");
    assert.match(await job.text("#link-text"), /^The link would have \d\d,\d{3} characters, and many programs cut links off beyond 16,000\. Save the configuration/);
    assert.equal(new URL(job.page.url()).hash, "");
    await job.close();
  });

  it("estimates what the next run takes, at the pace of the last one", async () => {
    const job = await open();
    const { page } = job;
    const forecast = () => job.text("#forecast");
    await page.waitForFunction(() => document.querySelector("#forecast").textContent.includes("last run"), { timeout: PATIENCE });
    const [, size, seconds] = /^About 1\.8 MB, (\d+) MB of memory, (\d+\.\d+) s by the last run$/.exec(await forecast());
    assert.ok(Number(size) > 90 && Number(seconds) > 0, await forecast());
    assert.equal(await job.figure("size"), "1.7 MB", "what it is: within a tenth");
    await job.setField("num_servers", "1200");
    const [, more, longer] = /^About 17\.3 MB, (\d+) MB of memory, (\d+\.\d+) s/.exec(await forecast()) ?? assert.fail(await forecast());
    assert.ok(Number(more) > Number(size));
    // Both are rounded to hundredths, of which a fast machine needs few.
    assert.ok(Math.abs(longer - 10 * seconds) < 10 * 0.005 + 0.1 * longer, `${longer} s for ten times of ${seconds} s`);
    await job.close();
  });

  it("gives code that reads the downloaded file", async () => {
    const job = await open();
    const { page } = job;
    await job.choosePreset("Small fleet");
    await job.pressGenerateKeys();
    await job.finished("450");
    const file = await job.download("parquet");
    await page.click("#snippets > summary");
    const code = async (tool) => {
      await page.select("#snippet-tool", tool);
      return page.$eval("#snippet-code", (code) => code.textContent);
    };
    assert.deepEqual(await page.$$eval("#snippet-tool option", (all) => all.map((option) => option.textContent)),
      ["pandas", "Polars", "DuckDB", "Spark", "Athena (DDL)"]);
    const run = "import sys, os, json, io, contextlib, duckdb\nos.chdir(sys.argv[1])\nout = io.StringIO()\n";
    const printed = (text) => python(`${run}with contextlib.redirect_stdout(out): exec(sys.argv[2])\nprint(json.dumps(out.getvalue()))`, job.downloads, text);
    for (const tool of ["pandas", "polars"]) {
      const text = await code(tool);
      assert.ok(text.includes(file.split("/").at(-1)), text);
      assert.match(await printed(text), /business_unit[^]*Retail[^]*\d+\.\d+/);
    }
    const rows = await python(`${run}print(json.dumps(duckdb.sql(sys.argv[2]).fetchall()))`, job.downloads, await code("duckdb"));
    assert.ok(rows.length >= 2 && rows.every((row) => row.length === 6 && row[1] > 10), JSON.stringify(rows));
    assert.match(await code("spark"), /`timestamp` TIMESTAMP_NTZ/);
    assert.match(await code("athena"), /CREATE EXTERNAL TABLE[^]*`cpu_p95` double/);
    await page.click("#snippet-copy");
    await page.waitForFunction(() => ["Copied", "Selected"].includes(document.querySelector("#snippet-copy-text").textContent), { timeout: PATIENCE });
    assert.deepEqual(job.errors, []);
    await job.close();
  });

  it("compares a pinned run with the next one, in figures and keys", async () => {
    const job = await open();
    const { page } = job;
    await job.choosePreset("Small fleet");
    await job.pressGenerateKeys();
    await job.finished("450");
    await page.click("#pin");
    assert.ok(await job.isVisible("#compare-alone"));
    assert.equal(await page.$eval("#pin", (button) => button.disabled), true);
    await job.setField("num_servers", "10");
    await job.pressGenerateKeys();
    await job.finished("900");
    await job.shown("#compare-tables");
    assert.equal(await job.text("#compare-title"), "A (pinned) and B (now) differ in 1 key");
    const rows = (id) => page.$$eval(`#${id} tbody tr`, (all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    assert.deepEqual(await rows("compare-keys"), [["data_generation.num_servers", "5", "10"]]);
    const figures = await rows("compare-figures");
    assert.deepEqual(figures[0], ["All", "Rows", "450", "900", "+100.0 %"]);
    const mean = figures.find(([metric, figure]) => metric === "cpu_p95" && figure === "Mean");
    const shown = await page.$eval("#statistics-table tbody tr td:nth-child(5)", (cell) => cell.textContent);
    assert.equal(mean[3], shown, "as the statistics say");
    await page.click("#unpin");
    assert.equal(await job.isVisible("#compare"), false);
    assert.deepEqual(job.errors, []);
    await job.close();
  });
});
