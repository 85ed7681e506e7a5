/** @file All subjects at one scale, in turn: A B C, A B C, ... so that a machine's moods meet them all. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const FIRST_SEED = 42;
/** How far a peer's mean may be from ours: servers differ, and small fleets differ more. */
const SAME_JOB = 0.05;

/**
 * @param {import("./job.mjs").Job} job
 * @param {object[]} subjects
 * @param {number} repeats
 * @param {string} folder
 * @param {(text: string) => void} say
 */
export async function compare(job, subjects, repeats, folder, say) {
  const sessions = [];
  try {
    for (const subject of subjects) {
      say(`${job.name}: warming up ${subject.label}`);
      const place = join(folder, `${job.name} ${subject.label}`);
      await mkdir(place, { recursive: true });
      const session = await subject.open(job, place);
      sessions.push({ subject, session, samples: [], warmUp: await session.warmUp(FIRST_SEED) });
    }
    checkSame(job, sessions.map(({ subject, warmUp }) => [subject, warmUp]));
    for (let round = 1; round <= repeats; round++) {
      say(`${job.name}: round ${round} of ${repeats}`);
      // Another seed each time, so that nothing can be left over from the time before.
      for (const { session, samples } of sessions) samples.push(await session.run(FIRST_SEED + round));
      checkSame(job, sessions.map(({ subject, samples }) => [subject, samples.at(-1)]));
    }
    return sessions.map(({ subject, session, samples, warmUp }) => ({
      label: subject.label,
      isPeer: subject.isPeer ?? false,
      versions: session.versions ?? {},
      peakBytes: session.peakBytes(),
      browserPeakBytes: session.browserPeakBytes?.() ?? null,
      warmUp,
      samples,
    }));
  } finally {
    await Promise.all(sessions.map(({ session }) => session.close()));
  }
}

/**
 * Ours must be the same file, byte for byte, wherever it is made; a peer's must have the same statistics.
 * @param {import("./job.mjs").Job} job
 * @param {[subject: object, sample: object][]} made With the same seed.
 */
function checkSame(job, made) {
  for (const [{ label }, { rows }] of made) {
    if (rows !== job.rows) throw new Error(`${label} made ${rows} rows instead of ${job.rows}.`);
  }
  const ours = made.filter(([{ isPeer }]) => !isPeer);
  const other = ours.find(([, { sha256 }]) => sha256 !== ours[0][1].sha256);
  if (other) throw new Error(`${other[0].label} made another file than ${ours[0][0].label}.`);

  const means = ({ statistics }) => new Map(statistics.map(({ name, mean }) => [name, mean]));
  const reference = ours.find(([, { statistics }]) => statistics);
  if (!reference) return;
  for (const [{ label }, sample] of made.filter(([{ isPeer }]) => isPeer)) {
    const theirs = means(sample);
    for (const [name, mean] of means(reference[1])) {
      const ratio = theirs.get(name) / mean;
      if (!(Math.abs(ratio - 1) < SAME_JOB)) throw new Error(`${label} has ${ratio} times our mean of ${name}: not the same job.`);
    }
  }
}
