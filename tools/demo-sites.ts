/**
 * `npm run demo:sites`: three hospitals with SYNTHETIC patients of their own, tenants of one deployment on this machine, carry one study through:
 * proposed, tried, approved, answered in rounds, attested. It ends with the pooled numbers beside what all rows in one place would have given.
 *
 * --apart   three deployments, which exchange nothing but documents
 * --once    ends: 0, or 1 and says why unless every attestation agrees and the numbers match
 */
import { once } from 'node:events';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { siteUploads } from '../demo/uploads.ts';
import { isSignetError } from '../lib/base/index.ts';
import { synthesise } from './assembly.ts';
import { Progress } from './local/progress.ts';
import { forgetRunning, tellRunning } from './local/running.ts';
import { settle } from './local/settle.ts';
import { besideTogether, printBeside } from './sites/beside/index.ts';
import { carryStudy } from './sites/carry.ts';
import { demoRows } from './sites/demo-rows.ts';
import { DEMO_CODEBOOK, demoProtocol } from './sites/demo-study.ts';
import { type Hospital, type Hospitals, startHospitals } from './sites/hospitals.ts';
import { disagreements, withheldLines } from './sites/outcome.ts';
import { cohortOfTables, SYNTHETIC_SITES, type SyntheticSite, syntheticTables } from './sites/synthetic.ts';
import { studyTelling } from './sites/telling.ts';

const COHORT = 'crlm';
const FOLDER = path.resolve(import.meta.dirname, '..', '.signet');
const DAY = 86_400_000;
/** How often deployments that are apart look for documents; a hospital's would wait a minute or more. */
const LOOK_SECONDS = 5;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Puts a hospital's own patients into its part of the bucket, with the definition that derives the study's variables. */
async function load(hospital: Hospital, site: SyntheticSite, progress: Progress): Promise<void> {
  const uploads = await siteUploads(COHORT, syntheticTables(site));
  await hospital.visitor.putCohort(uploads);
  const { patients } = await settle(hospital.visitor, uploads, (says) => progress.show(`${site.site}: ${says}`));
  progress.done(
    `${site.site}: ${patients} SYNTHETIC patients (seed ${site.seed}), fingerprint ${hospital.fingerprint}`,
  );
}

function openLog(): (line: string) => void {
  mkdirSync(FOLDER, { recursive: true });
  const log = createWriteStream(path.join(FOLDER, 'functions.log'), { mode: 0o600 });
  return (line) => log.write(`${line}\n`);
}

/** Carries the study through and prints all of it; answers what is not as it should be. */
async function conduct({ all }: Hospitals, isApart: boolean, progress: Progress): Promise<string[]> {
  await Promise.all(
    all.map((hospital) => load(hospital, SYNTHETIC_SITES.find(({ site }) => site === hospital.site)!, progress)),
  );
  const began = performance.now();
  const protocol = demoProtocol(all, new Date(Date.now() + DAY).toISOString());
  const carried = await carryStudy(
    all,
    { protocol, codebook: DEMO_CODEBOOK, cohort: COHORT },
    studyTelling(progress, (line) => console.log(line)),
  );
  const { study, status, attestations } = carried;
  console.log(
    `\nEnded ${seconds(began)} after it was proposed${isApart ? `; each deployment looked for documents every ${LOOK_SECONDS} seconds` : ''}.`,
  );
  for (const [site, says] of Object.entries(status)) console.log(`  ${site}: ${says}`);
  const faults = disagreements(
    carried,
    all.map(({ site }) => site),
  );
  const [attested] = attestations;
  if (attested === undefined) return faults;
  const rows = SYNTHETIC_SITES.map((site) => demoRows(cohortOfTables(site, syntheticTables(site))));
  const beside = besideTogether(attested.numbers, rows);
  for (const part of beside) console.log(`\n${printBeside(part)}`);
  console.log(`\nWithheld, and why\n${(await withheldLines(all[0]!, study)).join('\n')}`);
  console.log(`\n${await pictures(all[0]!, study)}`);
  const differing = beside.flatMap((part) => part.faults);
  return [
    ...faults,
    ...(differing.length > 0 ? [`${differing.length} numbers DIFFER from all rows, as told above`] : []),
  ];
}

