import { expect, it } from 'vitest';
import * as z from 'zod';
import { SignetError } from '../../../lib/base/index.ts';
import {
  byFormat,
  bySuffix,
  etagOf,
  loadOpenApi,
  negotiated,
  problemOf,
  RESULT_REPRESENTATIONS,
  ROUTES,
  toGateway,
  unchanged,
} from '../../../lib/http/index.ts';

it.each([
  [undefined, 'json'],
  ['*/*', 'json'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
  ['image/*', 'svg'],
  ['text/csv, application/json;q=0.5', 'csv'],
  ['application/json;q=0, */*', 'csv'],
])('answers Accept %s with %s', (accept, suffix) => {
  expect(negotiated(accept, RESULT_REPRESENTATIONS).suffix).toBe(suffix);
});

it('says which forms there are where none is accepted', () => {
  expect(() => negotiated('application/pdf', RESULT_REPRESENTATIONS)).toThrow(SignetError);
});

it('takes a suffix before Accept', () => {
  const { name, representation } = bySuffix('abc.svg', 'application/json', RESULT_REPRESENTATIONS);
  expect([name, representation.suffix]).toEqual(['abc', 'svg']);
  expect(bySuffix('abc', 'text/csv', RESULT_REPRESENTATIONS).representation.suffix).toBe('csv');
});

it('compares ETags as If-None-Match lists them', () => {
  const etag = etagOf('d1', RESULT_REPRESENTATIONS[1]);
  expect(etag).toBe('"d1.csv"');
  expect(unchanged('"x", W/"d1.csv"', etag)).toBe(true);
  expect(unchanged('"d1.json"', etag)).toBe(false);
  expect(unchanged(undefined, etag)).toBe(false);
});

it('shows a place in a file to the steward alone, and a pointer to everybody', () => {
  const error = new SignetError('unknown-variable', 'no such variable', {
    place: { pointer: '/by', file: 'miller-anna.csv', line: 3, value: '1931-02-03' },
    remedy: 'Look at the definition.',
  });
  expect(problemOf(error, ['analyst'])).toMatchObject({
    status: 422,
    place: { pointer: '/by' },
    remedy: 'Look at the definition.',
  });
  expect(JSON.stringify(problemOf(error, ['analyst']))).not.toContain('miller');
  expect(problemOf(error, ['steward']).place).toMatchObject({ file: 'miller-anna.csv', line: 3 });
});

it('says nothing of what is not a known problem', () => {
  const unknown = problemOf(new TypeError('patient Miller is undefined'), ['steward']);
  expect(unknown).toEqual({
    type: 'urn:signet:problem:internal',
    title: 'Something went wrong here',
    status: 500,
    code: 'internal',
  });
  expect(problemOf(new SignetError('constructor', 'x'), []).status).toBe(500);
});

it('hands bytes over as base64', () => {
  expect(toGateway({ status: 200, body: new Uint8Array([1, 2, 255]) })).toMatchObject({
    body: 'AQL/',
    isBase64Encoded: true,
  });
});

it('describes every route of the table in OpenAPI, from the schemas that validate', async () => {
  const { openApiOf } = await loadOpenApi();
  const request = z.strictObject({ analysis: z.literal('survival'), endpoint: z.string() });
  const document = openApiOf({
    requests: [request],
    study: { proposal: request, refusal: request },
    definition: { type: 'object' },
    version: '1',
  }) as {
    openapi: string;
    paths: Record<string, Record<string, { responses: object }>>;
  };
  expect(document.openapi).toMatch(/^3\.1/);
  for (const { key } of ROUTES) {
    const [method, path] = key.split(' ') as [string, string];
    expect(document.paths[path]?.[method.toLowerCase()]?.responses, key).toBeDefined();
  }
  expect(JSON.stringify(document)).toContain('"survival"');
});

it('A form that the query names is that form, or refused, whatever is accepted', () => {
  const forms = RESULT_REPRESENTATIONS.slice(0, 2);
  expect(byFormat('csv', 'application/json', forms).suffix).toBe('csv');
  expect(byFormat(undefined, 'text/csv', forms).suffix).toBe('csv');
  expect(() => byFormat('pdf', '*/*', forms)).toThrow('not available as pdf');
  expect(() => byFormat(undefined, 'text/html', forms)).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining('format=json, format=csv') }),
  );
});
