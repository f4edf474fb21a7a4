/**
 * `npm start`: the stack that `cdk synth` makes, on this machine, with the demo's cohorts.
 *
 * --once        answers the questions of the two real cohorts and ends: 0, or 1 and says why
 * --report      also makes the whole report of the synthetic cohort, and ends so
 * --empty       without the demo
 * --data DIR    keeps buckets, table, waiting messages and keys in DIR
 * --port N      of the API
 */
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Stack, startStack } from '../cdk/local/index.ts';
import { DEMO_SITE, DEMO_SITE_NAME } from '../demo/cohorts.ts';
import { isSignetError } from '../lib/base/index.ts';
import { synthesise } from './assembly.ts';
import { loadSynthetic, runDemo } from './local/demo.ts';
import { invitation } from './local/invitation.ts';
import { Progress } from './local/progress.ts';
import { type AskedReport, askReport, awaitReport, offerReport } from './local/report.ts';
import { forgetRunning, tellRunning } from './local/running.ts';
import { equipSite, operatorOn } from './local/sites.ts';
import { Visitor } from './local/visitor.ts';

const PORT = 8080;

interface Options {
  readonly once: boolean;
  readonly report: boolean;
  readonly empty: boolean;
  readonly data?: string | undefined;
  readonly port?: number | undefined;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      empty: { type: 'boolean', default: false },
      data: { type: 'string' },
      port: { type: 'string' },
    },
  });
  const { once, report, empty, data, port } = values;
  if (report && empty) throw new TypeError('--report makes the report of the demo, and --empty leaves the demo out');
  if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new TypeError(`${port} is no port`);
  return { once, report, empty, data, port: port === undefined ? undefined : Number(port) };
}

/** At the port asked for, else at the usual one, else at any free one. */
async function startAtPort({ data, port }: Options, progress: Progress, onLog: (line: string) => void): Promise<Stack> {
  const options = { assembly: await synthesise(), sites: [DEMO_SITE], data, onLog };
  try {
    return await startStack({ ...options, port: port ?? PORT });
  } catch (error) {
    if (port !== undefined || !isSignetError(error, 'port-taken')) throw error;
    progress.done(`port ${PORT} is in use: another one is taken`);
    return startStack(options);
  }
}

function openLog(): (line: string) => void {
  const folder = path.resolve(import.meta.dirname, '..', '.signet');
  mkdirSync(folder, { recursive: true });
  const log = createWriteStream(path.join(folder, 'functions.log'), { mode: 0o600 });
  return (line) => log.write(`${line}\n`);
}

/** What a shell says of a command that Ctrl-C ended before its work was done. */
const INTERRUPTED = 130;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

async function interrupted(): Promise<void> {
  const { signal } = interruption;
  if (!signal.aborted) await once(signal, 'abort');
}

/** Waits for a report while the stack serves, and gives out a link to it. A report that fails ends nothing; of one that Ctrl-C broke off nothing is said. */
async function showReport(stack: Stack, visitor: Visitor, asked: AskedReport, progress: Progress): Promise<void> {
  try {
    const { id } = await awaitReport(visitor, asked, progress);
    await offerReport(visitor, { cohort: asked.cohort, id }, stack.api);
  } catch (error) {
    if (interruption.signal.aborted) return;
    progress.done(`report of ${asked.cohort}: not made`);
    tell(error);
  }
}

/** Runs the demo, and unless that was all, says how to go on and serves for good while the report is made. */
async function visit(stack: Stack, visitor: Visitor, options: Options, progress: Progress): Promise<void> {
  const { once, report, empty } = options;
  const result = empty ? undefined : await runDemo(visitor, progress);
  if (once && !report) return;
  const asked = empty ? undefined : await askReport(visitor, await loadSynthetic(visitor, progress), stack.api);
  if (report && asked) {
    await awaitReport(visitor, asked, progress);
    return;
  }
  console.log(await invitation(stack, visitor, DEMO_SITE, result));
  console.log('\nServing until Ctrl-C. Lines of the functions: .signet/functions.log');
  if (asked) await showReport(stack, visitor, asked, progress);
  await new Promise(() => undefined);
}

async function main(): Promise<void> {
  const options = readOptions();
  const progress = new Progress();
  progress.show('making the template and the bundles');
  const began = performance.now();
  const stack = await startAtPort(options, progress, openLog());
  progress.done(`serving at ${stack.api} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const { api, issuer, issuerSecret } = stack;
  tellRunning({ pid: process.pid, deployments: [{ api, issuer, secret: issuerSecret, sites: [DEMO_SITE] }] });
  try {
    // What is shared with sites, or as a link, is signed.
    const site = { id: DEMO_SITE, name: DEMO_SITE_NAME, claim: DEMO_SITE, address: null };
    const fingerprint = await equipSite(site, operatorOn(stack));
    progress.done(`fingerprint of the keys of ${DEMO_SITE}: ${fingerprint}`);
    const visitor = await Visitor.at(stack, DEMO_SITE);
    await Promise.race([visit(stack, visitor, options, progress), interrupted()]);
    visitor.leave();
  } finally {
    forgetRunning();
    await stack.stop();
  }
}

/** Says why, and how to go on. */
function tell(error: unknown): void {
  const { remedy } = isSignetError(error) ? error : {};
  console.error([`\n${error instanceof Error ? error.message : error}`, remedy].filter(Boolean).join('\n'));
}

/** What Ctrl-C broke off is no failure to tell of. */
function fail(error: unknown): void {
  if (interruption.signal.aborted) {
    process.exitCode = INTERRUPTED;
    return;
  }
  tell(error);
  process.exitCode = 1;
}

await main().catch(fail);
