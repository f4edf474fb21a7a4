import type { Attestation } from '../documents.ts';
import type { Progress } from './progress.ts';
import type { StudyRecord } from './read.ts';
import { resultOf } from './result.ts';

/** Where a study is, in a word, and what to say beside it. */
export interface StudyStatus {
  readonly status: 'proposed' | 'round' | 'result' | 'attested' | 'contested' | 'stopped' | 'expired' | 'withdrawn';
  readonly says: string;
}

/** Two sites' numbers agree within 1e-9 of the larger of 1 and their size: last bits may differ between processors. */
const AGREE = 1e-9;

/** Tells where a study is. `now` in milliseconds since 1970. */
export function studyStatus(record: StudyRecord, progress: Progress, now: number): StudyStatus {
  const isIn = (site: string): boolean => progress.finished.some(({ sites }) => sites.includes(site));
  const erased = record.refusals.find(({ document: { code, site } }) => code === 'erasure' && isIn(site))?.document
    .site;
  if (progress.phase === 'result' && erased !== undefined)
    return { status: 'withdrawn', says: `${erased} took out a patient who withdrew` };
  if (progress.phase === 'stopped') return { status: 'stopped', says: progress.reason! };
  if (progress.phase !== 'result' && now >= Date.parse(record.protocol.expires))
    return { status: 'expired', says: record.protocol.expires };
  if (progress.phase === 'approvals')
    return { status: 'proposed', says: `${record.approvals.size} of ${record.protocol.sites.length} approved` };
  if (progress.phase === 'round')
    return { status: 'round', says: `round ${progress.open!.round}, attempt ${progress.open!.attempt}` };
  return attested(record, progress);
}

function attested(record: StudyRecord, progress: Progress): StudyStatus {
  const { id, numbers } = resultOf(record, progress);
  const { attestations } = record;
  const differs = [...attestations].filter(
    ([, { document }]) => document.result !== id || !agrees(document.numbers, numbers),
  );
  if (differs.length > 0)
    return { status: 'contested', says: `${differs.map(([site]) => site).join(', ')} came to other numbers` };
  const missing = progress.sites.filter((site) => !attestations.has(site));
  return missing.length === 0
    ? { status: 'attested', says: 'every site came to the same numbers' }
    : { status: 'result', says: `not attested by ${missing.join(', ')} yet` };
}

/** Whether two sites came to the same numbers. */
function agrees(a: Attestation['numbers'], b: Attestation['numbers']): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => {
    const [x, y] = [listOf(a[name]), listOf(b[name])];
    return x.length === y.length && x.every((value, i) => isSame(value, y[i]!));
  });
}

function listOf(value: Attestation['numbers'][string] | undefined): readonly (number | null)[] {
  if (value === undefined) return [Number.NaN];
  return Array.isArray(value) ? value : [value];
}

function isSame(x: number | null, y: number | null): boolean {
  if (x === null || y === null) return x === y;
  return Math.abs(x - y) <= AGREE * Math.max(1, Math.abs(x), Math.abs(y));
}
