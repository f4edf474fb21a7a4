import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ask, sha256Base64, until } from './client.ts';
import { settled, sources } from './cohort.ts';

const MIB = 1024 * 1024;
const COHORT = 'uploads';
const TABLE = 'id,age\np1,50\np2,60\n';

const begin = (body: object) => ask(`/cohorts/${COHORT}/uploads`, { body });
/** The client itself says how long the body is. */
const send = (put: { url: string; headers: Record<string, string> }, body: string | Buffer, headers = {}) => {
  const { 'content-length': _, ...stated } = put.headers;
  return fetch(put.url, { method: 'PUT', body, headers: { ...stated, ...headers } });
};
const single = async (name: string, body: string, type = 'text/csv') =>
  (await begin({ name, bytes: Buffer.byteLength(body), type, sha256: sha256Base64(body) })).json.put;

describe('A presigned upload', () => {
  it('puts a file in one PUT', async () => {
    const response = await send(await single('a.csv', TABLE), TABLE);
    expect(response.status).toBe(200);
    await until(
      () => sources(COHORT),
      (all) => all.has('a.csv'),
    );
  });

  it.each([
    ['a longer body', (url: string) => url, `${TABLE}x`, {}],
    ['another type', (url: string) => url, TABLE, { 'content-type': 'text/html' }],
    ['another key', (url: string) => url.replace('b.csv', 'c.csv'), TABLE, {}],
    ['another site', (url: string) => url.replace('sites/a/', 'sites/b/'), TABLE, {}],
    ['a later time', (url: string) => url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=90000'), TABLE, {}],
  ])('is refused for %s', async (_, address, body, headers) => {
    const put = await single('b.csv', TABLE);
    const response = await send({ ...put, url: address(put.url) }, body, headers);
    expect(response.status).toBe(403);
  });

  it('is refused for another body of the same length', async () => {
    const response = await send(await single('b.csv', TABLE), TABLE.replace('50', '51'));
    expect(response.status).toBe(400);
    expect((await sources(COHORT)).has('b.csv')).toBe(false);
  });

  it('is refused for a name that is a step in a tree', async () => {
    for (const name of ['../b/x.csv', 'a/../x.csv', 'a//b.csv', 'a\u0000.csv', 'a\u202Ecsv', '%2e%2e/x.csv']) {
      const { status, json } = await begin({ name, bytes: 3, sha256: sha256Base64('abc') });
      expect([status, json.code]).toEqual([400, 'refused-key']);
    }
  });

  it('can be taken back', async () => {
    const part = new Uint8Array(8 * MIB).fill(65);
    const body = {
      name: 'gone.csv',
      bytes: 2 * part.length,
      sha256: sha256Base64(part),
      parts: [sha256Base64(part), sha256Base64(part)],
    };
    const { json } = await begin(body);
    const { status } = await ask(`/cohorts/${COHORT}/uploads/${json.upload}`, { method: 'DELETE' });
    expect(status).toBe(204);
    expect((await ask(`/cohorts/${COHORT}/uploads/${json.upload}`, { method: 'POST' })).status).toBe(404);
  });

  it("brings 300 MB by presigned parts, read at a function's memory", async () => {
    const line = (i: number): string => `w${i},${40 + (i % 50)},${'x'.repeat(9_900)}\n`;
    const [head, rows] = ['id,age,notes\n', 30_000];
    const whole = Buffer.alloc(head.length + 310_000_000);
    let bytes = whole.write(head);
    for (let i = 0; i < rows; i++) bytes += whole.write(line(i), bytes);
    const file = whole.subarray(0, bytes);
    expect(file.length).toBeGreaterThan(295_000_000);
    const partBytes = 16 * MIB;
    const cut = Array.from({ length: Math.ceil(bytes / partBytes) }, (_, i) =>
      file.subarray(i * partBytes, (i + 1) * partBytes),
    );
    const definition = `title: Wide\ntables:\n  - match: wide.csv\n    rows: patient\n    patient: id\n    ignore: [notes]\n    columns:\n      age: { type: number }\n`;
    await ask('/cohorts/wide/definition', { method: 'PUT', body: definition });
    const { json, status } = await ask('/cohorts/wide/uploads', {
      body: {
        name: 'wide.csv',
        bytes,
        type: 'text/csv',
        sha256: createHash('sha256').update(file).digest('base64'),
        partBytes,
        parts: cut.map(sha256Base64),
      },
    });
    expect(status).toBe(201);
    for (const [i, put] of json.parts.entries()) expect((await send(put, cut[i]!)).status).toBe(200);
    const completed = await ask(`/cohorts/wide/uploads/${json.upload}`, { method: 'POST' });
    expect(completed.status).toBe(200);
    await until(
      () => sources('wide'),
      (all) => all.get('wide.csv')?.bytes === bytes,
      120,
    );
    expect((await sources('wide')).get('wide.csv')).toMatchObject({ verdict: 'accepted', counts: { patients: rows } });
    await settled('wide', ['wide.csv', 'cohort.yaml'], 'a', 120);
    expect((await ask('/cohorts/wide')).json.patients).toBe(rows);
  }, 300_000);
});
