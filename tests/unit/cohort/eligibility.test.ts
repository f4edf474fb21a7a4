import { describe, expect, it } from 'vitest';
import type { CohortFrame } from '../../../lib/cohort/index.ts';
import { byHand, identifiers } from './by-hand.ts';
import { pseudonym } from './read.ts';

const frame = byHand();
const ids = identifiers();
const DAYS = 30.4375;

function eligible(of: CohortFrame): string[] {
  return Array.from(of.eligibility().eligible, (row) => ids[row]!).sort();
}

/** By patient the label of the group, null where it isn't known. */
function group(of: CohortFrame, name = 'group'): Record<string, string | null> {
  const { labels, codes } = of.group(name, '/by');
  return Object.fromEntries(ids.map((id, row) => [id, labels[codes[row]!] ?? null]));
}

const ELIGIBLE = 'd03 d04 e03 g03 h03 m01 m02 m03 m04 n01 o01 p01 p02 p03 q01 z01 z02'.split(' ');

describe('Eligibility', () => {
  const { steps, leftAt, notRecorded, apart } = frame.eligibility();

  it('lets each patient leave at the first step that is not true of her, as no or as not recorded', () => {
    const at = ids.map((id, row) => {
      const step = steps[leftAt[row]!];
      return { id, step: step && `${step.id}${notRecorded[row] ? ' not recorded' : ''}` };
    });
    const left = Map.groupBy(
      at.filter(({ step }) => step !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1)),
      ({ step }) => step!,
    );
    expect(Object.fromEntries([...left].map(([step, who]) => [step, who.map(({ id }) => id)]))).toEqual({
      1: ['b01'],
      2: ['c01', 'c02', 'c03'],
      3: ['d01'],
      '3 not recorded': ['d02'],
      4: ['e01'],
      '4 not recorded': ['e02'],
      5: ['f01'],
      6: ['g01', 'g02'],
      7: ['h01', 'h02'],
      8: ['i01', 'i02'],
      9: ['j01', 'j02'],
      10: ['k01', 'k02', 'k03'],
      11: ['l01', 'l02', 'l03', 'l04', 'l06', 'l07'],
      '11 not recorded': ['l05'],
    });
    expect(eligible(frame)).toEqual(ELIGIBLE);
  });

  it('counts from whom validation set apart to who remains', () => {
    expect(steps.map(({ id, no, notRecorded: missing, remaining }) => [id, no, missing, remaining])).toEqual([
      ['0', 2, 0, 44],
      ['1', 1, 0, 43],
      ['2', 3, 0, 40],
      ['3', 1, 1, 38],
      ['4', 1, 1, 36],
      ['5', 1, 0, 35],
      ['6', 2, 0, 33],
      ['7', 2, 0, 31],
      ['8', 2, 0, 29],
      ['9', 2, 0, 27],
      ['10', 3, 0, 24],
      ['11', 6, 1, 17],
    ]);
    const rules = Object.fromEntries((apart ?? []).map(({ patient, rule }) => [patient, rule]));
    expect(rules).toEqual({
      [pseudonym('patient', 'a01')]: 'death-before-diagnosis',
      [pseudonym('patient', 'a02')]: 'conflicting-values',
    });
  });

  it('leaves everybody in where the definition has no criteria', () => {
    const open = byHand((yaml) =>
      yaml.replace(/^criteria:[\s\S]*?^endpoints:/m, 'endpoints:').replace(/^plan:[\s\S]*/m, ''),
    );
    expect(open.eligibility().eligible).toHaveLength(44);
    expect(open.eligibility().steps.map(({ id }) => id)).toEqual(['0']);
    expect(open.where('sex == "F"', '/where').rows).toHaveLength(44);
  });

  it('is what a condition chooses among', () => {
    const { rows, no, missing } = frame.where('mets_max_cm > 5', '/where');
    expect([rows.length, no, missing]).toEqual([15, 1, 1]); // d04 has 3 cm, d03 none
  });
});

describe('Groups of the conversion study', () => {
  it('follow the evidence: cleared by operations and not withdrawn, else failed, open while she is followed too short', () => {
    const of = group(frame);
    const among = (label: string | null): string[] => ELIGIBLE.filter((id) => of[id] === label);
    expect(among('FCTG')).toEqual(['g03', 'p02', 'p03']);
    expect(among(null)).toEqual(['p01']);
    expect(among('SCTG')).toHaveLength(13);
    expect(group(frame, 'exposure')['p01']).toBe('not converted');
  });

  it.each([
    ['m01', '2017-12-01'],
    ['m03', '2017-10-01'],
    ['n01', '2018-05-25'],
  ])('date the conversion of %s at the first operation that clears her, %s', (id, date) => {
    const { values } = frame.variable('conversion_date', '/x') as { values: Float64Array };
    expect(values[ids.indexOf(id)]).toBe(Date.parse(date) / 86_400_000);
  });
});

