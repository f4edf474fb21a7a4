import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../lib/base/index.ts';
import { renderCsv, renderHtml, renderSvg } from '../../../../lib/render/index.ts';
import {
  type AnswerDocument,
  approveStudy,
  type Codebook,
  documentDigest,
  dryRun,
  type Protocol,
  progressOf,
  proposeStudy,
  Release,
  releaseDocument,
  type SharedDocument,
  type StudyAnalysis,
  signDocument,
  studyDocument,
  studyRecord,
  studyStatus,
  studyView,
  tryRelease,
} from '../../../../lib/sharing/index.ts';
import { conduct, settle, type World } from '../../../../tools/sites/world.ts';
import { faultsOf } from '../../render/well-formed.ts';
import { ASK, lungAt, resultOf } from '../release/lung.ts';
import { CODEBOOK, COX, cohortOf, KM, patientsOf, protocolOf, SITES, TABLE, threeSites, YAML } from './studies.ts';

/*
 * Documents, protocols and names that are made to break who reads them: they are refused at their place, or shown as the text they are.
 */

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** Signs a text as it is, and lays it into south's folder. */
async function put(world: World, study: string, text: string, name = 'a1-r1.json'): Promise<void> {
  const signed = `${base64url(canonicalJson({ alg: 'ES256' }))}.${base64url(text)}`;
  const signature = await world.ports['south']!.keys.signMessage(new TextEncoder().encode(signed));
  const jws = `${signed}.${Buffer.from(signature).toString('base64url')}`;
  world.exchange.files.set(`${study}/south/${name}`, { site: 'south', name, jws });
}

/** A study that everybody has approved. */
async function approved(analyses: readonly StudyAnalysis[], codebook: Codebook = CODEBOOK, yaml = YAML) {
  const { world } = threeSites();
  const protocol = protocolOf(world, analyses, { codebook: documentDigest(codebook) });
  const study = await proposeStudy(protocol, codebook, world.ports['north']!);
  for (const site of SITES) await approveStudy(study, cohortOf(patientsOf(site), yaml), world.ports[site]!);
  return { world, study };
}

