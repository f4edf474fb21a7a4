import { SignetError } from '../../lib/base/index.ts';
import { settle } from '../local/settle.ts';
import type { Numbers } from './beside/part.ts';
import { carryStudy } from './carry.ts';
import type { Hospitals } from './hospitals.ts';
import { disagreements } from './outcome.ts';
import { protocolOf } from './protocol.ts';
import type { ReferenceCohort, RunStudies } from './reference.ts';

const DAY = 86_400_000;

/**
 * Studies over tenants of a stack: the table goes into each one's part of the bucket, the studies over the API. The sites of the data become the tenants in
 * their order, under a cohort's name of their own. Throws SignetError `study-disagrees` where the sites don't attest the same.
 */
export function overStack({ all }: Hospitals, cohort: string, told: (says: string) => void): RunStudies {
  return async (given, studies) => {
    const hospitals = all.slice(0, given.length);
    for (const [i, { visitor, site }] of hospitals.entries()) {
      const uploads = { name: cohort, files: filesOf(given[i]!) };
      await visitor.putCohort(uploads);
      await settle(visitor, uploads, (says) => told(`${site}: ${says}`));
    }
    const sites = hospitals.map(({ site, fingerprint }) => ({ site, fingerprint }));
    const numbers: Numbers[] = [];
    for (const { waivers, ...plan } of studies) {
      const expires = new Date(Date.now() + DAY).toISOString();
      const protocol = protocolOf({ ...plan, sites }, { waivers, expires });
      const carried = await carryStudy(
        hospitals,
        { protocol, codebook: plan.codebook, cohort },
        {
          waits: told,
          approved: (site) => told(`${plan.title}: ${site} approved`),
          answered: ({ site, round }) => told(`${plan.title}: ${site} answered round ${round}`),
          attested: (site) => told(`${plan.title}: ${site} attested`),
        },
      );
      const [fault] = disagreements(
        carried,
        sites.map(({ site }) => site),
      );
      if (fault !== undefined) throw new SignetError('study-disagrees', `${plan.title}: ${fault}`);
      numbers.push(carried.attestations[0]!.numbers);
    }
    return numbers;
  };
}

function filesOf({ yaml, columns }: ReferenceCohort) {
  const names = Object.keys(columns);
  const lines = [names, ...columns[names[0]!]!.map((_, i) => names.map((name) => String(columns[name]![i] ?? '')))];
  return [
    { key: 'cohort.yaml', type: 'application/yaml', body: yaml },
    { key: 'patients.csv', type: 'text/csv', body: `${lines.map((cells) => cells.join(',')).join('\n')}\n` },
  ];
}
