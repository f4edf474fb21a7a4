import { beforeAll, describe, expect, it } from 'vitest';
import { syntheticCohort } from '../../../demo/crlm-synthetic/cohort.ts';
import type { Expected, TruePatient } from '../../../demo/crlm-synthetic/expected.ts';
import { filesOf } from '../../../demo/crlm-synthetic/files.ts';
import { conversionStudy, frameOfTables } from '../../../demo/crlm-synthetic/frame.ts';
import { GENES } from '../../../demo/crlm-synthetic/genes.ts';
import { isoDate } from '../../../lib/base/index.ts';
import { expectedPlaces, foundPlaces } from '../../planted.ts';
import { keyOf, throughIngestion } from './reading.ts';

const YAML = conversionStudy();

const asked = (seed: number, clean = false, patients = 286) => ({ seed, patients, clean });

describe.each([1, 2, 3])('The synthetic conversion cohort of seed %i, read as a site would have it read', (seed) => {
  let expected: Expected;
  let read: Awaited<ReturnType<typeof throughIngestion>>;
  let rowOf: ReadonlyMap<string, number>;
  beforeAll(async () => {
    const cohort = syntheticCohort(asked(seed));
    expected = cohort.expected;
    read = await throughIngestion(YAML, await filesOf(cohort.tables));
    const keys = read.tables.patients.columns.get('patient')!;
    rowOf = new Map(keys.type === 'text' ? keys.values.map((key, row) => [key!, row]) : []);
  });

  const faulty = (...faults: string[]): ReadonlySet<string> =>
    new Set(expected.faults.flatMap(({ fault, patient }) => (faults.includes(fault) && patient ? [patient] : [])));
  const rowIn = ({ patient }: Pick<TruePatient, 'patient'>): number => rowOf.get(keyOf(patient))!;
  const numbers = (cel: string): Float64Array | Uint8Array => {
    const column = read.frame.evaluate(cel, '/where');
    if (column.type !== 'number' && column.type !== 'date' && column.type !== 'boolean') throw new TypeError(cel);
    return column.values;
  };

  it('has the faults that it is to have', () => {
    expect([expected.rows, expected.patients]).toEqual([324, 318]);
    expect(expected.counts).toEqual(COUNTS);
  });

  it('tells exactly of the planted faults, each at its file and line', () => {
    expect(foundPlaces(read.problems)).toEqual(expectedPlaces(expected));
  });

  it('leaves 286 at the end of a flow that counts every reason', () => {
    const { steps } = read.frame.eligibility();
    expect(steps.map(({ no, notRecorded, remaining: remain }, step) => ({ step, no, notRecorded, remain }))).toEqual(
      expected.flow,
    );
    expect(steps.map(({ remaining }) => remaining)).toEqual([
      314, 312, 310, 305, 302, 300, 299, 297, 295, 293, 291, 286,
    ]);
  });

  it('leaves each of the others at the step and for the reason that was planted', () => {
    const { steps, leftAt, notRecorded, apart } = read.frame.eligibility();
    const setApart = new Set(apart!.map(({ patient }) => patient));
    const leaving = expected.faults.filter(({ leaves }) => leaves);
    expect(leaving).toHaveLength(32);
    for (const { patient, leaves } of leaving) {
      const row = rowOf.get(keyOf(patient!));
      if (leaves!.why === 'set apart') expect([row, setApart.has(keyOf(patient!))]).toEqual([undefined, true]);
      else
        expect([steps[leftAt[row!]!]!.id, notRecorded[row!] === 1]).toEqual([
          String(leaves!.step),
          leaves!.why === 'not recorded',
        ]);
    }
  });

  it.each(Object.entries(SENSITIVE))('lets in as many as it should under %s', (name, n) => {
    const under = read.frame.under(name);
    const { eligible } = under.eligibility();
    expect(eligible).toHaveLength(n);
    expect(expected.sensitivities[name]!.n).toBe(n);
    const { converted } = expected.sensitivities[name]!;
    if (converted === undefined) return;
    const column = under.evaluate('converted', '/where');
    expect([...eligible].filter((row) => column.type === 'boolean' && column.values[row] === 1)).toHaveLength(
      converted,
    );
  });

  it('censors under S5 those who were treated otherwise only after the decision', () => {
    const under = read.frame.under('S5').endpoint('os', '/endpoint');
    const plain = read.frame.endpoint('os', '/endpoint');
    for (const patient of faulty('SBRT after the decision', 'checkpoint inhibitor after the decision')) {
      const row = rowIn({ patient });
      expect(under.event[row]).toBe(0);
      expect(under.time[row]).toBeLessThan(plain.time[row]!);
    }
  });

  it('derives of each eligible patient what is true of her', () => {
    const group = read.frame.group('group', '/by');
    const { time, event } = read.frame.endpoint('os', '/endpoint');
    const [t0, conversion, ras, braf, tbs, crs] = ['t0', 'conversion_date', 'ras', 'braf', 'tbs', 'crs'].map(numbers);
    const unsized = faulty('mets_max_cm missing', 'size in mm');
    const open = new Set([...unsized, ...faulty('cea missing')]);
    const undated = faulty('dead without date', 'alive with death date');
    const derived = expected.truth.patients.map((truth): TruePatient => {
      const row = rowIn(truth);
      const dead = event[row] === 1;
      const known = !undated.has(truth.patient);
      expect(Number.isNaN(time[row]!)).toBe(!known);
      return {
        ...truth,
        group: (['FCTG', 'SCTG'] as const)[group.codes[row]!] ?? 'undetermined',
        t0: isoDate(t0![row]!),
        conversion: Number.isNaN(conversion![row]!) ? null : isoDate(conversion![row]!),
        died: known ? dead : truth.died,
        months: known ? time[row]! : truth.months,
        ras: ras![row] === 1,
        braf: braf![row] === 1,
        tbs: unsized.has(truth.patient) ? truth.tbs : tbs![row]!,
        crs: open.has(truth.patient) ? truth.crs : crs![row]!,
      };
    });
    expect(derived).toEqual(expected.truth.patients);
    const groups = { SCTG: 0, FCTG: 0, undetermined: 0 };
    for (const truth of derived) groups[truth.group] += 1;
    expect(groups).toEqual(expected.truth.groups);
  });

  it('leaves absent what a fault makes absent, and nothing else', () => {
    const { patients } = expected.truth;
    const absent = (values: Float64Array | Uint8Array, isAbsent: (value: number) => boolean): Set<string> =>
      new Set(patients.filter((truth) => isAbsent(values[rowIn(truth)]!)).map(({ patient }) => patient));
    const missing = (values: Float64Array | Uint8Array): Set<string> => absent(values, Number.isNaN);
    const undated = faulty('dead without date', 'alive with death date');
    expect(missing(read.frame.endpoint('os', '').time)).toEqual(undated);
    expect(patients.length - undated.size).toBe(283);
    const unprogressed = faulty('yyyy-mm', 'progression after last contact');
    expect(missing(read.frame.endpoint('pfs', '').time)).toEqual(new Set([...undated, ...unprogressed]));
    expect(missing(numbers('tbs'))).toEqual(faulty('mets_max_cm missing', 'size in mm'));
    expect(missing(numbers('tbs')).size).toBe(11);
    expect(missing(numbers('cea'))).toEqual(faulty('cea missing', 'cea above its limit'));
    expect(absent(numbers('missing(cea)'), (value) => value === 1)).toEqual(faulty('cea missing'));
    expect(absent(numbers('cea > 200'), (value) => value === 2)).toEqual(faulty('cea missing'));
    expect(missing(numbers('ca199'))).toEqual(faulty('ca199 missing'));
    for (const category of ['differentiation', 'ecog'])
      expect(absent(numbers(`missing(${category})`), (value) => value === 1)).toEqual(faulty(`${category} missing`));
    const onV1 = new Set(patients.flatMap(({ patient, panel }) => (panel === 'v1' ? [patient] : [])));
    for (const measure of ['tmb', 'tmb_low', 'tmb_high', 'fga', 'lst']) expect(missing(numbers(measure))).toEqual(onV1);
  });

  it('knows of every gene who carries it, whatever panel and old symbol, and of whom that is not known', () => {
    const { patients } = expected.truth;
    const more = new Map([...faulty('KRAS R68S')].map((patient) => [`${patient} KRAS`, 1]));
    for (const patient of faulty('VAF 1.7')) more.set(`${patient} PIK3CA`, 2);
    for (const { symbol, panels } of GENES) {
      const found = numbers(`altered("${symbol}")`);
      const right = patients.map(({ patient, panel, altered }) =>
        !panels.some((covering) => covering === panel)
          ? 2
          : (more.get(`${patient} ${symbol}`) ?? (altered.includes(symbol) ? 1 : 0)),
      );
      expect([symbol, patients.map((truth) => found[rowIn(truth)])]).toEqual([symbol, right]);
    }
  });

  it('counts no alteration that is rare, filtered or off the panel', () => {
    const { alterations } = read.tables;
    const column = (name: string) => alterations.columns.get(name)!;
    const fractions = column('allele_fraction');
    const filters = column('filter');
    const qualifies = column('qualifies');
    if (fractions.type !== 'number' || filters.type !== 'category' || qualifies.type !== 'boolean')
      throw new TypeError();
    const rows = [...qualifies.values.keys()];
    const rare = rows.filter((row) => fractions.values[row]! < 0.05);
    const filtered = rows.filter((row) => filters.codes[row]! >= 0 && filters.levels[filters.codes[row]!] !== 'PASS');
    expect([rare.length, filtered.length]).toEqual([5, 6]);
    expect([...rare, ...filtered].every((row) => qualifies.values[row] === 0)).toBe(true);
  });
});

