import type { DemoUploads } from '../../../demo/uploads.ts';
import { ANALYSES, answerAsked } from '../../../lib/analyses/index.ts';
import { ENGINE } from '../../../lib/answer/index.ts';
import { buildFrame, type CohortFrame, openCohort } from '../../../lib/cohort/index.ts';
import { renderHtml } from '../../../lib/render/index.ts';
import { type ResultDocument, seal } from '../../../lib/result/index.ts';
import { readUploads } from './reading.ts';

/** What a stage of the report cost, in seconds. */
export interface Stage {
  readonly name: string;
  /** Processor time of all threads. */
  readonly cpu: number;
  readonly wall: number;
}

/** A report that was made in this process, and what each stage cost. */
export interface StagedReport {
  readonly stages: readonly Stage[];
  readonly frame: CohortFrame;
  readonly html: number;
  /** Parts that the data didn't allow, with the code of the reason. */
  readonly refused: readonly string[];
}

/** Adds up time by the name of what is being done. */
class Stopwatch {
  readonly #sums = new Map<string, { cpu: number; wall: number }>();
  #name: string | undefined;
  #cpu = process.cpuUsage();
  #wall = performance.now();

  /** From now on it is this that is done; without a name, nothing. Gives whether it is something else than before. */
  turn(name?: string): boolean {
    if (name === this.#name) return false;
    const { user, system } = process.cpuUsage(this.#cpu);
    if (this.#name !== undefined) {
      const sum = this.#sums.get(this.#name) ?? { cpu: 0, wall: 0 };
      this.#sums.set(this.#name, {
        cpu: sum.cpu + (user + system) / 1e6,
        wall: sum.wall + (performance.now() - this.#wall) / 1000,
      });
    }
    [this.#name, this.#cpu, this.#wall] = [name, process.cpuUsage(), performance.now()];
    return true;
  }

  get stages(): readonly Stage[] {
    return [...this.#sums].map(([name, sum]) => ({ name, ...sum }));
  }
}

/** The item of a part, which stands alone or after the sensitivity that it is under, with its imputation apart: that is another analysis. */
function itemOf(part: string): string {
  const [sensitivity, item] = part.split(' ');
  if (item === undefined) return part;
  return sensitivity === 'imputed' ? `${item} imputed` : item;
}

/** From a site's bytes to the HTML of the whole report, one stage after the other. `progress` is told of each. */
export async function stagedReport(uploads: DemoUploads, progress: (says: string) => void): Promise<StagedReport> {
  const watch = new Stopwatch();
  const turn = (name: string): void => {
    if (watch.turn(name)) progress(name);
  };
  turn('reading');
  const { definition, sources } = await readUploads(uploads);
  turn('frame');
  const frame = openCohort({
    definition,
    ...buildFrame(definition, sources),
    digest: 'in memory',
    revision: 'in memory',
    name: uploads.name,
  });
  frame.eligibility();
  const report = ANALYSES.find(({ name }) => name === 'report')!;
  const request = report.request.parse({ analysis: 'report' });
  const findings = await answerAsked(report, frame, request, {
    stage: (says) => turn(itemOf(says.split(':')[0]!)),
    stopped: () => undefined,
  });
  turn('rendering');
  const html = renderHtml(documentOf(frame, request, findings));
  watch.turn();
  const refused = (findings.report?.parts ?? []).flatMap(({ id, refused }) =>
    refused ? [`${id} ${refused.code}`] : [],
  );
  return { stages: watch.stages, frame, html: html.length, refused };
}

function documentOf(frame: CohortFrame, request: unknown, findings: ResultDocument['findings']): ResultDocument {
  const { title, definition, digest, revision, rows: patients } = frame;
  return seal({
    schema: 'signet-result/1',
    id: '0'.repeat(64),
    engine: ENGINE,
    analysis: 'report',
    request: request as ResultDocument['request'],
    cohort: { name: 'bench', title, ...(definition.stamp && { stamp: definition.stamp }) },
    frame: { digest, revision, patients },
    refused: [],
    findings,
  });
}
