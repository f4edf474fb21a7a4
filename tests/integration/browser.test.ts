import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './client.ts';
import { demoFiles, give, result } from './cohort.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await driver.launch({ args: chromium.args, executablePath: await chromium.executablePath() });
});
afterAll(() => browser?.close());

describe('A link in a browser', () => {
  it('opens the page with its curves and tables, which asks nobody for anything else', async () => {
    await give('crlm-tcia', demoFiles('crlm-tcia'));
    const { id } = (await result('crlm-tcia', { analysis: 'survival', endpoint: 'os', by: 'crs' })).json;
    const { url } = (await ask(`/cohorts/crlm-tcia/results/${id}/links`, { body: { representation: 'html' } })).json;
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(url);
    expect(asked.filter((address) => address !== url && !address.endsWith('/favicon.ico'))).toEqual([]);
    expect(await page.locator('h1').innerText()).toContain('Overall survival');
    const picture = await page.locator('svg').first().boundingBox();
    expect(picture?.width).toBeGreaterThan(400);
    expect(await page.locator('svg').first().getAttribute('role')).toBe('img');
    expect(await page.locator('table').count()).toBeGreaterThan(2);
    expect(await page.locator('th[scope]').count()).toBeGreaterThan(5);
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(wide).toBe(0);
  });
});