const COUNTS = {
  'death before diagnosis': 2,
  'conflicting duplicate': 2,
  'diagnosed in 2015': 2,
  'metastases after 120 days': 1,
  'metastases after 400 days': 1,
  'CRS below 3': 4,
  'CRS undetermined': 1,
  'MSI-H': 2,
  'MSI not recorded': 1,
  'other malignancy': 2,
  'previous treatment': 1,
  'toxicity at cycle 2': 2,
  SIRT: 1,
  'SBRT after the decision': 1,
  'checkpoint inhibitor before the decision': 1,
  'checkpoint inhibitor after the decision': 1,
  unsequenced: 1,
  'biopsy after the first dose': 1,
  'R2 labelled NED': 3,
  'label disagrees': 5,
  'primary left': 1,
  'extrahepatic left': 1,
  'cea missing': 14,
  'mets_max_cm missing': 6,
  'size in mm': 5,
  'differentiation missing': 23,
  'ca199 missing': 43,
  'ecog missing': 9,
  'cea above its limit': 3,
  'cea below its limit': 2,
  'decimal comma': 6,
  'dd/mm/yyyy, ambiguous': 11,
  'dd/mm/yyyy': 20,
  'yyyy.mm.dd': 12,
  'yyyy-mm': 4,
  'progression after last contact': 1,
  'dead without date': 1,
  'alive with death date': 2,
  'anti-EGFR with RAS mutation': 2,
  'imaging gap': 7,
  'identical duplicate row': 4,
  'KRAS R68S': 2,
  'VAF below 0.05': 5,
  'not PASS': 6,
  'duplicate variant': 3,
  'VAF 1.7': 1,
  'gene off panel': 2,
  'unknown specimen': 2,
};

