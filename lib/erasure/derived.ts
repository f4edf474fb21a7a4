import { readParquet } from '../formats/index.ts';
import type { CohortName, Current } from '../ingest/ports.ts';
import type { Her } from './her.ts';
import { finderOf } from './mentions.ts';
import type { ErasurePorts, Version } from './ports.ts';

/** What went of the derived bucket. */
export interface Withdrawn {
  readonly results: number;
  readonly documents: number;
}

/** Made on asking and gone after a day: they go whoever is in them, since they are made again. */
const PASSING = ['jobs/', 'annotated/', 'studies/', 'patients/'];

/** Documents that are text, small, and told by what stands in them; those in force stay. */
const TEXTS = ['listings/', 'revisions/', 'definitions/'];

/** The frame that a document belongs to. */
function frameOf({ name }: Version): string | undefined {
  return /^frames\/([^/]+)\//.exec(name)?.[1];
}

/**
 * Withdraws the results of frames that held her, and removes for good, with every version, those results, those frames and what else of the derived bucket
 * may tell of her. What the cohort answers from now was made without her and stays.
 */
export async function withdraw(
  cohort: CohortName,
  her: Her,
  current: Current | undefined,
  ports: ErasurePorts,
): Promise<Withdrawn> {
  const all: Version[] = [];
  for await (const page of ports.versions.list('derived', cohort)) all.push(...page);
  const frames = new Set(all.flatMap((version) => frameOf(version) ?? []));
  const held = new Set<string>();
  for (const frame of frames)
    if (frame !== current?.frame && (await frameHolds(cohort, frame, her, ports))) held.add(frame);

  const gone = new Set<string>();
  const at = new Date(ports.now()).toISOString();
  let results = 0;
  for (const { id, frame, state } of await ports.results.list(cohort)) {
    // A frame that isn't there any more can't be looked into.
    if (frame === current?.frame || !(held.has(frame) || !frames.has(frame))) continue;
    gone.add(id);
    if (state === 'withdrawn') continue;
    await ports.results.withdraw(cohort, id, at);
    results += 1;
  }
  const finds = finderOf([...her.identifiers, ...her.keys]);
  const inForce = namesInForce(current);
  const remove: Version[] = [];
  for (const version of all) {
    const frame = frameOf(version);
    const result = /^results\/([0-9a-f]{64})\./.exec(version.name)?.[1];
    if (
      (frame !== undefined && held.has(frame)) ||
      (result !== undefined && gone.has(result)) ||
      PASSING.some((folder) => version.name.startsWith(folder)) ||
      (!inForce.has(version.name) && (await textHolds(cohort, version, finds, ports)))
    )
      remove.push(version);
  }
  await ports.versions.remove('derived', cohort, remove);
  return { results, documents: remove.length };
}

function namesInForce(current: Current | undefined): ReadonlySet<string> {
  if (!current) return new Set();
  const { definition, revision, listing } = current;
  return new Set([`definitions/${definition}.json`, `revisions/${revision}.json`, `listings/${listing}.json`]);
}

async function textHolds(
  cohort: CohortName,
  version: Version,
  finds: (text: string) => boolean,
  { versions }: ErasurePorts,
): Promise<boolean> {
  if (version.marker || !TEXTS.some((folder) => version.name.startsWith(folder))) return false;
  const bytes = await versions.read('derived', cohort, version);
  return bytes !== undefined && finds(new TextDecoder().decode(bytes));
}

/** Whether a frame holds her: among its patients, those whom validation set apart, or in what its problems say. What can't be read is taken to. */
async function frameHolds(cohort: CohortName, frame: string, her: Her, { documents }: ErasurePorts): Promise<boolean> {
  const bytes = await documents.get(cohort, `frames/${frame}/patients.parquet`);
  const problems = await documents.get(cohort, `frames/${frame}/problems.json`);
  if (!bytes || (problems && finderOf(her.identifiers)(new TextDecoder().decode(problems)))) return true;
  try {
    const { table, metadata } = await readParquet(bytes);
    for (const column of table.columns.values()) {
      if (column.type === 'text' && column.values.some((value) => value === her.patient)) return true;
      if (column.type === 'category' && column.levels.includes(her.patient)) return true;
    }
    return (metadata['apart'] ?? '').includes(her.patient);
  } catch {
    return true;
  }
}
