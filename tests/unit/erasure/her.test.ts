import { describe, expect, it } from 'vitest';
import { herOf, type Read, shareOf } from '../../../lib/erasure/her.ts';
import type { ErasurePorts } from '../../../lib/erasure/ports.ts';
import { pseudonymsUnder } from '../../../lib/store/index.ts';

const pseudonym = pseudonymsUnder(new Uint8Array(32));
const ports = { pseudonyms: { of: async () => pseudonym } } as unknown as ErasurePorts;
const NOTHING = { patients: [], specimens: [], events: [], alterations: [], unreadable: [], facts: [] };

const read = (records: object): Read => ({
  attempt: 'A',
  key: 'k',
  records: { ...NOTHING, ...records } as Read['records'],
});
const patientsOf = (...ids: readonly string[]): Read =>
  read({
    patients: ids.map((identifier) => ({
      patient: pseudonym('patient', identifier),
      identifier,
      asSpecimen: pseudonym('specimen', identifier),
    })),
  });
/** A VCF of one specimen in which nothing was found. */
const vcfOf = (specimen: string): Read => read({ facts: [{ covered: [pseudonym('specimen', specimen)] }] });
const her = (...all: readonly Read[]) => herOf({ site: 'a', cohort: 'c' }, '17', all, ports);

describe('Who is taken out', () => {
  it('is known in a file of a specimen that is called as she is, whatever stands in it', async () => {
    const known = await her(patientsOf('17', '18'), vcfOf('17'));
    expect(shareOf(vcfOf('17').records, known)).toBe('all');
    expect(shareOf(vcfOf('18').records, known)).toBe('none');
  });

  it('is not the patient whose specimen a table calls as she is called', async () => {
    const listed = read({
      specimens: [
        { specimen: pseudonym('specimen', '17'), identifier: '17', patient: pseudonym('patient', '18') },
        { specimen: pseudonym('specimen', 'x'), identifier: 'x', patient: pseudonym('patient', '17') },
      ],
    });
    const known = await her(patientsOf('17', '18'), listed);
    expect(shareOf(vcfOf('17').records, known)).toBe('none');
    expect(shareOf(vcfOf('x').records, known)).toBe('all');
  });
});