describe('A frame under a sensitivity', () => {
  it.each([
    ['S1', 24, 'l01 l02 l03 l04 l05 l06 l07', ''],
    ['S2', 16, '', 'm01'],
    ['S3', 17, '', ''],
    ['S4', 18, 'h01', ''],
    ['S5', 19, 'i01 j02', ''],
    ['S6', 18, 'c01', ''],
    ['S7', 17, '', ''],
    ['S8', 16, '', 'o01'],
    ['S9', 17, '', ''],
    ['S10', 17, '', ''],
    ['imputed', 17, '', ''],
  ])('has other patients: %s has %i', (name, n, more, less) => {
    const found = eligible(frame.under(name, '/sensitivity'));
    const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
    expect(found).toHaveLength(n);
    expect(found).toEqual([...ELIGIBLE, ...words(more)].filter((id) => !words(less).includes(id)).sort());
  });

  it('replaces steps in their places, drops them, and adds at the end', () => {
    const last = (name: string) =>
      frame
        .under(name)
        .eligibility()
        .steps.map(({ id }) => id)
        .slice(-2);
    expect(last('S1')).toEqual(['9', '10']);
    expect(last('S8')).toEqual(['11', '12']);
    expect(frame.under('S6').eligibility().steps[2]?.says).toBe(
      'liver metastases synchronous (S6: synchronous within 180 days)',
    );
  });

  it('derives anew what is set and what rests on it, of rows of a table too, and changes nobody in who is eligible by it', () => {
    const changes = (name: string) => {
      const [before, after] = [group(frame), group(frame.under(name))];
      return ELIGIBLE.filter((id) => before[id] !== after[id]).map((id) => `${id} ${before[id]} ${after[id]}`);
    };
    expect(changes('S3')).toEqual(['m02 SCTG FCTG']);
    expect(changes('S7')).toEqual(['n01 SCTG FCTG']);
    expect(changes('S1')).toEqual([]);
    expect(group(frame.under('S1'))).toMatchObject({ l01: 'FCTG', l05: null, l07: 'FCTG' });
    expect(frame.under('S3').evaluate('exists(surgery, clear)', '/x')).not.toEqual(
      frame.evaluate('exists(surgery, clear)', '/x'),
    );
    expect(frame.variable('sctg', '/x')).toEqual(byHand().variable('sctg', '/x')); // the frame itself stays
  });

  it('ends an endpoint earlier, or begins it elsewhere', () => {
    const at = (id: string): number => ids.indexOf(id);
    const os = (name: string) => frame.under(name).endpoint('os', '/endpoint');
    const plain = frame.endpoint('os', '/endpoint');
    expect(plain.time[at('i01')]).toBeCloseTo(711 / DAYS, 9);
    expect([os('S5').time[at('i01')]! * DAYS, os('S5').event[at('i01')]]).toEqual([expect.closeTo(296, 9), 0]);
    expect(os('S5').time[at('q01')]).toBe(plain.time[at('q01')]);
    expect(os('S9').time[at('q01')]! * DAYS).toBeCloseTo(730, 9);
    expect(os('S9').entry!.time[at('q01')]! * DAYS).toBeCloseTo(19, 9);
    expect(os('S10').entry!.time[at('q01')]! * DAYS).toBeCloseTo(30, 9);
    expect(os('S10').entry!.time[at('p03')]).toBe(0);
  });

  it('leaves an overall survival that nobody can know absent', () => {
    const { event } = frame.endpoint('os', '/endpoint');
    expect(['z01', 'z02'].map((id) => event[ids.indexOf(id)])).toEqual([2, 2]);
  });

  it('tells in words what it is, and is the same frame', () => {
    const under = frame.under('imputed');
    expect(under.sensitivity).toEqual({ name: 'imputed', says: 'multiple imputation', impute: 20 });
    expect([under.digest, under.rows]).toEqual([frame.digest, frame.rows]);
    expect(under.under('S1')).toBe(frame.under('S1'));
    expect(under.genes().symbols).toEqual(frame.genes().symbols);
  });

  it('is refused where the plan has none of that name', () => {
    expect(() => frame.under('S33', '/sensitivity')).toThrow(
      expect.objectContaining({
        code: 'unknown-sensitivity',
        place: { pointer: '/sensitivity', value: 'S33' },
        remedy: expect.stringMatching(/S3/),
      }),
    );
  });
});

describe('A derivation', () => {
  it('comes out of the frame as it went in, whichever is derived anew', () => {
    const { derived } = frame.definition;
    const patients = Object.entries(derived).filter(([, text]) => typeof text === 'string');
    const rows = Object.entries(derived).filter(([, text]) => typeof text === 'object' && 'of' in text);
    expect([patients.length, rows.length]).toEqual([26, 9]);
    // A sensitivity that sets every column of rows and every variable to its own text re-derives all there is.
    const set = [...patients, ...rows].filter(([name]) => name !== 't0');
    const text = (value: unknown): string => (typeof value === 'string' ? value : (value as { cel: string }).cel);
    const again = byHand((yaml) => {
      const all = JSON.stringify(Object.fromEntries(set.map(([name, of]) => [name, text(of)])));
      return `${yaml}    again: { says: again, set: ${all}, of: [T6] }\n`;
    }).under('again');
    for (const [name] of patients)
      expect([name, again.variable(name, '/x')]).toEqual([name, frame.variable(name, '/x')]);
    for (const name of ['crs', 'game', 'mcs']) expect(again.variable(name, '/x')).toEqual(frame.variable(name, '/x'));
    for (const [name] of rows) {
      const cel = `first(${(derived[name] as { of: string }).of}, true, ${name})`;
      expect([name, again.evaluate(cel, '/x')]).toEqual([name, frame.evaluate(cel, '/x')]);
    }
  });
});
