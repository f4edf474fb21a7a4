import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../lib/audit/index.ts';
import type { Role } from '../../lib/http/index.ts';
import { documentDigest, Release } from '../../lib/sharing/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import { type Hospital, type Hospitals, startHospitals } from '../../tools/sites/hospitals.ts';
import { LUNG } from '../unit/sharing/release/lung.ts';

const SITES = [
  { site: 'north', name: 'Hospital north' },
  { site: 'south', name: 'Hospital south' },
];

const TRUTH = '{ type: boolean, codes: { "1": true, "0": false } }';
const DEFINITION = `title: Advanced lung cancer
tables:
  - match: "patients.csv"
    rows: patient
    patient: id
    columns:
      time: { type: duration, unit: days }
      event: ${TRUTH}
      female: ${TRUTH}
      age: { type: number, unit: years }
      ecog: { type: number }
endpoints:
  os: { origin: randomisation, time: time, event: event }
`;

const CURVES = { analysis: 'survival', endpoint: 'os', by: 'female' };

/** A site's patients of `survival::lung`. */
function lungOf(site: string): string {
  const names = ['time', 'event', 'female', 'age', 'ecog'];
  const own = LUNG.data['site']!.flatMap((each, i) => (each === site ? [i] : []));
  const rows = own.map((i) => [`LUNG-${site}-${i}`, ...names.map((name) => LUNG.data[name]![i])].join(','));
  return [`id,${names.join(',')}`, ...rows].join('\n');
}

let hospitals: Hospitals;
const log: string[] = [];
const at = (site: string): Hospital => hospitals.all.find((each) => each.site === site)!;

beforeAll(async () => {
  hospitals = await startHospitals(SITES, {
    assembly: await synthesise(),
    apart: false,
    onLog: (line) => log.push(line),
    told: () => undefined,
  });
  for (const { site } of SITES) {
    await at(site).visitor.put('lung', 'cohort.yaml', DEFINITION, 'application/yaml');
    await at(site).visitor.put('lung', 'patients.csv', lungOf(site), 'text/csv');
  }
  for (const [site, patients] of [
    ['north', 71],
    ['south', 76],
  ] as const)
    await until(async () => (await at(site).visitor.cohort('lung'))?.patients === patients);
}, 300_000);
afterAll(() => hospitals?.stop());

