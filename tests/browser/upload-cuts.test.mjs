// Uploads through connections that are cut: in the end the file is there, byte by byte, and until then the page says why not.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { corsRule, startS3 } from "./s3.mjs";
import { PATIENCE, inEachEngine } from "./support.mjs";
import { DATASET, KEY, STALL, largeYaml, openPanel, originOf } from "./upload-panel.mjs";

/** So many connections are cut at random points, each case by its seed. */
const CUT_CASES = 50;
/** So many of them share a page. */
const CASES_OF_A_PAGE = 10;
/** How many connections of a case, by which chance, in turn: a few are got over, all are not. */
const CUTS = [[2, 0.7], [4, 0.7], [8, 0.7], [16, 0.9], [500, 1]];

let s3;
before(async () => {
  s3 = await startS3();
}, { timeout: 2 * PATIENCE });
after(() => s3?.close());

inEachEngine((engine, open) => {
  it("goes on when the server is killed in the middle and started again", async () => {
    const job = await openPanel(open, { yaml: await largeYaml(), rows: "5,113,500", random: 0.5 });
    const bucket = await s3.bucket(corsRule(originOf(job)));
    const proxy = await s3.proxy();
    await proxy.order({ stall: STALL });
    await job.start(await proxy.presign(bucket, "--multipart", `${DATASET}:100`));
    await job.sent(5);
    await s3.kill();
    const state = await job.page.waitForFunction(() => {
      const found = document.querySelector("#upload-files [data-state]").dataset.state;
      return ["retrying", "failed", "done"].includes(found) && found;
    });
    assert.notEqual(state, "done", "it was killed in the middle");
    await s3.revive();
    await proxy.order({});
    if (!(await job.over()).startsWith("Uploaded")) {
      assert.ok((await job.failures())[0].causes.length > 1, "it says what may be the reason");
      await job.page.click("#upload-retry");
      assert.equal(await job.over(), "Uploaded: 1 file");
    }
    assert.equal((await s3.object(bucket, KEY))?.sha256, await job.text("#sha"));
    await job.close();
  });

  for (let first = 0; first < CUT_CASES; first += CASES_OF_A_PAGE) {
    const seeds = Array.from({ length: CASES_OF_A_PAGE }, (_, at) => first + at);
    it(`loses nothing when connections are cut, seeds ${first} to ${seeds.at(-1)} of ${CUT_CASES}`, async (t) => {
      const job = await openPanel(open, { yaml: await largeYaml(300), rows: "438,300" });
      const bucket = await s3.bucket(corsRule(originOf(job)));
      const proxy = await s3.proxy();
      // A form, one request, and parts, in turn.
      const kind = (seed) => ["form", "put", "multipart", "multipart"][seed % 4];
      const name = (seed) => `case-${seed}.parquet`;
      const options = seeds.flatMap((seed) => ({ form: [], put: ["--put", name(seed)], multipart: ["--multipart", `${name(seed)}:4`] })[kind(seed)]);
      const all = await proxy.presign(bucket, "--post", ...options);
      let [failed, cut] = [0, 0];

      /** Uploads through cut connections, then with whole ones, until all is there. */
      const upload = async (seed) => {
        const own = all.artifacts[name(seed)];
        const bundle = own ? { ...all, artifacts: { [name(seed)]: own }, post: undefined } : { ...all, artifacts: {} };
        const key = own ? `runs/r1/${name(seed)}` : KEY;
        await s3.remove(bucket, key);
        const [cuts, chance] = CUTS[seed % CUTS.length];
        cut += await proxy.order({ cuts, chance, seed });
        await job.start(bundle);
        let title = await job.over();
        if (!title.startsWith("Uploaded")) failed++;
        for (let retries = 0; !title.startsWith("Uploaded"); retries++) {
          assert.ok(retries < 5, `case ${seed}: ${JSON.stringify(await job.failures())}`);
          const failures = await job.failures();
          assert.ok(failures.length > 0 && failures.every((failure) => failure.title.length > 10), `case ${seed} says why`);
          for (const there of await job.uploaded()) assert.ok(await s3.object(bucket, there), `case ${seed}: ${there} is said to be there`);
          cut += await proxy.order({});
          await job.page.click("#upload-retry");
          title = await job.over();
        }
        const object = await s3.object(bucket, key);
        assert.equal(object?.sha256, await job.text("#sha"), `case ${seed}`);
      };

      for (const seed of seeds) await upload(seed);
      t.diagnostic(`${engine}: ${cut} connections cut; ${failed} of ${seeds.length} uploads needed the button Retry`);
      assert.ok(cut > seeds.length && failed > 0 && failed < seeds.length, "some are got over, some are not");
      await job.close();
    });
  }
}, { sendsTo: "http://127.0.0.1:*", watches: false });
