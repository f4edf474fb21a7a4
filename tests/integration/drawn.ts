import { expect } from 'vitest';
import { ask } from './client.ts';
import { result, table } from './cohort.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
export type Json = any;

/** The rows of a table of a document; none where there is no such table. */
export const rowsOf = (document: Json, id: string): Json[] => table(document, id)?.rows ?? [];

/** The document, after each of its figures and its page were drawn. */
export async function drawn(cohort: string, question: object): Promise<Json> {
  const { status, json, text } = await result(cohort, question);
  expect(status, text).toBe(200);
  const base = `/cohorts/${cohort}/results/${json.id}`;
  for (const { id } of json.findings.figures) {
    const picture = await ask(`${base}.svg?figure=${id}`);
    expect(picture.status).toBe(200);
    expect(picture.text).toMatch(/^<svg /);
    expect(picture.text).not.toMatch(/NaN|Infinity|undefined/);
  }
  const page = await ask(`${base}.html`);
  expect(page.headers.get('content-type')).toContain('text/html');
  for (const { title } of json.findings.tables)
    expect(page.text).toContain(title.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('"', '&quot;'));
  const csv = await ask(`${base}.csv`);
  expect(csv.status).toBe(200);
  expect(json.findings.method.length).toBeGreaterThan(2);
  return json;
}
