import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnswerDocument, type SharedDocument, type StudyAnalysis, signDocument } from '../../lib/sharing/index.ts';
import { siteKeysIn } from '../../lib/store/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import { operatorOn } from '../../tools/local/sites.ts';
import { type Hospital, type Hospitals, startHospitals } from '../../tools/sites/hospitals.ts';
import { protocolOf } from '../../tools/sites/protocol.ts';
import { coxTogether, distanceFrom } from '../../tools/sites/together.ts';
import { askAt, CODEBOOK, COX, giveLivers, patientsOf, TABLE, until } from './livers.ts';

/*
 * Documents that somebody puts into the folders of a study who may: forged, altered, replayed, out of order, too large. Over three tenants of one stack.
 */

const SITES = [
  { site: 'north', name: 'Hospital north', patients: 120 },
  { site: 'centre', name: 'Hospital centre', patients: 96 },
  { site: 'south', name: 'Hospital south', patients: 84 },
] as const;
const NAMES = SITES.map(({ site }) => site);

let hospitals: Hospitals;
const at = (site: string): Hospital => hospitals.all.find((each) => each.site === site)!;

beforeAll(async () => {
  hospitals = await startHospitals(SITES, {
    assembly: await synthesise(),
    apart: false,
    onLog: (line) => process.env['SIGNET_TEST_LOG'] && console.log(line),
    told: () => undefined,
    parameters: { StudiesSchedule: 'rate(3 seconds)' },
  });
  await Promise.all(SITES.map(({ site, patients }, i) => giveLivers(at(site), i + 1, patients)));
}, 300_000);
afterAll(() => hospitals?.stop());

const ask = (site: string, path: string, body?: object) => askAt(at(site), path, body);

/** Proposes at north, and has every site know of it and two approve: the first round isn't open yet. */
async function begun(title: string, analysis: StudyAnalysis): Promise<string> {
  const sites = NAMES.map((site) => ({ site, fingerprint: at(site).fingerprint }));
  const protocol = protocolOf(
    { title, codebook: CODEBOOK, analyses: [analysis], sites },
    { hours: { round: 1, wait: 0 } },
  );
  const { json } = await ask('north', '/studies', { codebook: CODEBOOK, protocol });
  for (const site of NAMES) await until(async () => (await ask(site, `/studies/${json.study}`)).status === 200);
  for (const site of ['north', 'centre']) await approve(site, json.study);
  return json.study;
}

async function approve(site: string, study: string): Promise<void> {
  expect((await ask(site, `/studies/${study}/approvals`, { cohort: 'livers' })).status).toBe(201);
}

/** What somebody does who can put, read and delete whatever lies in the folders of a study. */
function intruderIn(study: string) {
  const { stack } = at('north');
  const credentials = stack.intruder(`exchange/${study}/`);
  const objects = new S3Client({ region: stack.region, endpoint: stack.s3, forcePathStyle: true, credentials });
  const place = (file: string) => ({ Bucket: stack.operator.derivedBucket, Key: `exchange/${study}/${file}` });
  return {
    put: async (file: string, jws: string) =>
      void (await objects.send(new PutObjectCommand({ ...place(file), Body: jws }))),
    read: async (file: string) => (await objects.send(new GetObjectCommand(place(file)))).Body!.transformToString(),
    remove: async (file: string) => void (await objects.send(new DeleteObjectCommand(place(file)))),
  };
}

/** Signs with a site's own keys, in the key service. */
async function signedBy(site: string, document: SharedDocument): Promise<string> {
  return signDocument(document, await siteKeysIn(operatorOn(at(site).stack).keys, site));
}

/** The answer that a site gave in a round, as somebody sees it. */
async function answerOf(site: string, study: string, round: number, seenBy = 'north'): Promise<AnswerDocument> {
  const { answers } = (await ask(seenBy, `/studies/${study}/answers`)).json;
  return answers.find(
    ({ document }: { document: AnswerDocument }) => document.site === site && document.round === round,
  )?.document;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const payloadOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1]!, 'base64url').toString());

/** A signed document whose payload says something else, under the signature that it had. */
function altered(jws: string, changed: object): string {
  const [header, , signature] = jws.split('.');
  return [header, encode({ ...payloadOf(jws), ...changed }), signature].join('.');
}

/** All patients in one place, a stratum a site. */
function allRows() {
  const rows = SITES.flatMap(({ patients }, stratum) =>
    patientsOf(stratum + 1, patients)
      .split('\n')
      .slice(1)
      .map((line) => [stratum, ...line.split(',').slice(1).map(Number)] as const),
  );
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i]!);
  return {
    strata: Int32Array.from(column(0)),
    names: ['ras', 'right', 'age'],
    covariates: [column(1), column(2), column(3)],
    time: column(4),
    event: Uint8Array.from(column(5)),
  };
}