const SENSITIVE = { S1: 291, S2: 277, S3: 286, S4: 288, S5: 288, S6: 287, S7: 286, S8: 252 };

describe('The generator of the synthetic conversion cohort', () => {
  it('writes the same bytes for the same seed, and others for another', async () => {
    const bytes = async (seed: number) => {
      const { tables, expected } = syntheticCohort(asked(seed));
      return { ...(await filesOf(tables)), expected: JSON.stringify(expected) };
    };
    const first = await bytes(7);
    expect(await bytes(7)).toEqual(first);
    const other = await bytes(8);
    expect(
      Object.keys(other).filter(
        (key) => !key.startsWith('panels/') && `${other[key as never]}` === `${first[key as never]}`,
      ),
    ).toEqual([]);
  });

  it('says SYNTHETIC in every file that a person opens', async () => {
    const files = await filesOf(syntheticCohort(asked(1, true, 12)).tables);
    for (const [key, content] of Object.entries(files))
      if (typeof content === 'string')
        expect([key, content.slice(0, 30)]).toEqual([key, expect.stringContaining('SYNTHETIC')]);
    expect(YAML).toMatch(/^title: .*SYNTHETIC/);
  });

  it('has in a clean cohort the eligible patients of the messy one, and no fault', async () => {
    const clean = syntheticCohort(asked(1, true));
    expect(clean.expected.truth).toEqual(syntheticCohort(asked(1)).expected.truth);
    const { problems, frame } = await throughIngestion(YAML, await filesOf(clean.tables));
    expect(foundPlaces(problems)).toEqual(expectedPlaces(clean.expected));
    expect(problems.map(({ rule }) => rule)).toEqual(['small-panel']);
    expect(frame.eligibility().eligible).toHaveLength(286);
  });

  it('comes to the same frame in memory as by way of files', async () => {
    const { tables, expected } = syntheticCohort(asked(5, true));
    const { frame, tables: ofFiles } = await throughIngestion(YAML, await filesOf(tables));
    const keys = ofFiles.patients.columns.get('patient')!;
    const rows = new Map(keys.type === 'text' ? keys.values.map((key, row) => [key, row]) : []);
    const memory = frameOfTables(tables);
    const patients = expected.truth.patients.map(({ patient }) => patient).sort(); // the rows' order in memory
    for (const { name } of frame.variables()) {
      const values = (of: typeof frame) => {
        const column = of.variable(name, '/name');
        return column.type === 'category'
          ? [...column.codes].map((code) => column.levels[code] ?? null)
          : [...column.values];
      };
      const found = values(frame);
      expect([name, values(memory)]).toEqual([name, patients.map((patient) => found[rows.get(keyOf(patient))!])]);
    }
    expect(memory.genes().symbols).toEqual(frame.genes().symbols);
  });

  it('draws more patients without changing those it drew', () => {
    const few = syntheticCohort(asked(4, true, 70)).expected.truth.patients;
    expect(syntheticCohort(asked(4, true, 120)).expected.truth.patients.slice(0, 70)).toEqual(few);
  });

  it('says where a cohort is too small for its faults', () => {
    expect(() => syntheticCohort(asked(1, false, 40))).toThrow(/patients with the fault/);
  });
});
