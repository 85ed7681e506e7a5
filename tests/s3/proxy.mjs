// A proxy between the tests and the S3 server that cuts and stalls connections. Run by tests/browser/s3.mjs:
//   node tests/s3/proxy.mjs TARGET_PORT
// It is told { cuts, chance, seed, stall }: all connections end, and so many of the next ones, by this chance, each
// at a point that the seed decides, in the middle of what is sent or of what is answered; after `stall` bytes,
// if that is said, a connection takes nothing more. It says how many it has cut before.
import { createServer, connect } from "node:net";

const target = Number(process.argv[2]);
/** Up to so many bytes come through before the cut. */
const MOST_SENT = 20_000_000;
const MOST_ANSWERED = 600;
let cuts = 0;
let chance = 0;
let stall = Infinity;
let made = 0;
let state = 0;
const open = new Set();

/** A number in 0..1 (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** Where this connection ends: small numbers as likely as large ones, so that headers are cut, too. */
function cutOf() {
  if (cuts === 0 || random() >= chance) return { sent: Infinity, answered: Infinity };
  cuts--;
  const most = random() < 0.6 ? { sent: MOST_SENT, answered: 0 } : { sent: 0, answered: MOST_ANSWERED };
  const at = (bytes) => (bytes === 0 ? Infinity : Math.floor(bytes ** random()));
  return { sent: at(most.sent), answered: at(most.answered) };
}

const server = createServer((client) => {
  const left = cutOf();
  const upstream = connect(target, "127.0.0.1");
  const end = () => {
    open.delete(end);
    client.destroy();
    upstream.destroy();
  };
  open.add(end);
  let taken = 0;
  const pass = (from, to, way) => {
    from.on("data", (bytes) => {
      if (from === client && (taken += bytes.length) > stall) {
        from.pause();
        return;
      }
      const some = bytes.subarray(0, Math.min(bytes.length, left[way]));
      left[way] -= some.length;
      if (some.length < bytes.length) {
        made++;
        from.pause();
        // What came before the cut arrives.
        to.write(some, end);
      } else if (!to.write(some)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
    from.on("end", () => to.end());
    from.on("error", end);
    from.on("close", end);
  };
  pass(client, upstream, "sent");
  pass(upstream, client, "answered");
});

process.on("message", (order) => {
  for (const end of [...open]) end();
  process.send({ made });
  ({ cuts = 0, chance = 0, seed: state = 0, stall = Infinity } = order);
  made = 0;
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
