import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Resvg } from '@resvg/resvg-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../lib/audit/index.ts';
import { unseal } from '../../lib/result/index.ts';
import { type Codebook, documentDigest, type Protocol, type StudyAnalysis } from '../../lib/sharing/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import { linesOf } from '../../tools/local/audit-log.ts';
import { type Hospital, type Hospitals, startHospitals } from '../../tools/sites/hospitals.ts';
import { protocolOf } from '../../tools/sites/protocol.ts';
import { askAt, CODEBOOK, COX, giveLivers, KM, TABLE, until } from './livers.ts';

const SITES = [
  { site: 'north', name: 'Hospital north', patients: 120 },
  { site: 'centre', name: 'Hospital centre', patients: 96 },
  { site: 'south', name: 'Hospital south', patients: 84 },
] as const;

/** A tenant of the same deployment that no study names. */
const OTHER = { site: 'east', name: 'Hospital east' };

let hospitals: Hospitals;
const at = (site: string): Hospital => hospitals.all.find((each) => each.site === site)!;

beforeAll(async () => {
  hospitals = await startHospitals([...SITES, OTHER], {
    assembly: await synthesise(),
    apart: false,
    onLog: (line) => process.env['SIGNET_TEST_LOG'] && console.log(line),
    told: () => undefined,
    parameters: { StudiesSchedule: 'rate(3 seconds)' },
  });
  for (const [i, { site, patients }] of SITES.entries()) await giveLivers(at(site), i + 1, patients);
}, 300_000);
afterAll(() => hospitals?.stop());

const ask = (site: string, path: string, body?: object, accept?: string) => askAt(at(site), path, body, accept);

function protocol(title: string, analyses: readonly StudyAnalysis[], more: Partial<Protocol> = {}): Protocol {
  const sites = SITES.map(({ site }) => ({ site, fingerprint: at(site).fingerprint }));
  return {
    ...protocolOf({ title, codebook: CODEBOOK, analyses, sites }),
    hours: { round: 1, wait: 0 },
    ...more,
  };
}

/** Proposes at north, and waits until every site has learnt of it. */
async function proposed(of: Protocol, codebook = CODEBOOK): Promise<string> {
  const { status, json, headers } = await ask('north', '/studies', { codebook, protocol: of });
  expect([status, headers.get('location')]).toEqual([201, `/studies/${json.study}`]);
  for (const { site } of SITES) await until(async () => (await ask(site, `/studies/${json.study}`)).status === 200);
  return json.study;
}

async function approved(study: string, sites: readonly string[] = SITES.map(({ site }) => site)): Promise<void> {
  for (const site of sites) {
    const { status, json } = await ask(site, `/studies/${study}/approvals`, { cohort: 'livers' });
    expect([status, json]).toEqual([201, expect.objectContaining({ type: 'approval/1', study, site })]);
  }
}

/** Waits until a site says that the study is there. */
async function reaches(study: string, status: string, site = 'north', seconds = 90): Promise<void> {
  await until(async () => (await ask(site, `/studies/${study}`)).json.status === status, seconds);
}

