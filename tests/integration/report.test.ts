import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { syntheticUploads } from '../../demo/uploads.ts';
import type { ResultDocument } from '../../lib/result/index.ts';
import { differences, meaningOf } from '../golden.ts';
import { ask, until } from './client.ts';
import { demoFiles, give } from './cohort.ts';

const GOLDEN = path.resolve(import.meta.dirname, '..', 'fixtures', 'golden');

/** A browser of its own for each page: one that made a long PDF is not asked again. */
async function inBrowser(look: (browser: Browser) => Promise<void>): Promise<void> {
  const browser = await driver.launch({ args: chromium.args, executablePath: await chromium.executablePath() });
  try {
    await look(browser);
  } finally {
    await browser.close();
  }
}

async function filesOf(name: string): Promise<Record<string, string | Uint8Array>> {
  if (name !== 'crlm-synthetic') return demoFiles(name);
  const { files } = await syntheticUploads();
  return Object.fromEntries(files.map(({ key, body }) => [key, body]));
}

/** The bytes of a form, as they are sent. */
async function bytesOf(address: string): Promise<Buffer> {
  const headers = { authorization: `Bearer ${inject('tokens').a.viewer}` };
  const answer = await fetch(`${inject('api')}${address}`, { headers });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

describe.each(['crlm-tcia', 'tcga-read', 'crlm-synthetic'])('The report of %s over HTTP', (cohort) => {
  let document: ResultDocument;
  let base: string;
  const stages = new Set<string>();
  beforeAll(async () => {
    await give(cohort, await filesOf(cohort));
    const posted = await ask(`/cohorts/${cohort}/results`, { role: 'analyst', body: { analysis: 'report' } });
    expect([200, 202]).toContain(posted.status);
    const answer =
      posted.status === 200
        ? posted
        : await until(
            () => ask(posted.headers.get('location')!),
            ({ status, json }) => {
              if (status === 202) stages.add(String(json.stage));
              return status !== 202;
            },
            280,
          );
    expect(answer.status, answer.text.slice(0, 500)).toBe(200);
    document = answer.json;
    base = `/cohorts/${cohort}/results/${document.id}`;
  }, 400_000);

  it('is one document under a digest, which names the plan that it followed and when that was put', async () => {
    const { plan, parts } = document.findings.report!;
    expect(document.content).toMatch(/^[0-9a-f]{64}$/);
    expect(parts.length).toBeGreaterThan(10);
    const { json } = await ask(`/cohorts/${cohort}/definition/versions`);
    expect(JSON.stringify(json)).toContain(plan);
  });

  it('means what the golden report means', () => {
    const file = path.join(GOLDEN, `${cohort}.json`);
    const seen = meaningOf(document);
    // `GOLDEN=write` makes it anew, to be read as a difference before it is kept
    if (process.env['GOLDEN'] === 'write') writeFileSync(file, `${JSON.stringify(seen, null, 1)}\n`);
    expect(differences(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(JSON.stringify(seen)))).toEqual([]);
  });

  it('is every table as CSV, one by one and together', async () => {
    const whole = await ask(`${base}.csv`, { role: 'viewer' });
    expect(whole.headers.get('content-type')).toContain('text/csv');
    for (const { id, findings } of document.findings.report!.parts)
      for (const table of findings?.tables ?? [])
        expect(whole.text).toContain(`${id}: `.concat(table.title.slice(0, 8)));
    const one = await ask(`${base}.csv?table=${encodeURIComponent('T6/hazard-ratios')}`, { role: 'viewer' });
    expect(one.text).toMatch(/^"?T6: /);
    expect(one.text).not.toContain('T1: ');
    expect((await ask(`${base}.csv?table=T6%2Fnone`)).status).toBe(404);
  });

  it('is every figure of its items as SVG', async () => {
    const planned = document.findings.report!.parts.filter(({ sensitivity }) => sensitivity === undefined);
    for (const { id, findings } of planned) {
      const [figure] = findings?.figures ?? [];
      if (!figure) continue;
      const { status, text } = await ask(`${base}.svg?figure=${encodeURIComponent(`${id}/${figure.id}`)}`);
      expect([status, text.slice(0, 5)]).toEqual([200, '<svg ']);
      expect(text.includes('SYNTHETIC')).toBe(cohort === 'crlm-synthetic');
    }
  });

  it('is a file for a word processor, the same bytes each time', async () => {
    const first = await bytesOf(`${base}.docx`);
    expect(first.subarray(0, 2).toString()).toBe('PK');
    expect((await bytesOf(`${base}.docx`)).equals(first)).toBe(true);
  });

  it('is a script for R and the file that it reads', async () => {
    const script = await ask(`${base}.R`, { role: 'viewer' });
    expect(script.text).toContain('library(survival)');
    const file = /\/cohorts\/\S+patients\.csv\S*/.exec(script.text)![0];
    const csv = await ask(file, { role: 'analyst' });
    expect([csv.status, csv.headers.get('signet-frame')]).toEqual([200, document.frame.digest]);
    const read = new Set([...script.text.matchAll(/(?:d|eligible)\[\["([^"]+)"\]\]/g)].map(([, name]) => name));
    const columns = new Set(csv.text.slice(0, csv.text.indexOf('\n')).trim().split(','));
    for (const name of read) expect(columns).toContain(name);
  });

  it('is read by a viewer; patients by an analyst, and who was excluded by the steward alone', async () => {
    expect((await ask(base, { role: 'viewer' })).status).toBe(200);
    const body = { analysis: 'report' };
    expect((await ask(`/cohorts/${cohort}/results`, { role: 'viewer', body })).status).toBe(403);
    expect((await ask(`/cohorts/${cohort}/frame/patients.csv`, { role: 'viewer' })).status).toBe(403);
    expect((await ask(`${base}/excluded`, { role: 'analyst' })).status).toBe(403);
    const { status, json } = await ask(`${base}/excluded`, { role: 'steward' });
    expect([status, json.total]).toEqual([
      200,
      cohort === 'crlm-synthetic' ? 32 : document.findings.counts.patients - document.findings.counts.used,
    ]);
  });

  it('is a page that asks for nothing, fits its window and a sheet, and whose headings stand in order', async () => {
    const { url } = (await ask(`${base}/links`, { body: { representation: 'html' } })).json;
    await inBrowser(async (browser) => {
      const page = await browser.newPage();
      const asked: string[] = [];
      const said: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      await page.goto(url);
      for (const width of [794, 1280]) {
        await page.setViewportSize({ width, height: 1000 });
        const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
        expect(over, `at ${width} pixels`).toBe(0);
      }
      const levels: number[] = await page.evaluate(
        '[...document.querySelectorAll("h1, h2, h3, h4")].map((heading) => Number(heading.tagName[1]))',
      );
      expect(levels[0]).toBe(1);
      for (const [i, level] of levels.slice(1).entries()) {
        expect(level).toBeGreaterThan(1);
        expect(level).toBeLessThanOrEqual(levels[i]! + 1);
      }
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize({ width: 665, height: 1000 }); // A4 less its margins
      expect(await page.evaluate(CUT), 'tables wider than a sheet').toEqual([]);
      const sheet = await page.pdf({ format: 'A4', preferCSSPageSize: true });
      expect(sheet.subarray(0, 5).toString()).toBe('%PDF-');
      expect(asked.filter((address) => address !== url && !address.endsWith('/favicon.ico'))).toEqual([]);
      expect(said.filter((text) => !text.includes('favicon'))).toEqual([]);
    });
  }, 240_000);
});

/** Captions of tables that reach beyond the sheet. */
const CUT = `[...document.querySelectorAll("table")]
  .filter((table) => table.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((table) => table.caption.textContent)`;
