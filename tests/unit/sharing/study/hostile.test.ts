import { describe, expect, it } from 'vitest';
import {
  type AnswerDocument,
  advanceStudy,
  approveStudy,
  type Close,
  dryRun,
  fingerprintOf,
  masked,
  progressOf,
  proposeStudy,
  type SharedDocument,
  type StudyAnalysis,
  signDocument,
  studyRecord,
  studyStatus,
} from '../../../../lib/sharing/index.ts';
import { conduct, newKeys, settle, type World } from '../../../../tools/sites/world.ts';
import { CODEBOOK, COX, cohortOf, KM, patientsOf, protocolOf, SITES, threeSites } from './studies.ts';

const DAY = 86_400_000;

/** Everybody approved, and the sites named have answered what they could. */
async function begun(analyses: readonly StudyAnalysis[], working: readonly string[] = []) {
  const { world, cohorts } = threeSites();
  const study = await proposeStudy(protocolOf(world, analyses), CODEBOOK, world.ports['north']!);
  for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
  await settle(world, study, working);
  return { world, study, cohorts };
}

/** What north makes of the folders. */
async function seenBy(world: World, study: string, site = 'north') {
  const record = (await studyRecord(study, world.ports[site]!))!;
  const progress = progressOf(record);
  return { record, progress, ...studyStatus(record, progress, world.now) };
}

/** What south would answer to the first round, taken without its answering. */
async function southsAnswer(world: World, study: string): Promise<AnswerDocument> {
  const { exchange } = world;
  let jws = '';
  const ports = world.ports['south']!;
  const before = await ports.records.kept(study);
  await advanceStudy(study, {
    ...ports,
    records: Object.assign(Object.create(ports.records), {
      kept: async () => before,
      keep: async (_: string, file: { jws: string }) => file,
    }),
    exchange: {
      put: async (_, file) => {
        jws = file.jws;
        throw new RangeError('taken');
      },
      list: (id) => exchange.list(id),
    },
  }).catch(() => undefined);
  return JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString()) as AnswerDocument;
}

/** Puts what south signed into south's folder, as a dishonest south could. */
async function put(
  world: World,
  study: string,
  document: SharedDocument,
  name: string,
  site = 'south',
  keys = world.ports[site]!.keys,
) {
  world.exchange.files.set(`${study}/${site}/${name}`, { site, name, jws: await signDocument(document, keys) });
}