describe('A document', () => {
  const answered = (study: string, cox: string): string =>
    `{"attempt":1,"open":{"cox":${cox}},"parents":[],"round":1,"site":"south","sites":["centre","north","south"],"study":"${study}","type":"answer/1","withheld":[]}`;

  it.each([
    ['ten thousand lists deep', `${'['.repeat(10_000)}1${']'.repeat(10_000)}`],
    ['a hundred thousand objects deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['of a hundred thousand numbers', canonicalJson(new Array<number>(100_000).fill(1))],
    ['with a name that is no name', '{"__proto__":{"n":1}}'],
    ['with a number that is none', '1e999'],
    ['that names a thing twice', '{"n":1,"n":2}'],
    ['that is no JSON', '{'],
  ])('%s is evidence, and stops nobody', async (_, cox) => {
    const { world, study } = await approved([COX]);
    await put(world, study, answered(study, cox));
    await settle(world, study, ['centre', 'north']);
    const record = (await studyRecord(study, world.ports['north']!))!;
    const progress = progressOf(record);
    expect(progress.evidence).toEqual([expect.objectContaining({ site: 'south', name: 'a1-r1.json' })]);
    expect([...progress.open!.answers.keys()]).toEqual(['centre', 'north']);
  });
});

describe('Numbers of the right form, whatever they are', () => {
  const number = fc.oneof(
    fc.constantFrom(0, 1, -1, 1e-300, -1e300, 1e308, 70, 0.5),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const count = fc.oneof(fc.constantFrom(0, 1, 5, 70, 10_000_000), fc.nat({ max: 10_000_000 }));

  /** The same answer with other numbers: counts stay counts, edges edges. */
  function disturbed(value: unknown, numbers: () => number, counts: () => number, key = ''): unknown {
    if (typeof value === 'number') {
      if (key === 'edges') return value;
      return [
        'n',
        'events',
        'deaths',
        'censored',
        'atRisk',
        'missing',
        'levels',
        'counts',
        'cells',
        'covered',
        'carriers',
      ].includes(key)
        ? counts()
        : numbers();
    }
    if (Array.isArray(value)) return value.map((item) => disturbed(item, numbers, counts, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        name === 'beta' && 'score' in value ? item : disturbed(item, numbers, counts, name),
      ]),
    );
  }

  it('break no study of all methods: it has a result that can be shown, or says why not', async () => {
    const more = { mode: 'open', endpoint: 'os' } as const;
    const analyses: StudyAnalysis[] = [
      { ...COX, rounds: 2, concordance: true } as StudyAnalysis,
      { ...KM, mode: 'open' } as StudyAnalysis,
      TABLE,
      { ...more, id: 'test', method: 'log-rank/1', group: 'female' },
      { id: 'mh', mode: 'open', method: 'mantel-haenszel/1', outcome: 'responded', exposure: 'female' },
      {
        id: 'odds',
        mode: 'open',
        method: 'logistic/1',
        outcome: 'responded',
        covariates: ['female', 'age'],
        rounds: 1,
      },
      { ...more, id: 'genes', method: 'gene-scores/1', genes: ['KRAS'] },
    ];
    const { world, study } = await approved(analyses);
    await settle(world, study, ['centre', 'north']);
    const honest = await honestAnswer(world, study);
    const files = new Map(world.exchange.files);
    await fc.assert(
      fc.asyncProperty(
        fc.array(number, { minLength: 1, maxLength: 40 }),
        fc.array(count, { minLength: 1, maxLength: 40 }),
        async (numbers, counts) => {
          let [i, j] = [0, 0];
          const open = disturbed(
            honest.open,
            () => numbers[i++ % numbers.length]!,
            () => counts[j++ % counts.length]!,
          );
          world.exchange.files.clear();
          for (const [key, file] of files) world.exchange.files.set(key, file);
          await lay(world, study, { ...honest, open: open as AnswerDocument['open'] });
          const seen = {
            ...world.ports['north']!,
            records: Object.assign(Object.create(world.ports['north']!.records), {
              kept: async () => [],
              keep: async (_: string, file: object) => file,
            }),
          };
          const record = (await studyRecord(study, seen))!;
          const progress = progressOf(record);
          expect(['round', 'result', 'stopped']).toContain(progress.phase);
          expect(studyView(record, { site: 'north', now: world.now, opened: world.now }).study).toBe(study);
          if (progress.finished.length === 0) return;
          const document = studyDocument(record, progress, studyStatus(record, progress, world.now));
          expect(faultsOf(renderHtml(document))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  async function lay(world: World, study: string, document: SharedDocument): Promise<void> {
    const jws = await signDocument(document, world.ports['south']!.keys);
    world.exchange.files.set(`${study}/south/a1-r1.json`, { site: 'south', name: 'a1-r1.json', jws });
  }

  async function honestAnswer(world: World, study: string): Promise<AnswerDocument> {
    await settle(world, study, ['south']);
    const { jws } = world.exchange.files.get(`${study}/south/a1-r1.json`)!;
    return JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()) as AnswerDocument;
  }
});

describe('A protocol', () => {
  const propose = async (
    analyses: readonly StudyAnalysis[],
    codebook: Codebook = CODEBOOK,
    more: Partial<Protocol> = {},
  ) => {
    const { world } = threeSites();
    const protocol = protocolOf(world, analyses, { codebook: documentDigest(codebook), ...more });
    return { world, study: await proposeStudy(protocol, codebook, world.ports['north']!) };
  };
  const wide: Codebook = {
    ...CODEBOOK,
    variables: { ...CODEBOOK.variables, age: { type: 'integer', range: [0, 4e9], centre: 0 } },
  };

  it.each<[string, StudyAnalysis, Codebook]>([
    [
      'of a thousand million steps',
      { ...KM, grid: { unit: 'days', width: 1e-6, last: 1000 } } as StudyAnalysis,
      CODEBOOK,
    ],
    ['on a grid of another unit', { ...KM, grid: { unit: 'months', width: 1, last: 48 } } as StudyAnalysis, CODEBOOK],
    [
      'of a thousand million bins',
      { ...TABLE, histogram: { age: { from: 0, width: 1e-7, to: 100 } } } as StudyAnalysis,
      CODEBOOK,
    ],
    [
      'of a histogram that goes backwards',
      { ...TABLE, histogram: { age: { from: 100, width: 5, to: 0 } } } as StudyAnalysis,
      CODEBOOK,
    ],
    ['of four thousand million groups', { ...KM, group: 'age' } as StudyAnalysis, wide],
    ['of as many columns of Table 1', { ...TABLE, by: 'age', histogram: {} } as StudyAnalysis, wide],
    ['that names what every object has', { ...COX, covariates: ['constructor'] } as StudyAnalysis, CODEBOOK],
    [
      'with a histogram of what every object has',
      { ...TABLE, histogram: { toString: { from: 0, width: 5, to: 100 } } } as unknown as StudyAnalysis,
      CODEBOOK,
    ],
  ])('%s is refused at its place', async (_, analysis, codebook) => {
    await expect(propose([analysis], codebook)).rejects.toMatchObject({
      code: 'invalid-protocol',
      place: { pointer: expect.stringMatching(/^\/analyses/) },
    });
  });

  it('larger than anybody reads is refused before it is signed', async () => {
    const criteria = Array.from({ length: 50 }, (_, i) => ({ cel: `age > ${i}`, says: 'x'.repeat(9_999) }));
    const analyses = Array.from(
      { length: 50 },
      (_, i): StudyAnalysis => ({
        id: `genes${i}`,
        method: 'gene-scores/1',
        mode: 'open',
        endpoint: 'os',
        genes: Array.from({ length: 200 }, (__, g) => `${'G'.repeat(45)}${g}`),
      }),
    );
    await expect(propose(analyses, CODEBOOK, { cohort: { criteria } })).rejects.toMatchObject({
      code: 'invalid-protocol',
    });
  });

  it.each([
    ['behind a remark', `age > 50 // "\n && altered('KRAS') // "`],
    ['behind a text that is raw', 'age > 50 || altered(r"KRAS")'],
    ['as a method', 'age.altered("KRAS")'],
    ['as a field', 'age.patient == 1'],
    ['among what each row has', 'row.age > 1'],
  ])('that hides what it asks %s is refused', async (_, cel) => {
    const { world, study } = await propose([COX], CODEBOOK, { cohort: { criteria: [{ cel, says: 'over 50' }] } });
    await expect(dryRun(study, cohortOf(patientsOf('south')), world.ports['south']!)).rejects.toMatchObject({
      code: 'invalid-criterion',
    });
  });

  it('that asks about nobody is tried, and refused by its rules', async () => {
    const { world, study } = await propose([COX, KM, TABLE], CODEBOOK, {
      cohort: { criteria: [{ cel: 'age > 1000', says: 'nobody' }] },
    });
    const { n, verdicts } = await dryRun(study, cohortOf(patientsOf('south')), world.ports['south']!);
    expect(n).toBe(0);
    expect(verdicts.filter(({ holds }) => !holds).map(({ rule }) => rule)).toContain('patients');
  });
});

describe('A release', () => {
  it('of numbers of which nothing can be computed is refused as a page, and its names are words', async () => {
    const north = lungAt('north');
    const question = { analysis: 'survival', endpoint: 'os', by: 'female' };
    const { ports } = threeSites().world;
    const { release } = await tryRelease(await resultOf(north, question), north, ASK, ports['north']!);
    const named = { ...release, title: '<script>alert(1)</script>', group: '\u202e__proto__' };
    const html = renderHtml(releaseDocument(named));
    expect(faultsOf(html)).toEqual([]);
    expect(html).not.toMatch(/<script|\u202e/);
    const [first] = Object.values(release.km!);
    const uneven = { '0': { ...first!, deaths: [...first!.deaths, 5] } };
    expect(Release.safeParse({ ...release, km: uneven }).success).toBe(false);
    for (const changed of [
      { deaths: [] },
      { edges: [1e308, -1e308, 0, 5] },
      { atRisk: 0, n: 0, deaths: first!.deaths.map(() => 0) },
    ]) {
      const strange = { ...release, km: { '0': { ...first!, ...changed } } };
      try {
        expect(faultsOf(renderHtml(releaseDocument(strange)))).toEqual([]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-document' });
      }
    }
    const model = { kind: 'cox' as const, events: 9, terms: ['age'], beta: [1e308], covariance: [1e308, 0] };
    expect(() => releaseDocument({ ...release, model })).toThrow(/nothing can be computed/);
  });
});

describe('Names that are made to break a page', () => {
  const NASTY = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '__proto__',
    'constructor',
    '\u202e7102 dna 01',
    '=1+1',
  ];
  const [script, image, proto, inherited, turned, formula] = NASTY as [string, string, string, string, string, string];

  it('are shown as the text they are', async () => {
    const codebook: Codebook = {
      ...CODEBOOK,
      variables: {
        ...CODEBOOK.variables,
        stage: { type: 'category', levels: [script, proto, turned] },
        ...{ constructor: { type: 'boolean' as const } },
      },
      endpoints: { os: { origin: image, unit: 'days', event: turned } },
    };
    const yaml = YAML.replace(
      'stage: { codes: [I, II, III] }',
      `stage: { codes: ${JSON.stringify({ I: script, II: proto, III: turned })} }\n      constructor: { from: responded, type: boolean, codes: { "1": true, "0": false } }`,
    ).replace('      responded: { type: boolean, codes: { "1": true, "0": false } }\n', '');
    const { world } = threeSites();
    const analyses: StudyAnalysis[] = [
      { ...COX, covariates: ['constructor', 'stage'], rounds: 1 } as StudyAnalysis,
      { ...KM, id: 'toString', mode: 'open', group: 'stage' } as StudyAnalysis,
      { ...TABLE, by: 'constructor', variables: ['stage', 'age'] } as StudyAnalysis,
      {
        id: 'valueOf',
        method: 'gene-scores/1',
        mode: 'open',
        endpoint: 'os',
        genes: [script, proto, inherited, formula],
      },
    ];
    const protocol = protocolOf(world, analyses, {
      codebook: documentDigest(codebook),
      title: `${script}${turned}`,
      duplicates: image,
      waivers: [{ rule: 'ledger', says: script }],
    });
    const cohorts = Object.fromEntries(SITES.map((site) => [site, cohortOf(patientsOf(site), yaml)]));
    const study = await conduct(world, protocol, codebook, cohorts);
    const record = (await studyRecord(study, world.ports['north']!))!;
    const progress = progressOf(record);
    const status = studyStatus(record, progress, world.now);
    expect(status.status).toBe('attested');
    const document = studyDocument(record, progress, status);
    const html = renderHtml(document);
    expect(faultsOf(html)).toEqual([]);
    expect(html).not.toMatch(/<script|<img|\u202e/);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('__proto__');
    for (const { id } of document.findings.figures) expect(renderSvg(document, id)).not.toMatch(/<script|<img|\u202e/);
    expect(renderCsv(document)).not.toMatch(/(^|,)=1/m);
    const { words } = studyView(record, { site: 'north', now: world.now, opened: world.now });
    expect(words.join(' ')).toContain(script);
  });

  it('of rules in an answer are words too', async () => {
    const { world, study } = await approved([COX]);
    await settle(world, study);
    const record = (await studyRecord(study, world.ports['north']!))!;
    const answers = record.answers.map((signed) => ({
      ...signed,
      document: { ...signed.document, withheld: NASTY.map((rule) => ({ what: rule, rule })) },
    }));
    const changed = { ...record, answers };
    const progress = progressOf(changed);
    const html = renderHtml(studyDocument(changed, progress, { status: 'attested', says: '' }));
    expect(html).toContain('__proto__');
    expect(html).not.toMatch(/<script|function Object|\[object/);
  });
});
