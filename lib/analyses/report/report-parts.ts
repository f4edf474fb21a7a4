import { type Json, SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { ReportPart } from '../../result/index.ts';
import type { Analysis, Progress } from '../parts/analysis.ts';
import { answerAsked } from '../parts/asked.ts';

type Plan = NonNullable<CohortFrame['definition']['plan']>;

/** An analysis to be made for a report: an item of the plan, as planned or under a sensitivity. */
export interface Planned {
  readonly id: string;
  readonly item: string;
  readonly sensitivity?: { readonly id: string; readonly says: string };
  /** As the API would be asked. */
  readonly request: Readonly<Record<string, Json>>;
}

/**
 * What a plan asks for, in its order: each item, and after it the item again under each sensitivity that names it. `only` are the items
 * that are wanted, all without it.
 */
export function plannedParts({ items, sensitivities }: Plan, only?: readonly string[]): Planned[] {
  return items
    .filter(({ id }) => only?.includes(id) ?? true)
    .flatMap(({ id, ...rest }) => {
      const request = rest as unknown as Readonly<Record<string, Json>>;
      const varied = inCount(sensitivities).filter(([, { of }]) => of.includes(id));
      return [
        { id, item: id, request },
        ...varied.map(([name, { says }]) => ({
          id: `${name} ${id}`,
          item: id,
          sensitivity: { id: name, says },
          request: { ...request, sensitivity: name },
        })),
      ];
    });
}

/** Named things as they are counted, S10 after S9: a definition's normal form has names in the order of their letters. */
export function inCount<T>(named: Readonly<Record<string, T>>): [string, T][] {
  const counted = (name: string) => name.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
  return Object.entries(named).sort(([a], [b]) => (counted(a) < counted(b) ? -1 : 1));
}

/** Progress of one part of several, told as progress of the whole. */
function within(progress: Progress, { id }: Planned, done: number, all: number): Progress {
  return {
    stage: (name, fraction) => progress.stage(`${id}: ${name}`, (done + fraction) / all),
    stopped: () => progress.stopped(),
  };
}

/** Why an analysis could not be made; anything that isn't the question's or the data's fault is thrown on. */
function refusalOf(error: unknown): NonNullable<ReportPart['refused']> {
  if (!(error instanceof SignetError) || error.code === 'stopped') throw error;
  const { place = {}, remedy } = error;
  return {
    code: error.code,
    says: [error.message, remedy].filter((text) => text !== undefined && text !== '').join('. '),
    pointer: place.pointer ?? null,
  };
}

async function answer(
  frame: CohortFrame,
  planned: Planned,
  analyses: readonly Analysis<unknown>[],
  progress: Progress,
): Promise<ReportPart> {
  const { id, item, sensitivity, request } = planned;
  const name = String(request['analysis']);
  const part = {
    id,
    item,
    ...(sensitivity && { sensitivity }),
    analysis: name,
    request: request as ReportPart['request'],
  };
  const analysis = analyses.find((each) => each.name === name);
  if (!analysis) return { ...part, findings: null, refused: unknownAnalysis(name) };
  const read = analysis.request.safeParse(request);
  if (!read.success) {
    const [issue] = read.error.issues;
    const pointer = issue!.path.map((step) => `/${String(step)}`).join('');
    return { ...part, findings: null, refused: { code: 'invalid-request', says: issue!.message, pointer } };
  }
  const asked = { ...part, request: read.data as ReportPart['request'] };
  try {
    return { ...asked, findings: await answerAsked(analysis, frame, read.data, progress), refused: null };
  } catch (error) {
    return { ...asked, findings: null, refused: refusalOf(error) };
  }
}

function unknownAnalysis(name: string): NonNullable<ReportPart['refused']> {
  return { code: 'unknown-analysis', says: `there is no analysis ${name}`, pointer: '/analysis' };
}

/**
 * Makes the analyses one after another. What one can't answer is told in its part, and the others go on. Throws `stopped`, and what is
 * nobody's fault but the code's.
 */
export async function makeParts(
  frame: CohortFrame,
  planned: readonly Planned[],
  analyses: readonly Analysis<unknown>[],
  progress: Progress,
): Promise<ReportPart[]> {
  const parts: ReportPart[] = [];
  for (const each of planned) {
    progress.stopped();
    progress.stage(each.id, parts.length / planned.length);
    parts.push(await answer(frame, each, analyses, within(progress, each, parts.length, planned.length)));
  }
  return parts;
}