/** Where the pictures and the whole result are: over the API, and as files that a browser opens. */
async function pictures({ visitor, stack, site }: Hospital, study: string): Promise<string> {
  const result = `/studies/${study}/result`;
  const files: string[] = [];
  for (const [name, query] of [
    ['forest.svg', 'form=svg&figure=cox-forest'],
    ['curves.svg', 'form=svg&figure=km-curves'],
    ['result.html', 'form=html'],
  ] as const) {
    const answer = await visitor.ask(`${result}?${query}`);
    if (!answer.ok) throw new TypeError(`${name} of the study was not to be had: ${answer.status}`);
    const file = path.join(FOLDER, `sites-${name}`);
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    files.push(file);
  }
  return [
    `The forest plot: ${stack.api}${result}?form=svg&figure=cox-forest`,
    `  to be asked with a token: curl -H "Authorization: Bearer $(npm run --silent token -- --site ${site} --role analyst)"`,
    ...files.map((file) => `  as it is now: file://${file}`),
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean', default: false }, apart: { type: 'boolean', default: false } },
  });
  const progress = new Progress();
  progress.show('making the template and the bundles');
  const began = performance.now();
  const hospitals = await startHospitals(SYNTHETIC_SITES, {
    assembly: await synthesise(),
    apart: values.apart,
    onLog: openLog(),
    told: (says) => progress.show(says),
    parameters: values.apart ? { StudiesSchedule: `rate(${LOOK_SECONDS} seconds)` } : {},
  });
  progress.done(
    `${values.apart ? 'three deployments' : 'three tenants of one deployment'} after ${seconds(began)}, each with the others' cards confirmed`,
  );
  const stacks = Map.groupBy(hospitals.all, ({ stack }) => stack);
  tellRunning({
    pid: process.pid,
    deployments: [...stacks].map(([{ api, issuer, issuerSecret }, tenants]) => ({
      ...{ api, issuer, secret: issuerSecret },
      sites: tenants.map(({ site }) => site),
    })),
  });
  try {
    await Promise.race([show(hospitals, values, progress), interrupted()]);
  } finally {
    forgetRunning();
    await hospitals.stop();
  }
}

async function show(
  hospitals: Hospitals,
  options: { readonly once: boolean; readonly apart: boolean },
  progress: Progress,
): Promise<void> {
  const faults = await conduct(hospitals, options.apart, progress);
  if (faults.length > 0) {
    console.log(`\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    console.log(`Not as it should be: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`);
    process.exitCode = 1;
  } else console.log('\nEvery attestation agrees, and the numbers are those of all rows in one place.');
  if (options.once) return;
  console.log(`\nTo go on by hand (docs/sharing.md), each hospital with its cohort ${COHORT}:`);
  for (const { site, stack } of hospitals.all)
    console.log(
      `${site}: ${stack.api}\n  curl ${stack.api}/studies -H "Authorization: Bearer $(npm run --silent token -- --site ${site} --role steward)"`,
    );
  console.log('Serving until Ctrl-C. Lines of the functions: .signet/functions.log');
  await new Promise(() => undefined);
}

async function interrupted(): Promise<void> {
  const { signal } = interruption;
  if (!signal.aborted) await once(signal, 'abort');
}

await main().catch((error: unknown) => {
  if (interruption.signal.aborted) {
    process.exitCode = 130;
    return;
  }
  const { remedy } = isSignetError(error) ? error : {};
  console.error([`\n${error instanceof Error ? error.message : error}`, remedy].filter(Boolean).join('\n'));
  process.exitCode = 1;
});