async function until(isSo: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s`);
    await pause(250);
  }
}

interface Ask {
  readonly method?: string;
  readonly body?: object;
  readonly accept?: string;
  readonly role?: Role;
}

/** Asks as somebody of a site; of no site without a token. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
async function ask(site: string | undefined, path: string, { method, body, accept, role }: Ask = {}): Promise<any> {
  const { stack } = at(site ?? 'north');
  const roles: Role[] = role ? [role] : ['steward', 'analyst', 'viewer'];
  const response = await fetch(`${stack.api}${path}`, {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: {
      accept: accept ?? 'application/json',
      ...(site !== undefined && { authorization: `Bearer ${await stack.token({ site, roles })}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
    ? JSON.parse(text)
    : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

/** The document of a question at a site. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
async function resultAt(site: string, question: object): Promise<any> {
  let answer = await ask(site, '/cohorts/lung/results', { body: question });
  const path = answer.headers.get('location');
  if (answer.status === 202)
    await until(async () => {
      answer = await ask(site, path);
      return answer.status !== 202;
    });
  expect([answer.status, answer.json.code]).toEqual([200, undefined]);
  return answer.json;
}

async function share(site: string, result: string, body: object, role: Role = 'steward') {
  return ask(site, `/cohorts/lung/results/${result}/shares`, { body, role });
}

/** Entries of a site's log of one kind. */
async function logged(site: string, what: string): Promise<Record<string, never>[]> {
  const { text } = await ask(site, '/audit', { role: 'auditor' });
  const lines = text.trim().split('\n');
  expect(verifyChain(lines)).toMatchObject({ holds: true });
  return lines.map((line: string) => JSON.parse(line)).filter((entry: { what: string }) => entry.what === what);
}

describe('A result that is shared with a site', () => {
  let result: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  let made: any;
  beforeAll(async () => {
    result = (await resultAt('north', CURVES)).id;
  });

  it('is tried first: the very document, what each rule says, and nothing leaves', async () => {
    const { status, json } = await share('north', result, { to: 'south', try: true });
    expect(status).toBe(200);
    expect(json.release.km['0']).toMatchObject({ n: 46, edges: [1, 4, 6, 10], deaths: [5, 5, 7, 11] });
    expect(json.verdicts.every(({ holds }: { holds: boolean }) => holds)).toBe(true);
    expect(json.overlaps).toEqual([]);
    expect((await ask('south', '/shares')).json.received).toEqual([]);
  });

  it('is given to a site whose card is confirmed, by a steward, and to nobody else', async () => {
    expect((await share('north', result, { to: 'elsewhere' })).json.code).toBe('unknown-receiver');
    expect((await share('north', result, { to: 'north' })).json.code).toBe('unknown-receiver');
    expect((await share('north', result, { to: 'south', link: true })).status).toBe(422);
    expect((await share('north', result, { to: 'south' }, 'analyst')).status).toBe(403);
    expect((await share('south', result, { to: 'north' })).status).toBe(404);
    made = await share('north', result, { to: 'south' });
    expect([made.status, made.json.digest]).toEqual([201, documentDigest(Release.parse(made.json.release))]);
    const [entry] = await logged('north', 'release.made');
    expect(entry).toMatchObject({ object: made.json.digest, decisions: { to: 'south', share: made.json.share } });
  });

  it('is seen there as a copy that its owner signed, and each view reaches the owner’s log', async () => {
    const { share: id, digest, release } = made.json;
    expect((await ask('south', '/shares')).json.received).toMatchObject([{ share: id, owner: 'north' }]);
    const seen = await ask('south', `/shares/received/${id}`, { role: 'viewer' });
    expect(seen.status).toBe(200);
    expect(seen.json).toEqual(release);
    const page = await ask('south', `/shares/received/${id}.html`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).toContain('Released by');
    await until(async () => (await logged('north', 'release.viewed')).length === 2);
    const [first] = await logged('north', 'release.viewed');
    expect(first).toMatchObject({ who: 'site:south', object: digest, decisions: { share: id } });
    const [given] = (await ask('north', '/shares')).json.given;
    expect(given).toMatchObject({ share: id, receiver: 'south', views: 2 });
  });

  it('is neither the result nor the cohort', async () => {
    expect((await ask('south', `/cohorts/lung/results/${result}`)).status).toBe(404);
    const { text } = await ask('south', `/shares/received/${made.json.share}`);
    expect(text).not.toMatch(/LUNG-|"lung"|hazard_ratio|"findings"/);
  });

  it('is gone once it is revoked, and the answer says what stays seen', async () => {
    const id = made.json.share;
    expect((await ask('south', `/shares/${id}`, { method: 'DELETE' })).status).toBe(404);
    const revoked = await ask('north', `/shares/${id}`, { method: 'DELETE' });
    expect(revoked.status).toBe(200);
    expect(revoked.json.says).toMatch(/what was seen stays seen/);
    expect((await ask('south', `/shares/received/${id}`)).status).toBe(404);
    expect((await logged('north', 'release.revoked')).length).toBe(1);
    const again = await ask('north', `/shares/${id}`, { method: 'DELETE' });
    expect(again.json.revoked).toBe(revoked.json.revoked);
  });
});

describe('A result that is shared as a link', () => {
  let result: string;
  beforeAll(async () => {
    result = (await resultAt('north', CURVES)).id;
  });

  it('opens to whoever has it, without a token, as a page that keeps to itself', async () => {
    const { json } = await share('north', result, { link: true });
    expect(json.link).toMatch(/^\/shared\/north\/[0-9a-z]{26}\?key=[A-Za-z0-9_-]{22}$/);
    const page = await ask(undefined, json.link, { accept: 'text/html,*/*;q=0.8' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).not.toContain('<script');
    const views = (await logged('north', 'release.viewed')).filter(({ who }) => who === 'link');
    expect(views).toMatchObject([{ object: json.digest, decisions: { share: json.share } }]);
    expect((await ask(undefined, json.link)).json).toEqual(json.release);
  });

  it('is not there under another key, without one, under a guessed name or another site', async () => {
    const { json } = await share('north', result, { link: true });
    const [address, key] = json.link.split('?key=');
    const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    const guessed = address.replace(/.$/, (last: string) => (last === '0' ? '1' : '0'));
    for (const path of [
      address,
      `${address}?key=`,
      `${address}?key=${wrong}`,
      `${guessed}?key=${key}`,
      json.link.replace('/north/', '/south/'),
      json.link.replace('/north/', '/nowhere/'),
      json.link.replace('/north/', '/link/'),
      '/shared/north/..%2f..%2fsites?key=x',
    ]) {
      const answer = await ask(undefined, path);
      expect([path, answer.status, answer.text.includes('release')]).toEqual([path, 404, false]);
    }
    const views = (await logged('north', 'release.viewed')).filter(
      ({ decisions }) => (decisions as unknown as { share: string }).share === json.share,
    );
    expect(views).toEqual([]);
  });

  it('ends when its time is over, and when it is revoked', async () => {
    const until3 = new Date(Date.now() + 3000).toISOString();
    const short = (await share('north', result, { link: true, until: until3 })).json;
    await until(async () => (await ask(undefined, short.link)).status === 410);
    const { json } = await share('north', result, { link: true });
    expect((await ask(undefined, json.link)).status).toBe(200);
    await ask('north', `/shares/${json.share}`, { method: 'DELETE' });
    expect((await ask(undefined, json.link)).status).toBe(404);
    const never = await share('north', result, { link: true, until: '2020-01-01T00:00:00Z' });
    expect([never.status, never.json.place.pointer]).toEqual([422, '/until']);
  });

  it('leaves its key in no log', async () => {
    const { json } = await share('north', result, { link: true });
    await ask(undefined, json.link);
    const key = json.link.split('key=')[1]!;
    expect((await ask('north', '/audit', { role: 'auditor' })).text).not.toContain(key);
    expect(log.join('\n')).not.toContain(key);
    expect((await ask('north', '/shares')).text).not.toContain(key);
  });
});

describe('A model that is shared', () => {
  it('is validated at the receiver’s on patients that its owner never sees', async () => {
    const prediction = { analysis: 'prediction', endpoint: 'os', covariates: ['female', 'age', 'ecog'], bootstrap: 0 };
    const { id } = await resultAt('north', { ...prediction, times: [6, 12] });
    const made = await share('north', id, { to: 'south' });
    expect([made.status, made.json.code]).toEqual([201, undefined]);
    const { json: release } = await ask('south', `/shares/received/${made.json.share}`);
    expect(release.prediction).toMatchObject({ schema: 'signet-model/1', cohort: { name: 'north' } });
    expect(release.prediction.model.performance.map(({ measure }: { measure: string }) => measure)).toEqual([
      'Concordance (C)',
    ]);
    const validated = await resultAt('south', { analysis: 'validate', model: release.prediction, times: [6] });
    expect(validated.findings.counts.used).toBe(76);
  });
});

describe('A result that held a patient who withdrew', () => {
  it('is shared no more, its link shows nothing, and its releases are named to be recalled', async () => {
    const { id } = await resultAt('south', CURVES);
    const link = (await share('south', id, { link: true })).json;
    const given = (await share('south', id, { to: 'north' })).json;
    expect((await ask(undefined, link.link)).status).toBe(200);
    expect((await ask('north', `/shares/received/${given.share}.json`)).status).toBe(200);
    const [patient] = lungOf('south').split('\n')[1]!.split(',');
    let erased = await ask('south', '/cohorts/lung/erasures', { body: { patient: patient! } });
    await until(async () => {
      if (erased.status === 202) erased = await ask('south', '/cohorts/lung/erasures', { body: { patient: patient! } });
      return erased.status !== 202;
    });
    expect([erased.status, erased.json.code]).toEqual([200, undefined]);
    const partners = erased.json.recalls.map((each: { partner: string }) => each.partner).sort();
    expect(partners).toEqual(['link', 'north']);
    expect(JSON.stringify(erased.json.recalls)).toContain(given.share);
    expect((await ask('north', `/shares/received/${given.share}.json`)).status).toBe(404);
    const { given: kept } = (await ask('south', '/shares')).json;
    expect(kept.find(({ share }: { share: string }) => share === given.share).revoked).toEqual(expect.any(String));
    const closed = await ask(undefined, link.link);
    expect([closed.status, closed.json.code]).toEqual([410, 'withdrawn']);
    const page = await fetch(`${at('north').stack.api}${link.link}`, { headers: { accept: 'text/html,*/*' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([410, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('This result was withdrawn: a patient whom it held has been taken out.</p>');
    expect((await share('south', id, { to: 'north' })).json.code).toBe('withdrawn');
    const anew = await resultAt('south', CURVES);
    expect((await share('south', anew.id, { to: 'north' })).json.detail).toMatch(/^erasure: /);
  });
});

describe('Results that would single somebody out', () => {
  it('are refused with why, and the endpoint is closed to who was sent the others, until the steward lifts it', async () => {
    const oldest = Math.max(...LUNG.data['age']!.filter((_, i) => LUNG.data['site']![i] === 'north').map(Number));
    const question = { analysis: 'survival', endpoint: 'os', where: `age < ${oldest}` };
    const less = await resultAt('north', question);
    const refused = await share('north', less.id, { to: 'south' });
    expect([refused.status, refused.json.code]).toEqual([409, 'rule-refuses']);
    expect(refused.json.detail).toMatch(/^atoms: /);
    const whole = (await resultAt('north', CURVES)).id;
    expect((await share('north', whole, { to: 'south' })).json.detail).toMatch(/^lock: /);
    const { locks } = (await ask('north', '/locks')).json;
    expect(locks).toMatchObject([{ cohort: 'lung', endpoint: 'os', partner: 'south' }]);
    await ask('north', `/locks/${locks[0].id}`, { method: 'DELETE' });
    expect((await share('north', whole, { to: 'south' })).status).toBe(201);
  });

  it('are not shared where they hold single patients, with why in words', async () => {
    const { id } = await resultAt('north', { analysis: 'eligibility' });
    const { status, json } = await share('north', id, { to: 'south' });
    expect([status, json.code]).toEqual([409, 'not-released']);
    expect(json.detail).toContain('single patients');
  });
});
