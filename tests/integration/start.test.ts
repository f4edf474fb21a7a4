import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const process of running.splice(0)) process.kill('SIGTERM');
});

function start(...options: string[]): ChildProcess {
  const started = spawn(process.execPath, ['tools/start.ts', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(started);
  return started;
}

async function outcome(started: ChildProcess): Promise<{ code: number; out: string; err: string }> {
  const [out, err, [code]] = await Promise.all([
    text(started.stdout!),
    text(started.stderr!),
    once(started, 'exit') as Promise<[number]>,
  ]);
  return { code, out, err };
}

/** Runs the printed line that shares a result as a link, sees the link, and takes it back: what the link opened to whoever has it. */
async function sharedAsPrinted(printed: string): Promise<Response> {
  const [, token] = /^TOKEN=(\S+)$/m.exec(printed)!;
  const [line] = /^curl .*\/results\/[0-9a-f]{64}\/shares$/m.exec(printed)!;
  const run = spawn('bash', ['-c', line], { env: { ...process.env, TOKEN: token } });
  const { share, link } = JSON.parse(await text(run.stdout));
  const api = new URL(/(http:\S+)$/.exec(line)![1]!).origin;
  const page = await fetch(`${api}${link}`, { headers: { accept: 'text/html' } });
  const authorization = `Bearer ${token}`;
  const ask = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> =>
    (await fetch(`${api}${path}`, { ...init, headers: { authorization } })).json() as Promise<Record<string, unknown>>;
  expect((await ask('/shares'))['given']).toMatchObject([{ share, receiver: 'link', views: 1 }]);
  expect(await ask(`/shares/${share}`, { method: 'DELETE' })).toMatchObject({ share, views: 1 });
  expect((await fetch(`${api}${link}`)).status).toBe(404);
  return page;
}

describe('npm start', () => {
  it('answers once with the figures that R gives, and ends well', async () => {
    const { code, out } = await outcome(start('--once'));
    expect(out).toMatch(/All patients +197 +107 +76\.0 \(67\.1 to 101\) +62\.7%/);
    expect(out).toMatch(/CRS 3-5 +51 +32 +60\.2/);
    expect(out).toContain('log-rank chi-square 3.46, p = 0.063');
    expect(out).toContain('hazard ratio, CRS 3-5: 1.50 (0.98 to 2.32)');
    expect(out).toContain('1,624 genes tested');
    expect(code).toBe(0);
  });

  it('also loads the synthetic cohort, as messy as a site has it, and makes its report while it serves; a second start has it at once', async () => {
    const kept = await mkdtemp(path.join(tmpdir(), 'signet-start-'));
    try {
      const started = start('--data', kept);
      const seen = outcome(started);
      let printed = '';
      started.stdout!.on('data', (chunk: Buffer) => {
        printed += chunk;
      });
      while (!printed.includes('The report, until')) await new Promise((wait) => setTimeout(wait, 50));
      const address = /being made:\n(\S+)/.exec(printed)?.[1];
      expect(printed.indexOf(address!)).toBeLessThan(printed.indexOf('Serving until'));
      expect(address).toMatch(/\/cohorts\/crlm-synthetic\/results\/[0-9a-f]{64}\.html$/);
      const page = await fetch(/The report, until \d\d:\d\d:\n(\S+)/.exec(printed)![1]!);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain('<p class="stamp">SYNTHETIC</p>');
      const shown = await sharedAsPrinted(printed);
      expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await shown.text()).toContain('Released by demo');
      started.kill('SIGINT');
      const { code, err } = await seen;
      expect(err).toMatch(/crlm-synthetic: 10 files, 314 patients, settled/);
      expect(err).toContain('report of crlm-synthetic: made');
      expect(code).toBe(0);

      const again = await outcome(start('--report', '--data', kept));
      expect(again.out).toMatch(/disease-free where the liver was resected +5 +0 +286/);
      expect(again.out).toContain('286 of 314 patients of crlm-synthetic are analysed.');
      expect(again.out).toMatch(
        /Primary analysis, T6: Hazard ratio of converted .*0\.46 \(0\.33 to 0\.63\), p <0\.001/,
      );
      expect(again.out).toMatch(/sensitivity analyses; 0 not answered/);
      const [keys, keptKeys] = [err, again.err].map(
        (said) => /fingerprint of the keys of demo: ([0-9a-f ]{49})/.exec(said)?.[1],
      );
      expect(keptKeys).toBe(keys!);
      expect(again.code).toBe(0);
    } finally {
      await rm(kept, { recursive: true, force: true });
    }
  }, 600_000);

  it('makes no report of a demo that is left out', async () => {
    const { code, err } = await outcome(start('--empty', '--report'));
    expect(err).toContain('--empty leaves the demo out');
    expect(code).toBe(1);
  });

  it('says that the port asked for is taken, and ends badly', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await outcome(start('--empty', '--port', String(port)));
    other.close();
    expect(err).toContain(`port ${port} is in use`);
    expect(code).toBe(1);
  });

  it('says what it does not understand', async () => {
    const { code, err } = await outcome(start('--colour'));
    expect(err).toContain('--colour');
    expect(code).toBe(1);
  });

  it('serves without the demo, gives out tokens to another terminal, and ends when it is told to', async () => {
    const started = start('--empty');
    const seen = outcome(started);
    let printed = '';
    started.stdout!.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
    while (!printed.includes('Serving until')) await new Promise((wait) => setTimeout(wait, 50));
    const api = /API +(\S+)/.exec(printed)?.[1];
    const token = await text(spawn(process.execPath, ['tools/token.ts', '--site', 'demo', '--role', 'viewer']).stdout);
    const answer = await fetch(`${api}/cohorts`, { headers: { authorization: `Bearer ${token.trim()}` } });
    expect(await answer.json()).toEqual({ cohorts: [] });
    const refused = spawn(process.execPath, ['tools/token.ts', '--site', 'nowhere']);
    expect(await text(refused.stderr)).toContain('no site nowhere');
    started.kill('SIGINT');
    expect((await seen).code).toBe(0);
  });
});