describe('A hostile answer', () => {
  it.each<[string, (answer: AnswerDocument) => AnswerDocument, string]>([
    ['of another round’s parents', (answer) => ({ ...answer, parents: [...answer.parents].reverse() }), 'parents'],
    ['of other sites', (answer) => ({ ...answer, sites: ['north', 'south'] }), 'sites'],
    ['with an analysis that nobody asked', (answer) => ({ ...answer, open: { ...answer.open, more: 1 } }), 'form'],
    ['without the analysis that was asked', (answer) => ({ ...answer, open: {} }), 'form'],
    [
      'with more numbers than its form',
      (answer) => ({ ...answer, open: { cox: { ...(answer.open['cox'] as object), times: [1, 2, 3] } } }),
      'form',
    ],
    ['of another study', (answer) => ({ ...answer, study: 'ab'.repeat(32) }), 'other-study'],
    ['in the name of another site', (answer) => ({ ...answer, site: 'centre' }), 'other-site'],
    ['of another attempt under this one’s name', (answer) => ({ ...answer, attempt: 2 }), 'name'],
  ])('%s is refused and kept as evidence', async (_, changed, why) => {
    const { world, study } = await begun([COX], ['centre', 'north']);
    await put(world, study, changed(await southsAnswer(world, study)), 'a1-r1.json');
    const { status, record, progress } = await seenBy(world, study);
    expect(status).toBe('round');
    expect(progress.open!.answers.has('south')).toBe(false);
    expect([...record.evidence, ...progress.evidence]).toContainEqual({ site: 'south', name: 'a1-r1.json', why });
  });

  it.each<[string, (jws: string) => string, string]>([
    ['altered by a byte', (jws) => `${jws.slice(0, -4)}AAAA`, 'bad-signature'],
    ['larger than any may be', (jws) => jws + 'A'.repeat(1_000_000), 'document-too-large'],
    [
      'unsigned',
      (jws) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${jws.split('.')[1]}.`,
      'bad-signature',
    ],
  ])('%s is refused', async (_, changed, why) => {
    const { world, study } = await begun([COX]);
    const jws = await signDocument(await southsAnswer(world, study), world.ports['south']!.keys);
    world.exchange.files.set(`${study}/south/a1-r1.json`, { site: 'south', name: 'a1-r1.json', jws: changed(jws) });
    const { record } = await seenBy(world, study);
    expect(record.evidence).toContainEqual({ site: 'south', name: 'a1-r1.json', why });
  });

  it('signed by a key that nobody confirmed is refused', async () => {
    const { world, study } = await begun([COX]);
    await put(world, study, await southsAnswer(world, study), 'a1-r1.json', 'south', newKeys());
    expect((await seenBy(world, study)).record.evidence[0]).toMatchObject({ why: 'bad-signature' });
  });

  it('in the folder of a site that the protocol does not name is refused', async () => {
    const { world, study } = await begun([COX]);
    world.exchange.files.set(`${study}/east/a1-r1.json`, { site: 'east', name: 'a1-r1.json', jws: 'x' });
    expect((await seenBy(world, study)).record.evidence).toContainEqual({
      site: 'east',
      name: 'a1-r1.json',
      why: 'not-a-site',
    });
  });

  it('at other coefficients than the answers before came to is refused', async () => {
    const { world, study } = await begun([COX], SITES.slice(0, 1));
    for (const site of ['north', 'south', 'centre']) await advanceStudy(study, world.ports[site]!);
    const { record } = await seenBy(world, study);
    const second = record.answers.find(({ document }) => document.round === 2 && document.site === 'south')?.document;
    if (!second) throw new RangeError('south has not answered the second round');
    const cox = second.open['cox'] as Record<string, number[]>;
    const lie = { ...second, open: { cox: { ...cox, beta: cox['beta']!.map((b) => b + 1) } } };
    const fresh = { ...world, ports: world.ports };
    await put(fresh, study, lie, 'a1-r2.json');
    // who has not seen south's true answer reads the lie
    const files = await world.exchange.list(study);
    const { readStudy } = await import('../../../../lib/sharing/study/read.ts');
    const naive = (await readStudy(study, files, [], world.ports['north']!.peers))!;
    expect(progressOf(naive).evidence).toContainEqual({ site: 'south', name: 'a1-r2.json', why: 'beta' });
  });
});

describe('A site that gives two answers for one round', () => {
  it('stops the study, whichever was seen first', async () => {
    const { world, study } = await begun([COX], SITES);
    const { record } = await seenBy(world, study);
    const first = record.answers.find(({ document }) => document.round === 1 && document.site === 'south')!.document;
    const other = { ...first, withheld: [{ what: 'cox', rule: 'k' }] };
    await put(world, study, other, 'a1-r1.json');
    const { status, says } = await seenBy(world, study);
    expect({ status, says }).toEqual({ status: 'stopped', says: 'equivocation of south' });
  });

  it('stops it also where the second bears another name', async () => {
    const { world, study } = await begun([COX], SITES);
    const { record } = await seenBy(world, study);
    const first = record.answers.find(({ document }) => document.round === 1 && document.site === 'south')!.document;
    await put(world, study, { ...first, withheld: [{ what: 'cox', rule: 'k' }] }, 'a9-r9.json');
    expect((await seenBy(world, study)).status).toBe('stopped');
  });
});

describe('A protocol', () => {
  it('that is changed after approval is another study, and changes nothing of this one', async () => {
    const { world, study } = await begun([COX]);
    const changed = protocolOf(world, [{ ...COX, covariates: ['age'] } as StudyAnalysis]);
    await put(world, study, changed, 'protocol.json', 'north');
    await settle(world, study);
    const { status, record } = await seenBy(world, study, 'south');
    expect(status).toBe('attested');
    expect(record.protocol.analyses[0]).toMatchObject({ covariates: ['female', 'age'] });
  });

  it('is no study where another site than its proposer signed it', async () => {
    const { world } = threeSites();
    await expect(
      (async () => {
        const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['south']!);
        return await dryRun(study, cohortOf(patientsOf('south')), world.ports['south']!);
      })(),
    ).rejects.toMatchObject({ code: 'unknown-study' });
  });

  it.each(['__proto__', 'constructor', 'patient', 'altered("KRAS")', 'exists(treatment, true)'])(
    'whose criterion names %s is refused',
    async (name) => {
      const { world, cohorts } = threeSites();
      const protocol = {
        ...protocolOf(world, [COX]),
        cohort: { criteria: [{ cel: `${name} == age`, says: 'hostile' }] },
      };
      const study = await proposeStudy(protocol, CODEBOOK, world.ports['north']!);
      await expect(dryRun(study, cohorts['south']!, world.ports['south']!)).rejects.toMatchObject({
        code: expect.stringMatching(/^invalid-(criterion|expression)$/),
      });
    },
  );
});

describe('A site', () => {
  it('that lies about its versions is no site that approved', async () => {
    const { world, cohorts } = threeSites();
    const study = await proposeStudy(protocolOf(world, [COX]), CODEBOOK, world.ports['north']!);
    for (const site of ['centre', 'north']) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    const honest = await approveStudy(study, cohorts['south']!, {
      ...world.ports['south']!,
      exchange: { put: async () => true, list: (id) => world.exchange.list(id) },
      records: Object.assign(Object.create(world.ports['south']!.records), {
        keep: async (_: string, file: object) => file,
      }),
    });
    await put(world, study, { ...honest, methods: { cox: '2' } }, 'approval.json');
    await settle(world, study, ['centre', 'north']);
    const { status, progress } = await seenBy(world, study);
    expect(status).toBe('proposed');
    expect(progress.evidence).toContainEqual({ site: 'south', name: 'approval.json', why: 'methods' });
  });

  it('that makes up who left and when, so that others are counted by the day, is no site that approved', async () => {
    const { world, study } = await begun([KM]);
    const record = (await studyRecord(study, world.ports['south']!))!;
    const honest = record.approvals.get('south')!.document;
    const steps = Array.from({ length: 48 }, (_, i) => i + 1);
    const lies = [
      { '0': { edges: steps, leavers: steps.map(() => 1000) } },
      { '0': { edges: steps, leavers: steps.map(() => 1) } },
      { '0': { edges: [9, 3], leavers: [5, 5] } },
      { '0': { edges: [3], leavers: [] } },
    ];
    const { readStudy } = await import('../../../../lib/sharing/study/read.ts');
    for (const km of lies) {
      await put(world, study, { ...honest, leavers: { km } }, 'approval.json');
      const seen = (await readStudy(study, await world.exchange.list(study), [], world.ports['north']!.peers))!;
      const { phase, evidence } = progressOf(seen);
      expect(phase).toBe('approvals');
      expect(evidence).toContainEqual({ site: 'south', name: 'approval.json', why: 'leavers' });
    }
  });

  it('that drops out late has the others asked again, until their ledger ends it', async () => {
    const { world, cohorts } = threeSites();
    const north = world.ports['north']!;
    const last = 'a1-r6.json';
    const failing = {
      ...north,
      exchange: {
        put: async (id: string, file: { site: string; name: string; jws: string }) =>
          file.name === last || world.exchange.put(id, file),
        list: (id: string) => world.exchange.list(id),
      },
    };
    const study = await proposeStudy(protocolOf(world, [{ ...COX, rounds: 6 } as StudyAnalysis]), CODEBOOK, north);
    for (const site of SITES) await approveStudy(study, cohorts[site]!, world.ports[site]!);
    for (let turn = 0; turn < 7; turn += 1) {
      await settle(world, study, ['centre', 'south']);
      if (turn < 6) await advanceStudy(study, failing).catch(() => undefined);
    }
    expect((await seenBy(world, study, 'south')).says).toBe('round 6, attempt 1');
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'south']);
    world.now += 1.1 * DAY;
    await settle(world, study, ['centre', 'south']);
    // 14 reserved, and five more vectors of two: 24 of 23
    const { record } = await seenBy(world, study, 'centre');
    expect(record.refusals.map(({ document: { site, code, attempt } }) => [site, code, attempt])).toEqual([
      ['south', 'ledger', 2],
    ]);
  });

  it('that steers coefficients far from the others’ fits is refused an answer there', async () => {
    const { world, study } = await begun([{ ...COX, rounds: 3 } as StudyAnalysis], ['centre', 'north']);
    const answer = await southsAnswer(world, study);
    const cox = answer.open['cox'] as Record<string, { beta: number[]; information: number[] }>;
    const far = { ...cox['own']!, beta: [4, 1], information: cox['own']!.information.map((x) => x * 1e6) };
    await put(world, study, { ...answer, open: { cox: { ...cox, own: far } as never } }, 'a1-r1.json');
    await settle(world, study, ['centre', 'north']);
    const { record } = await seenBy(world, study);
    expect(record.refusals.map(({ document }) => [document.site, document.code])).toEqual(
      expect.arrayContaining([['centre', 'score']]),
    );
    expect(record.answers.some(({ document }) => document.round === 2)).toBe(false);
  });

  it('that attests other numbers makes the result contested', async () => {
    const { world, study } = await begun([COX], SITES);
    const { record } = await seenBy(world, study);
    const own = record.attestations.get('south')!.document;
    const other = { ...own, numbers: { ...own.numbers, 'cox.beta': [1, 1] } };
    await put(world, study, other, 'attestation.json');
    const { readStudy } = await import('../../../../lib/sharing/study/read.ts');
    const seen = (await readStudy(study, await world.exchange.list(study), [], world.ports['north']!.peers))!;
    expect(studyStatus(seen, progressOf(seen), world.now)).toEqual({
      status: 'contested',
      says: 'south came to other numbers',
    });
  });

  it('cannot close a round alone', async () => {
    const { world, study } = await begun([COX], ['centre', 'north']);
    const close: Close = {
      type: 'close/1',
      study,
      site: 'south',
      round: 1,
      attempt: 1,
      seen: {},
      without: { centre: 'late' },
      next: { attempt: 2, sites: ['north', 'south'], notBefore: '2027-01-02T00:00:00.000Z' },
    };
    await put(world, study, close, 'close-1-1.json');
    await settle(world, study, ['centre', 'north']);
    expect((await seenBy(world, study)).says).toBe('round 1, attempt 1');
  });

  it('that answers after the others went on is kept as evidence', async () => {
    const { world, study } = await begun([COX], ['centre', 'north']);
    const late = await southsAnswer(world, study);
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'north']);
    await put(world, study, late, 'a1-r1.json');
    world.now += 1.1 * DAY;
    await settle(world, study, ['centre', 'north']);
    const { status, progress } = await seenBy(world, study);
    expect(status).toBe('attested');
    expect(progress.finished[0]!.sites).toEqual(['centre', 'north']);
    expect(progress.evidence).toContainEqual({ site: 'south', name: 'a1-r1.json', why: 'closed' });
  });
});

describe('A site whose keys were stolen and that has others now', () => {
  /** North once it confirmed south's newer card. */
  function knowing(world: World) {
    const { sign, agree } = newKeys();
    const ports = world.ports['north']!;
    const card = { ...ports.peers('south')!, sign, agree, fingerprint: fingerprintOf({ sign, agree }), sequence: 2 };
    return { ...ports, peers: (site: string) => (site === 'south' ? card : ports.peers(site)) };
  }

  it('stops an open study, in which nothing that either key signs is heard any more', async () => {
    const { world, study } = await begun([COX], ['centre', 'north']);
    const north = knowing(world);
    await put(world, study, await southsAnswer(world, study), 'a1-r1.json');
    const record = (await studyRecord(study, north))!;
    expect(record.evidence).toContainEqual({ site: 'south', name: 'a1-r1.json', why: 'other-key' });
    const status = studyStatus(record, progressOf(record), world.now);
    expect(status).toEqual({ status: 'stopped', says: 'the keys of south are others by now' });
    expect(await advanceStudy(study, north)).toMatchObject({ did: [], step: { why: 'stopped' } });
  });

  it('leaves a finished study as it was, also where it was the proposer', async () => {
    const { world, study } = await begun([COX], SITES);
    await studyRecord(study, world.ports['north']!);
    const north = knowing(world);
    const proposer = {
      ...north,
      peers: (site: string) => (site === 'north' ? north.peers('south') : north.peers(site)),
    };
    for (const ports of [north, proposer]) {
      const record = (await studyRecord(study, ports))!;
      expect(studyStatus(record, progressOf(record), world.now).status).toBe('attested');
    }
  });
});

describe('Masks', () => {
  it('of a round that all gave are never made anew without one of them', async () => {
    const masks: StudyAnalysis = { ...COX, mode: 'masked', rounds: 2 } as StudyAnalysis;
    const { world, study } = await begun([masks, KM], ['centre', 'north']);
    const late = await southsAnswer(world, study);
    world.now += 1.5 * DAY;
    await settle(world, study, ['centre', 'north']); // closed without south
    await put(world, study, late, 'a1-r1.json'); // and yet it is there: the sum of all is known
    world.now += 1.1 * DAY;
    await settle(world, study, ['centre', 'north']);
    const { record } = await seenBy(world, study);
    expect(record.answers.some(({ document }) => document.attempt === 2)).toBe(false);
  });

  it('hide a site from all but all the others together', async () => {
    const { world, study } = await begun([KM], SITES);
    const { record } = await seenBy(world, study);
    const south = record.answers.find(({ document }) => document.site === 'south')!.document;
    const bytes = Buffer.from(south.masked!.data, 'base64');
    // the high half of a small count would be 0
    const high = Array.from({ length: south.masked!.numbers }, (_, i) => bytes.readBigUInt64LE(16 * i + 8));
    expect(high.filter((word) => word < 2n ** 32n)).toEqual([]);
    const { keys, peers } = world.ports['south']!;
    const use = { study, round: 1, attempt: 2, sites: [...SITES] };
    const agree = Object.fromEntries(SITES.map((site) => [site, peers(site)!.agree]));
    const again = await masked(new Array(south.masked!.numbers).fill(0), 'south', use, agree, keys);
    expect(Buffer.from(again).equals(bytes)).toBe(false);
  });
});

describe('Ten thousand questions', () => {
  it('walk no boundary: the first that singles a few out closes the endpoint to who asked', async () => {
    const { world, cohorts } = threeSites();
    await conduct(world, protocolOf(world, [COX]), CODEBOOK, cohorts);
    const ask = async (age: number) => {
      const criteria = [{ cel: `age > ${age}`, says: `over ${age}` }];
      const protocol = protocolOf(world, [{ ...COX, rounds: 1 } as StudyAnalysis], { cohort: { criteria } });
      const study = await proposeStudy(protocol, CODEBOOK, world.ports['north']!);
      return await approveStudy(study, cohorts['south']!, world.ports['south']!);
    };
    const ages = patientsOf('south').map(({ age }) => age!);
    const few = [...new Set(ages)]
      .sort((a, b) => a - b)
      .find((age) => ages.filter((each) => each <= age).length % 5 !== 0)!;
    await expect(ask(few)).rejects.toMatchObject({ place: { value: 'atoms' } });
    expect(await world.ports['south']!.records.locks('cohort')).toEqual([
      { cohort: 'cohort', endpoint: 'os', partner: 'north' },
    ]);
    // even what would have been allowed before
    for (const age of [20, 21, 22]) await expect(ask(age)).rejects.toMatchObject({ code: 'rule-refuses' });
  });
});