describe('A study over three tenants', { timeout: 300_000 }, () => {
  let study: string;

  it('is proposed, tried and approved, and its rounds are answered by the sites themselves until all attest', async () => {
    study = await proposed(protocol('RAS and side', [COX, KM, TABLE]));
    const listed = (await ask('south', '/studies')).json.studies;
    expect(listed).toEqual([
      expect.objectContaining({ study, proposer: 'north', status: 'proposed', next: 'decide', title: 'RAS and side' }),
    ]);
    for (const { site, patients } of SITES) {
      const tried = await ask(site, `/studies/${study}/dry-runs`, { cohort: 'livers' });
      expect(tried.status).toBe(200);
      expect(tried.json).toMatchObject({ n: patients, left: 0, faults: [] });
      expect(tried.json.verdicts.filter(({ holds }: { holds: boolean }) => !holds)).toEqual([]);
      expect(tried.json.fields.map(({ analysis }: { analysis: string }) => analysis)).toEqual([
        'cox',
        'cox',
        'km',
        'table1',
      ]);
    }
    const waiting = await ask('north', `/studies/${study}/result`);
    expect([waiting.status, waiting.json.status]).toEqual([202, 'proposed']);
    await approved(study);
    await reaches(study, 'attested');
    for (const { site } of SITES) await reaches(study, 'attested', site);
    const seen = (await ask('centre', `/studies/${study}`)).json;
    expect(
      seen.sites.map((each: Record<string, unknown>) => [each['site'], each['answered'], each['attested']]),
    ).toEqual(['centre', 'north', 'south'].map((site) => [site, ['1.1', '1.2'], true]));
    expect(seen).toMatchObject({ evidence: [], dropped: {}, next: 'nothing' });
  });

  it('has one result at every site, as JSON that holds its digest, as a page and as pictures', async () => {
    const documents = await Promise.all(SITES.map(({ site }) => ask(site, `/studies/${study}/result`)));
    const [document] = documents.map(({ text }) => unseal(text));
    expect(documents.every(({ status, headers }) => status === 200 && headers.get('signet-study') === 'attested')).toBe(
      true,
    );
    expect(new Set(documents.map(({ text }) => text)).size).toBe(1);
    expect(document!.findings.counts).toMatchObject({ patients: 300, used: 300 });
    expect(document!.findings.tables.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['sites', 'cox', 'cox-sites', 'cox-meta', 'km', 'km-grid', 'table1']),
    );
    const { attestations } = (await ask('south', `/studies/${study}/attestations`)).json;
    expect(attestations.map((each: { document: { result: string } }) => each.document.result)).toEqual(
      Array(3).fill(document!.id),
    );
    const page = await ask('centre', `/studies/${study}/result`, undefined, 'text/html');
    expect(page.text).toContain('Hazard ratios by site');
    expect(page.text).not.toContain('<script');
    for (const figure of ['cox-forest', 'km-curves']) {
      const picture = await ask('north', `/studies/${study}/result?form=svg&figure=${figure}`);
      expect(picture.headers.get('content-type')).toContain('svg');
      expect(new Resvg(picture.text).render().width).toBeGreaterThan(300);
    }
    expect((await ask('north', `/studies/${study}/result?form=pdf`)).json.code).toBe('invalid-parameter');
  });

  it('is none to a tenant that it does not name, whatever she asks', async () => {
    expect((await ask('east', '/studies')).json).toEqual({ studies: [] });
    for (const part of ['', '/answers', '/attestations', '/result'])
      expect((await ask('east', `/studies/${study}${part}`)).status).toBe(404);
    for (const part of ['dry-runs', 'approvals', 'refusals'])
      expect((await ask('east', `/studies/${study}/${part}`, { cohort: 'livers' })).status).not.toBeLessThan(400);
    const { answers } = (await ask('north', `/studies/${study}/answers`)).json;
    expect(answers.some((each: { document: { site: string } }) => each.document.site === 'east')).toBe(false);
  });

  it('keeps all that was sent readable, and tells it in each log, whose chain holds', async () => {
    const { answers } = (await ask('north', `/studies/${study}/answers`)).json;
    expect(answers).toHaveLength(6);
    expect(answers.every(({ used }: { used: boolean }) => used)).toBe(true);
    const { stack } = at('north');
    for (const { site } of SITES) {
      const log = await fetch(`${stack.api}/audit?limit=1000`, {
        headers: { authorization: `Bearer ${await stack.token({ site, roles: ['auditor'] })}` },
      });
      const lines = linesOf(await log.text());
      expect(verifyChain(lines)).toMatchObject({ holds: true });
      const entries = lines.map((line) => JSON.parse(line)).filter(({ what }) => /^(study|answer)\./.test(what));
      expect(entries.map(({ what, who }) => `${what} ${who.split(':')[0]}`)).toEqual([
        ...(site === 'north' ? ['study.proposed steward'] : []),
        'study.tried steward',
        'study.approved steward',
        'answer.sent worker',
        'answer.sent worker',
        'study.attested worker',
      ]);
      const approval = entries.find(({ what }) => what === 'study.approved');
      expect(approval).toMatchObject({ cohort: 'livers', object: study, decisions: { atoms: expect.any(String) } });
      const sent = answers.filter((each: { document: { site: string } }) => each.document.site === site);
      expect(entries.filter(({ what }) => what === 'answer.sent').map(({ object }) => object)).toEqual(
        sent.map(({ digest }: { digest: string }) => digest),
      );
    }
  });
});

describe('A study that a site declines', { timeout: 300_000 }, () => {
  it('stops before anything is sent, and every site says why', async () => {
    const study = await proposed(protocol('Declined', [COX]));
    await approved(study, ['north', 'centre']);
    const refused = await ask('south', `/studies/${study}/refusals`, {});
    expect([refused.status, refused.json]).toEqual([
      201,
      { type: 'refusal/1', study, site: 'south', round: 0, attempt: 1, code: 'declined' },
    ]);
    await reaches(study, 'stopped');
    const seen = (await ask('north', `/studies/${study}`)).json;
    expect([seen.says, seen.sites.flatMap((each: { answered: string[] }) => each.answered)]).toEqual([
      'south refused: declined',
      [],
    ]);
    const result = await ask('north', `/studies/${study}/result`);
    expect([result.status, result.json.code]).toEqual([409, 'study-stopped']);
  });

  it('stops where she had approved and another has not yet; her log tells both, and nobody approves any more', async () => {
    const study = await proposed(protocol('Approved, then left', [TABLE]));
    await approved(study, ['north', 'centre']);
    const left = await ask('centre', `/studies/${study}/refusals`, {});
    expect([left.status, left.json]).toEqual([
      201,
      { type: 'refusal/1', study, site: 'centre', round: 0, attempt: 1, code: 'declined' },
    ]);
    for (const { site } of SITES) await reaches(study, 'stopped', site);
    const seen = (await ask('north', `/studies/${study}`)).json;
    expect(seen.says).toBe('centre refused: declined');
    expect(seen.sites.find(({ site }: { site: string }) => site === 'centre')).toMatchObject({
      approved: { n: 96 },
      refused: { code: 'declined', round: 0, attempt: 1 },
    });
    const late = await ask('south', `/studies/${study}/approvals`, { cohort: 'livers' });
    expect([late.status, late.json.code]).toEqual([409, 'study-over']);
    expect((await ask('north', `/studies/${study}/answers`)).json.answers).toEqual([]);
    const { stack } = at('north');
    const log = await fetch(`${stack.api}/audit?limit=1000`, {
      headers: { authorization: `Bearer ${await stack.token({ site: 'centre', roles: ['auditor'] })}` },
    });
    const entries = linesOf(await log.text()).map((line) => JSON.parse(line));
    const own = entries.filter(({ what, object }) => /^study\.(approved|refused)$/.test(what) && object === study);
    expect(own).toEqual([
      expect.objectContaining({ what: 'study.approved' }),
      expect.objectContaining({
        what: 'study.refused',
        who: expect.stringMatching(/^steward/),
        decisions: { code: 'declined', round: 0, attempt: 1 },
      }),
    ]);
  });
});

