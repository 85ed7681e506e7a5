// A page that can be trusted: it runs its own scripts alone, sends nothing elsewhere, and takes text as text.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, test } from "node:test";
import { promisify } from "node:util";
import { serve } from "../../scripts/server.mjs";
import { inEachEngine, presetText } from "./support.mjs";

const HARDEN = new URL("../../scripts/harden.mjs", import.meta.url).pathname;

/** Names that would be markup, script or style, were they not text. A slash is refused in names. */
const HOSTILE = [
  "<img src=x onerror=pwned()>",
  "<script>pwned()<",
  "\"><svg onload=pwned()>",
  "' onfocus='pwned()' autofocus='",
  "javascript:pwned()",
  "${pwned()}{{pwned()}}",
  "&lt;b&gt;&#x3c;",
  "`; DROP TABLE servers; --",
];

inEachEngine((engine, open) => {
  it("is sent with a policy that lets nothing in but its own files", async () => {
    const job = await open();
    const response = await fetch(job.page.url());
    const policy = response.headers.get("content-security-policy");
    for (const rule of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types fleetsynth",
    ]) {
      assert.ok(policy.split("; ").includes(rule), `${rule} is not in ${policy}`);
    }
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
    assert.equal(response.headers.get("referrer-policy"), "no-referrer");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    // A worker has the policy of its own answer, not the page's.
    const worker = await fetch(new URL("js/worker.js", job.page.url()));
    assert.equal(worker.headers.get("content-security-policy"), policy);
    await job.close();
  });

  it("runs no other script, style or frame, and sends nothing without HTTPS", async () => {
    const job = await open();
    const found = await job.page.evaluate(async () => {
      const violated = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => violated.push(effectiveDirective));
      const add = (tag, properties) => document.body.append(Object.assign(document.createElement(tag), properties));
      const attempts = {
        inlineScript: () => add("script", { textContent: "window.pwned = 1" }),
        dataScript: () => add("script", { src: "data:text/javascript,window.pwned=1" }),
        handler: () => document.body.setAttribute("onclick", "window.pwned = 1"),
        styleAttribute: () => document.body.setAttribute("style", "color: red"),
        frame: () => add("iframe", { src: "https://example.invalid/" }),
        image: () => add("img", { src: "https://example.invalid/x.png" }),
        eval: () => (0, eval)("window.pwned = 1"),
        fetch: () => fetch("http://192.0.2.1/"),
        worker: () => new Worker("data:text/javascript,1"),
      };
      // The driver's own first task may do more than the page.
      await new Promise((resolve) => setTimeout(resolve));
      const failed = [];
      for (const [name, attempt] of Object.entries(attempts)) {
        try {
          await attempt();
        } catch {
          failed.push(name);
        }
      }
      document.body.click();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const colour = document.body.style.color;
      return { pwned: window.pwned, colour, failed, violated: [...new Set(violated)] };
    });
    assert.equal(found.pwned, undefined);
    assert.equal(found.colour, "");
    for (const name of ["eval", "fetch"]) assert.ok(found.failed.includes(name), `${name} is possible`);
    for (const directive of ["frame-src", "img-src", "connect-src"]) {
      assert.ok(found.violated.includes(directive), `${directive}: only ${found.violated} were violated`);
    }
    await job.close();
  });

  it("makes no markup of text and no script of an address where the browser knows Trusted Types", async () => {
    const job = await open();
    const refused = await job.page.evaluate(() => {
      if (!window.trustedTypes) return null;
      const refuses = (attempt) => {
        try {
          attempt();
          return false;
        } catch (error) {
          return error instanceof TypeError;
        }
      };
      return {
        markup: refuses(() => (document.createElement("p").innerHTML = "<b>")),
        worker: refuses(() => new Worker("js/worker.js")),
        policy: refuses(() => window.trustedTypes.createPolicy("another", {})),
        again: refuses(() => window.trustedTypes.createPolicy("fleetsynth", {})),
      };
    });
    if (engine === "Chromium") assert.ok(refused, "Chromium knows Trusted Types");
    if (refused) assert.deepEqual(refused, { markup: true, worker: true, policy: true, again: true });
    await job.close();
  });

  it("shows hostile names as the text that they are, everywhere", async () => {
    const job = await open({ prepare: (page) => page.evaluateOnNewDocument(() => (window.pwned = () => (window.wasPwned = true))) });
    const { page } = job;
    const quoted = (names) => names.map((name) => JSON.stringify(name)).join(", ");
    const yaml = (await presetText("small")).replace(/^data_generation:$/m, `data_generation:
  metadata:
    server_prefix: ${JSON.stringify(HOSTILE[0])}
    business_units: [${quoted(HOSTILE)}]
    regions: [${quoted(HOSTILE)}]
    criticality_levels: [${quoted(HOSTILE)}]`);
    assert.match(yaml, /server_prefix: "<img/, "the preset has no metadata of its own");
    await job.pasteYaml(yaml);
    await page.waitForFunction(() => document.querySelector("#generate").getAttribute("aria-disabled") !== "true");
    await page.click("#generate");
    await job.finished("450");
    const elements = () => page.evaluate(() => document.querySelectorAll("img, script:not([src]), [onerror], [onload], [onfocus], svg[onload]").length);
    assert.equal(await elements(), 0);
    const text = await page.evaluate(() => document.body.textContent);
    assert.ok(text.includes(`${HOSTILE[0]}0001`), "the preview has the server's id as it is");
    await page.click("#tab-form");
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    assert.equal(await elements(), 0);
    assert.equal(await page.evaluate(() => window.wasPwned), undefined);
    assert.deepEqual(job.errors, []);
    // What reaches a spreadsheet is no formula, and what names a file has no path in it.
    const csv = await readFile(await job.download("sample-csv"), "utf8");
    assert.doesNotMatch(csv, /(^|,)"?[=+@-]/m);
    await job.close();
  });

  it("says of a text of 10 MB that it is too long, and stays usable", async () => {
    const job = await open();
    const before = await job.figure("rows");
    await job.page.evaluate(async () => {
      const { EditorView } = await import(new URL("vendor/codemirror.js", document.baseURI).href);
      const view = EditorView.findFromDOM(document.querySelector("#editor").shadowRoot.querySelector(".cm-editor"));
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: `x: ${"y".repeat(10_000_000)}` } });
    });
    await job.page.waitForFunction(() => /at most 256 KiB/.test(document.body.textContent));
    await job.choosePreset("Small fleet");
    await job.page.waitForFunction(() => document.querySelector("#generate").getAttribute("aria-disabled") !== "true");
    await job.page.click("#generate");
    await job.finished("450");
    assert.notEqual(await job.figure("rows"), before);
    await job.close();
  });
});

test("a hardened build sends data to its bucket alone", async () => {
  const site = await mkdtemp(join(tmpdir(), "fleetsynth-"));
  const harden = (origins) => promisify(execFile)(process.execPath, [HARDEN, site, origins]);
  try {
    await cp(process.env.FLEETSYNTH_DIST ?? new URL("../../dist", import.meta.url).pathname, site, { recursive: true });
    for (const wrong of ["http://b.example", "https://b.example/path", "https://*.example; script-src *", "b.example", " "]) {
      await assert.rejects(harden(wrong), /is no origin/, wrong);
    }
    await harden("https://b.s3.eu-central-1.amazonaws.com");
    const server = await serve({ dir: site });
    const policy = (await fetch(server.url)).headers.get("content-security-policy");
    await server.close();
    assert.ok(policy.includes("; connect-src 'self' https://b.s3.eu-central-1.amazonaws.com; "), policy);
    await assert.rejects(harden("none"), /does not have/, "it is hardened already");
  } finally {
    await rm(site, { recursive: true, force: true });
  }
});
