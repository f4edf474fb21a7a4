import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../cdk/local/index.ts';
import { synthesise } from '../../tools/assembly.ts';
import { addSite, equipSite, operatorOn } from '../../tools/local/sites.ts';

let stack: Stack;
let fingerprints: Record<string, string>;

beforeAll(async () => {
  stack = await startStack({ assembly: await synthesise(), sites: ['north'], onLog: () => undefined });
  const operator = operatorOn(stack);
  fingerprints = {};
  for (const id of ['north', 'south'])
    fingerprints[id] = await addSite({ id, name: `Hospital ${id}`, claim: id, address: null }, operator);
}, 180_000);
afterAll(() => stack?.stop());

async function ask(site: string, at: string, body?: unknown, role = 'steward') {
  const response = await fetch(`${stack.api}${at}`, {
    method: body === undefined ? 'GET' : 'PUT',
    headers: {
      authorization: `Bearer ${await stack.token({ site, roles: [role] })}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  return { status: response.status, json: (await response.json()) as any };
}

describe('Sites that the operator added', () => {
  it('offer their cards, and are confirmed by the fingerprint that people compare, and by no other', async () => {
    const offered = await ask('north', '/peers');
    expect(offered.json.peers).toEqual([
      expect.objectContaining({ site: 'north', confirmed: false, fingerprint: fingerprints['north'], sequence: 1 }),
      expect.objectContaining({ site: 'south', confirmed: false, fingerprint: fingerprints['south'] }),
    ]);
    const wrong = await ask('north', '/peers/south', { fingerprint: fingerprints['north'] });
    expect([wrong.status, wrong.json.code]).toEqual([409, 'other-fingerprint']);
    expect((await ask('north', '/peers/nowhere', { fingerprint: 'x' })).status).toBe(404);
    expect((await ask('north', '/peers/south', { fingerprint: fingerprints['south'] }, 'analyst')).status).toBe(403);
    const confirmed = await ask('north', '/peers/south', { fingerprint: fingerprints['south'] });
    expect(confirmed).toMatchObject({ status: 200, json: { site: 'south', confirmed: true } });
    const after = await ask('north', '/peers', undefined, 'analyst');
    expect(after.json.peers.map(({ confirmed: yes }: { confirmed: boolean }) => yes)).toEqual([true, false]);
    // What one site confirmed says nothing at the other.
    const others = await ask('south', '/peers');
    expect(others.json.peers.every(({ confirmed: yes }: { confirmed: boolean }) => !yes)).toBe(true);
  });

  it('keep their keys and their card when they are asked to have some', async () => {
    const card = async () =>
      (await ask('north', '/peers')).json.peers.find(({ site }: { site: string }) => site === 'south');
    const before = await card();
    const again = await equipSite({ id: 'south', name: 'South', claim: 'south', address: null }, operatorOn(stack));
    expect([again, await card()]).toEqual([fingerprints['south'], before]);
  });

  it('keep their keys when they are added again, and offer a newer card', async () => {
    const again = await addSite({ id: 'south', name: 'South', claim: 'south', address: null }, operatorOn(stack));
    expect(again).toBe(fingerprints['south']);
    await expect(
      addSite({ id: 'link', name: 'x', claim: 'x', address: null }, operatorOn(stack)),
    ).rejects.toMatchObject({
      code: 'refused-site',
    });
  });

  it('ask more of studies where their card says so, keep that on newer cards, and ask no less than the default', async () => {
    const south = { id: 'south', name: 'South', claim: 'south', address: null };
    await addSite({ ...south, thresholds: { k: 10, ledger: 0.1 } }, operatorOn(stack));
    await addSite(south, operatorOn(stack));
    const { peers } = (await ask('south', '/peers')).json;
    const own = peers.find(({ site }: { site: string }) => site === 'south');
    expect(own.thresholds).toMatchObject({ k: 10, ledger: 0.1, patients: 30 });
    await expect(addSite({ ...south, thresholds: { k: 3 } }, operatorOn(stack))).rejects.toMatchObject({
      code: 'refused-site',
    });
  });

  it('have to be confirmed again once they have other keys', async () => {
    const south = { id: 'south', name: 'South', claim: 'south', address: null };
    const fingerprint = await addSite({ ...south, anew: true }, operatorOn(stack));
    expect(fingerprint).not.toBe(fingerprints['south']);
    const shown = async () =>
      (await ask('north', '/peers')).json.peers.filter(({ site }: { site: string }) => site === 'south');
    expect(await shown()).toMatchObject([
      { confirmed: true, fingerprint: fingerprints['south'] },
      { confirmed: false, fingerprint },
    ]);
    expect((await ask('north', '/peers/south', { fingerprint })).status).toBe(200);
    expect(await shown()).toMatchObject([{ confirmed: true, fingerprint }]);
  });
});