describe('A study into whose folders an intruder puts what he likes', { timeout: 300_000 }, () => {
  it('uses none of it, tells of each at every site, and ends attested with the numbers of all rows', async () => {
    const study = await begun('Forged', COX);
    const intruder = intruderIn(study);
    const refusal = { type: 'refusal/1', study, site: 'south', round: 0, attempt: 1, code: 'declined' } as const;
    await intruder.put('south/refusal-1.json', await signedBy('north', refusal)); // believed, it would end the study
    await intruder.put('south/a1-r2.json', 'no document'); // south's own can't come to lie there: the second round waits
    await approve('south', study);
    for (const seenBy of NAMES) // who keeps what she saw
      for (const site of ['north', 'centre'])
        await until(async () => (await answerOf(site, study, 2, seenBy)) !== undefined);

    const [second, first] = [await answerOf('north', study, 2), await answerOf('south', study, 1)];
    const [round1, round2] = [await intruder.read('south/a1-r1.json'), await intruder.read('north/a1-r2.json')];
    const [approval, north1] = [await intruder.read('centre/approval.json'), await intruder.read('north/a1-r1.json')];
    const put: readonly (readonly [file: string, jws: string, why: string])[] = [
      ['south/a1-r2.json', await signedBy('north', { ...second, site: 'south' }), 'bad-signature'], // rests on all that it should
      ['north/a1-r1.json', altered(north1, { open: first.open }), 'bad-signature'], // of a round that is over
      ['centre/approval.json', await signedBy('centre', { ...payloadOf(approval), n: 97 }), 'altered'],
      ['south/a1-r3.json', round1, 'name'], // once more, as another round's
      ['centre/a1-r3.json', round2, 'bad-signature'], // north's, as centre's
      ['north/a1-r3.json', await signedBy('north', { ...second, study: 'ab'.repeat(32) }), 'other-study'],
      ['south/a1-r4.json', await signedBy('south', { ...second, round: 4 }), 'other-site'], // north's words under south's name
      ['centre/a1-r4.json', 'A'.repeat(1_200_000), 'document-too-large'],
      ['north/a1-r4.json', `${encode({ alg: 'none' })}.${round2.split('.')[1]}.`, 'bad-signature'],
      ['west/a1-r2.json', await signedBy('south', { ...second, site: 'south' }), 'not-a-site'],
    ];
    for (const [file, jws] of put) await intruder.put(file, jws);
    const early = { ...first, attempt: 2, parents: first.parents.toReversed() };
    await intruder.put('south/a2-r1.json', await signedBy('south', early)); // of an attempt that nobody is at
    const evidence = [...put.map(([file, , why]) => `${file} ${why}`), 'south/refusal-1.json bad-signature'];
    for (const site of NAMES) {
      const seen = (await ask(site, `/studies/${study}`)).json;
      expect(told(seen).filter((one) => !one.endsWith(' closed'))).toEqual(evidence.toSorted());
      if (site !== 'south') expect([seen.says, seen.round.waitingFor]).toEqual(['round 2, attempt 1', ['south']]);
    }

    await intruder.remove('south/a1-r2.json'); // south puts what it kept
    for (const site of NAMES)
      await until(async () => (await ask(site, `/studies/${study}`)).json.status === 'attested');
    const stays = evidence.filter((one) => !one.startsWith('south/a1-r2.json')).concat('south/a2-r1.json closed');
    for (const site of NAMES) expect(told((await ask(site, `/studies/${study}`)).json)).toEqual(stays.toSorted());
    const { answers } = (await ask('centre', `/studies/${study}/answers`)).json;
    const used = answers.filter((each: { used: boolean }) => each.used);
    expect(used.map(({ document: { round, site } }: { document: AnswerDocument }) => `${round} ${site}`)).toEqual(
      [1, 2].flatMap((round) => ['centre', 'north', 'south'].map((site) => `${round} ${site}`)),
    );
    const { attestations } = (await ask('south', `/studies/${study}/attestations`)).json;
    const fit = coxTogether(allRows());
    for (const { document } of attestations) expect(distanceFrom(fit, document.numbers['cox.beta'])).toBeLessThan(0.02);
    const { findings } = (await ask('south', `/studies/${study}/result`)).json;
    expect(findings.counts).toMatchObject({ patients: 300, used: 300 });
  });

  it.each<[string, string, string, StudyAnalysis]>([
    ['under another name, as she can herself', 'a1-r2.json', 'name', TABLE],
    ['in place of the first', 'a1-r1.json', 'altered', { ...TABLE, variables: ['age'] } as StudyAnalysis],
  ])(
    'stops where a site signs two answers of one round, the second %s, and nobody who saw both attests',
    async (_, name, why, analysis) => {
      const study = await begun(`Two answers: ${why}`, analysis);
      const intruder = intruderIn(study);
      await intruder.put('centre/a1-r1.json', 'no document'); // the round waits for centre
      await approve('south', study);
      for (const site of NAMES) await until(async () => (await answerOf('south', study, 1, site)) !== undefined);
      const said = await answerOf('south', study, 1);
      const other = { ...said, withheld: [...said.withheld, { what: 'table1.age', rule: 'k' }] };
      await intruder.put(`south/${name}`, await signedBy('south', other));
      for (const site of NAMES) {
        const seen = (await ask(site, `/studies/${study}`)).json;
        expect([seen.status, seen.says, seen.next]).toEqual(['stopped', 'equivocation of south', 'nothing']);
        expect(told(seen)).toContain(`south/${name} ${why}`);
      }
      await intruder.remove('centre/a1-r1.json');
      await intruder.put('centre/a1-r3.json', 'no document'); // tells every site to look: centre puts what it kept, and the round is complete
      await until(async () => (await answerOf('centre', study, 1, 'south')) !== undefined);
      for (const site of NAMES) expect((await ask(site, `/studies/${study}`)).json.next).toBe('nothing');
      const { attestations } = (await ask('north', `/studies/${study}/attestations`)).json;
      // centre had all answers, its own among them, before the second of south came
      const attesting = attestations.map(({ document }: { document: { site: string } }) => document.site);
      expect(attesting.filter((site: string) => site !== 'centre')).toEqual([]);
      expect((await ask('north', `/studies/${study}/result`)).json.code).toBe('study-stopped');
    },
  );
});

/** What was refused, as a site tells it. */
function told({ evidence }: { evidence: { site: string; name: string; why: string }[] }): string[] {
  return evidence.map(({ site, name, why }) => `${site}/${name} ${why}`).toSorted();
}
