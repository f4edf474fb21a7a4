import type { ResultDocument } from '../../lib/result/index.ts';
import type { Attestation } from '../../lib/sharing/index.ts';
import type { CarriedStudy } from './carry.ts';
import type { Hospital } from './hospitals.ts';

/** Sites' numbers agree within this, relative to the larger of 1 and their size. */
const AGREE = 1e-9;

/** What of a study's end is not as it should be: a site that says otherwise, that attests nothing, or another result or other numbers. */
export function disagreements({ status, attestations }: CarriedStudy, sites: readonly string[]): string[] {
  const [first] = attestations;
  return [
    ...Object.entries(status).flatMap(([site, says]) => (says.startsWith('attested') ? [] : [`${site} says: ${says}`])),
    ...sites.flatMap((site) => (attestations.some((each) => each.site === site) ? [] : [`${site} attests nothing`])),
    ...attestations.flatMap((each) =>
      each.result === first!.result ? [] : [`${each.site} attests the result ${each.result}, not ${first!.result}`],
    ),
    ...attestations.flatMap((each) =>
      differing(each.numbers, first!.numbers).map(
        (name) => `${each.site} attests other numbers of ${name} than ${first!.site}`,
      ),
    ),
  ];
}

/** Names under which two attestations' numbers differ. */
function differing(a: Attestation['numbers'], b: Attestation['numbers']): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => {
    const [x, y] = [[a[name] ?? Number.NaN].flat(), [b[name] ?? Number.NaN].flat()];
    return x.length !== y.length || x.some((value, i) => !isNear(value, y[i]!));
  });
}

function isNear(x: number | null, y: number | null): boolean {
  if (x === null || y === null) return x === y;
  return Math.abs(x - y) <= AGREE * Math.max(1, Math.abs(x), Math.abs(y));
}

/** What a study's result says was withheld, and what else it warns of. */
export async function withheldLines({ visitor }: Hospital, study: string): Promise<string[]> {
  const answer = await visitor.ask(`/studies/${study}/result`, { headers: { accept: 'application/json' } });
  const { findings } = (await answer.json()) as ResultDocument;
  const rows = findings.tables.find(({ id }) => id === 'withheld')?.rows ?? [];
  return [
    ...rows.map(({ site, what, why }) => `  ${site}: ${what}: ${why}`),
    ...findings.warnings.map(({ says }) => `  ${says}`),
  ];
}