describe("A study whose codebook isn't the cohort's", { timeout: 300_000 }, () => {
  it('says where they differ, and cannot be approved', async () => {
    const codebook: Codebook = {
      ...CODEBOOK,
      variables: { ...CODEBOOK.variables, age: { type: 'number', unit: 'months', range: [216, 1200], centre: 720 } },
    };
    const of = { ...protocol('Other units', [COX]), codebook: documentDigest(codebook) };
    const study = await proposed(of, codebook);
    const tried = await ask('centre', `/studies/${study}/dry-runs`, { cohort: 'livers' });
    expect(tried.status).toBe(200);
    expect(tried.json.faults.map(({ pointer }: { pointer: string }) => pointer)).toContain('/variables/age/unit');
    const refused = await ask('centre', `/studies/${study}/approvals`, { cohort: 'livers' });
    expect([refused.status, refused.json.code, refused.json.place.pointer]).toEqual([
      409,
      'codebook-differs',
      expect.stringContaining('/variables/age'),
    ]);
  });

  it('is refused where its protocol names another, or what it doesn’t have', async () => {
    const of = protocol('Wrong', [COX]);
    const other = await ask('north', '/studies', { codebook: CODEBOOK, protocol: { ...of, codebook: 'a'.repeat(64) } });
    expect([other.status, other.json.code, other.json.place.pointer]).toEqual([422, 'invalid-protocol', '/codebook']);
    const unformed = await ask('north', '/studies', { codebook: CODEBOOK, protocol: { ...of, sites: 'all' } });
    expect([unformed.status, unformed.json.place.pointer]).toEqual([422, '/protocol/sites']);
    const foreign = await ask('south', '/studies', { codebook: CODEBOOK, protocol: of });
    expect([foreign.status, foreign.json.code]).toEqual([422, 'not-named']);
    expect((await ask('north', `/studies/${'a'.repeat(64)}`)).status).toBe(404);
  });
});

describe('A study that loses a site', { timeout: 300_000 }, () => {
  it('goes on without her once the round’s time is over, and says what was dropped', async () => {
    const hours = { round: 15 / 3600, wait: 1 / 3600 };
    const study = await proposed(protocol('Lost', [COX, KM], { hours }));
    await approved(study, ['south', 'centre']);
    const back = await without('south');
    try {
      await approved(study, ['north']);
      await reaches(study, 'attested', 'centre');
    } finally {
      await back();
    }
    const seen = (await ask('centre', `/studies/${study}`)).json;
    expect(seen.sites.find(({ site }: { site: string }) => site === 'south')).toMatchObject({
      gone: 'late',
      answered: [],
    });
    expect(seen.dropped).toHaveProperty('km');
    const { json } = await ask('centre', `/studies/${study}/result`);
    expect(json.findings.warnings.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['not-finished', 'without']),
    );
    expect(json.findings.counts).toMatchObject({ patients: 300, used: 216, excluded: [{ patients: 84 }] });
    const page = await ask('centre', `/studies/${study}/result`, undefined, 'text/html');
    expect(page.text).toContain('216 of 300 patients were analysed. Left out, each counted once:');
    expect(page.text).toContain('84 of south, which is in none of it: late');
  });
});

/** Takes a site out of the deployment's document, so that its worker does nothing; answers how it is put back. */
async function without(site: string): Promise<() => Promise<void>> {
  const { operator, s3, region } = at('north').stack;
  const client = new S3Client({ region, endpoint: s3, forcePathStyle: true, credentials: operator });
  const address = { Bucket: operator.derivedBucket, Key: 'deployment/sites.json' };
  const before = await (await client.send(new GetObjectCommand(address))).Body!.transformToString();
  const { sites } = JSON.parse(before) as { sites: { id: string }[] };
  const put = (Body: string) => client.send(new PutObjectCommand({ ...address, Body }));
  await put(JSON.stringify({ sites: sites.filter(({ id }) => id !== site) }));
  return async () => {
    await put(before);
    client.destroy();
  };
}
