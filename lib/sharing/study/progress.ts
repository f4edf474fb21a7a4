import { commonGrid } from '../control/grid.ts';
import type { AnswerDocument, Approval, Leavers, StudyAnalysis } from '../documents.ts';
import { unmaskedSums } from '../masks.ts';
import { baseSteps, groupLabels } from '../methods/counts.ts';
import { columnCount } from '../methods/site-rows.ts';
import type { Signed } from '../signing.ts';
import type { Asked, RoundData } from './asked.ts';
import { type HeldClose, heldClose } from './closes.ts';
import { gridSteps, maskedCount, openForm } from './forms.ts';
import { modelStateAfter } from './model-state.ts';
import { isModel, isWaived, methodsOf, roundsOf, siteNames } from './protocol.ts';
import type { Evidence, StudyRecord } from './read.ts';

/** An analysis whose rounds are complete, and the sites that gave them. */
export interface Finished {
  readonly analysis: StudyAnalysis;
  readonly sites: readonly string[];
  readonly rounds: readonly RoundData[];
  /** Of a masked curve: where its bins end. */
  readonly edges?: readonly number[];
}

/** A round that waits for answers. */
export interface OpenRound {
  readonly attempt: number;
  readonly round: number;
  readonly sites: readonly string[];
  /** Digests of what the answers rest on, in the order of the sites. */
  readonly parents: readonly string[];
  readonly asked: readonly Asked[];
  readonly answers: ReadonlyMap<string, Signed<AnswerDocument>>;
  /** Before this nobody answers; milliseconds since 1970. */
  readonly notBefore: number;
}

/** How far a study is: the same for whoever has the same documents. */
export interface Progress {
  readonly phase: 'approvals' | 'round' | 'result' | 'stopped';
  /** Why it stopped. */
  readonly reason?: string;
  /** The sites that go on. */
  readonly sites: readonly string[];
  /** Who has gone: why, and in which round of which attempt. */
  readonly gone: ReadonlyMap<string, string>;
  readonly open?: OpenRound;
  readonly finished: readonly Finished[];
  /** Analyses that can't be finished, and why. */
  readonly dropped: ReadonlyMap<string, string>;
  /** Digests of the answers used, by attempt, round and site. */
  readonly answers: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Derives how far a study is from what its documents say, and from nothing else. */
export function progressOf(record: StudyRecord): Progress {
  return new Walk(record).walk();
}

class Walk {
  readonly #record: StudyRecord;
  readonly #finished: Finished[] = [];
  readonly #dropped = new Map<string, string>();
  readonly #gone = new Map<string, string>();
  readonly #used: string[] = [];
  readonly #evidence: Evidence[];
  readonly #isUsed = new Set<string>();

  constructor(record: StudyRecord) {
    this.#record = record;
    this.#evidence = [...record.evidence];
  }

  walk(): Progress {
    const { protocol, approvals, refusals, answers, equivocation } = this.#record;
    const all = siteNames(protocol);
    if (equivocation) return this.#end('stopped', all, { reason: `equivocation of ${equivocation.site}` });
    // whoever approved and saw others answer leaves; she can't undo what they finish without her
    const early = refusals.find(
      ({ document: { site, round } }) => round === 0 && (answers.length === 0 || !approvals.has(site)),
    );
    if (early) return this.#end('stopped', all, { reason: `${early.document.site} refused: ${early.document.code}` });
    const isApproved = all.every((site) => this.#isApproved(site));
    if (!isApproved) return this.#end('approvals', all);
    return this.#attempts(
      all,
      all.map((site) => approvals.get(site)!.digest),
    );
  }

  /** An approval counts where it speaks the protocol's versions of methods and keeps to its rule about patients at two sites. */
  #isApproved(site: string): boolean {
    const approval = this.#record.approvals.get(site)?.document;
    if (!approval) return false;
    const versions = Object.entries(methodsOf(this.#record.protocol));
    const speaks = versions.every(([method, version]) => approval.methods[method] === version);
    if (!speaks) this.#evidence.push({ site, name: 'approval.json', why: 'methods' });
    const isSound = leaversHold(approval, this.#record);
    if (!isSound) this.#evidence.push({ site, name: 'approval.json', why: 'leavers' });
    return speaks && isSound && approval.duplicates === this.#record.protocol.duplicates;
  }

  #attempts(all: readonly string[], approvals: readonly string[]): Progress {
    let sites = all;
    let parents = approvals;
    let notBefore = Number.NEGATIVE_INFINITY;
    for (let attempt = 1; ; attempt++) {
      if (sites.length < 2) return this.#end('stopped', sites, { reason: 'fewer than two sites' });
      const due = this.#due(sites);
      if (due.length === 0) {
        // what was complete stays a result; a study of which nothing was is none
        if (this.#finished.length === 0) return this.#end('stopped', sites, { reason: 'nothing can be finished' });
        return this.#end('result', sites);
      }
      const outcome = this.#attempt({ attempt, sites, parents, notBefore }, due);
      if ('phase' in outcome) return outcome;
      for (const [site, why] of Object.entries(outcome.without)) this.#gone.set(site, why);
      sites = outcome.next.sites;
      parents = outcome.parents;
      notBefore = Date.parse(outcome.next.notBefore);
    }
  }

  /** What is still to be answered by these sites. */
  #due(sites: readonly string[]): StudyAnalysis[] {
    const open = this.#record.protocol.analyses.filter(
      ({ id }) => !this.#dropped.has(id) && !this.#finished.some(({ analysis }) => analysis.id === id),
    );
    const lost = open.filter(({ mode }) => mode === 'masked' && sites.length < 3);
    for (const { id } of lost) this.#dropped.set(id, 'fewer than three sites remain');
    return open.filter((analysis) => !lost.includes(analysis));
  }

  #attempt(
    at: Pick<OpenRound, 'attempt' | 'sites' | 'parents' | 'notBefore'>,
    due: readonly StudyAnalysis[],
  ): Progress | HeldClose {
    const { sites } = at;
    const collected = new Map<string, RoundData[]>(due.map(({ id }) => [id, []]));
    const edges = new Map(due.map((analysis) => [analysis.id, this.#edges(analysis, sites)]));
    const last = Math.max(...due.map(roundsOf));
    let { parents } = at;
    for (let round = 1; round <= last; round++) {
      const asked = this.#asked(due, round, collected, edges);
      if (asked.length === 0) break;
      const open: Omit<OpenRound, 'answers'> = { ...at, round, parents, asked };
      const answers = this.#answers(open);
      const held = heldClose(this.#record, open);
      if (held) {
        for (const site of Object.keys(held.without).filter((each) => answers.has(each)))
          this.#evidence.push({ site, name: `a${at.attempt}-r${round}.json`, why: 'closed' });
        this.#closed(due, round, collected, edges, open, answers.size === sites.length);
        return held;
      }
      if (answers.size < sites.length) return this.#end('round', sites, { open: { ...open, answers } });
      const ordered = sites.map((site) => answers.get(site)!);
      this.#collect(asked, ordered, collected);
      parents = ordered.map(({ digest }) => digest);
      this.#used.push(...parents);
    }
    for (const analysis of due) this.#finish(analysis, sites, collected, edges);
    if (this.#finished.length === 0) return this.#end('stopped', sites, { reason: 'nothing can be finished' });
    return this.#end('result', sites);
  }

  #finish(
    analysis: StudyAnalysis,
    sites: readonly string[],
    collected: ReadonlyMap<string, RoundData[]>,
    edges: ReadonlyMap<string, readonly number[] | undefined>,
  ): void {
    if (this.#dropped.has(analysis.id)) return;
    const own = edges.get(analysis.id);
    this.#finished.push({ analysis, sites, rounds: collected.get(analysis.id)!, ...(own && { edges: own }) });
  }

  /** A round was closed without somebody: what is complete stays; masked rounds that were complete are never made again with fewer. */
  #closed(
    due: readonly StudyAnalysis[],
    round: number,
    collected: ReadonlyMap<string, RoundData[]>,
    edges: ReadonlyMap<string, readonly number[] | undefined>,
    { sites }: Pick<OpenRound, 'sites'>,
    isComplete: boolean,
  ): void {
    for (const analysis of due) {
      const ownRounds = isModel(analysis) ? analysis.rounds : 1;
      if (ownRounds < round) this.#finish(analysis, sites, collected, edges);
      else if (analysis.mode === 'masked' && (round > 1 || isComplete))
        this.#dropped.set(analysis.id, 'a masked round that was complete is not made again without one of its sites');
    }
  }

  #edges(analysis: StudyAnalysis, sites: readonly string[]): readonly number[] | undefined {
    if (analysis.method !== 'kaplan-meier/1' || analysis.mode === 'open') return undefined;
    const { protocol, codebook, approvals } = this.#record;
    if (isWaived(protocol, 'grid')) return baseSteps(analysis.grid);
    const groups = analysis.group === undefined ? ['all'] : groupLabels(codebook, analysis.group);
    const leavers = groups.map((_, g) =>
      sites.map(
        (site) => approvals.get(site)!.document.leavers[analysis.id]?.[String(g)] ?? { edges: [], leavers: [] },
      ),
    );
    return commonGrid(leavers, gridSteps(analysis), protocol.thresholds.k, sites.length);
  }

  #asked(
    due: readonly StudyAnalysis[],
    round: number,
    collected: ReadonlyMap<string, RoundData[]>,
    edges: ReadonlyMap<string, readonly number[] | undefined>,
  ): Asked[] {
    return due.flatMap((analysis): Asked[] => {
      if (roundsOf(analysis) < round || this.#dropped.has(analysis.id)) return [];
      const own = edges.get(analysis.id);
      if (!isModel(analysis)) return [{ analysis, round, ...(own && { edges: own }) }];
      const size = columnCount(this.#record.codebook, analysis.covariates);
      const state = modelStateAfter(analysis, collected.get(analysis.id)!, size);
      if (state === undefined || ![...state.beta].every(Number.isFinite)) {
        this.#dropped.set(analysis.id, 'the sites together do not determine its coefficients');
        return [];
      }
      return [{ analysis, round, beta: state.beta }];
    });
  }

  /** The answers of a round that rest on its parents and have its form; the others are evidence. */
  #answers(open: Omit<OpenRound, 'answers'>): Map<string, Signed<AnswerDocument>> {
    const found = new Map<string, Signed<AnswerDocument>>();
    for (const signed of this.#record.answers) {
      const { document, digest } = signed;
      if (document.attempt !== open.attempt || document.round !== open.round) continue;
      this.#isUsed.add(digest);
      const why = faultOf(document, open, this.#record);
      if (why === undefined) found.set(document.site, signed);
      else this.#evidence.push({ site: document.site, name: `a${document.attempt}-r${document.round}.json`, why });
    }
    return found;
  }

  #collect(
    asked: readonly Asked[],
    answers: readonly Signed<AnswerDocument>[],
    collected: ReadonlyMap<string, RoundData[]>,
  ): void {
    const parts = answers.flatMap(({ document: { masked } }) =>
      masked ? [new Uint8Array(Buffer.from(masked.data, 'base64'))] : [],
    );
    const sums = unmaskedSums(parts);
    let from = 0;
    for (const each of asked) {
      const { id, mode } = each.analysis;
      const count = maskedCount(each, this.#record.codebook);
      collected
        .get(id)!
        .push(
          mode === 'masked'
            ? { sums: sums.slice(from, from + count) }
            : { open: answers.map(({ document }) => document.open[id]!) },
        );
      from += count;
    }
  }

  #end(phase: Progress['phase'], sites: readonly string[], more: Pick<Progress, 'reason' | 'open'> = {}): Progress {
    const { otherKeys } = this.#record;
    if ((phase === 'approvals' || phase === 'round') && otherKeys.length > 0)
      return this.#end('stopped', sites, { reason: `the keys of ${otherKeys.join(', ')} are others by now` });
    for (const { document, digest } of this.#record.answers)
      if (!this.#isUsed.has(digest) && phase !== 'approvals' && isClosed(document, more.open))
        this.#evidence.push({
          site: document.site,
          name: `a${document.attempt}-r${document.round}.json`,
          why: 'closed',
        });
    return {
      phase,
      ...more,
      sites,
      gone: this.#gone,
      finished: this.#finished,
      dropped: this.#dropped,
      answers: this.#used,
      evidence: this.#evidence,
    };
  }
}

/** Whether an approval's leavers can be: who makes some up would choose the grid on which others are counted. */
function leaversHold({ leavers, n }: Approval, { protocol }: StudyRecord): boolean {
  const { k } = protocol.thresholds;
  const curves = protocol.analyses.filter((analysis) => analysis.method === 'kaplan-meier/1');
  return curves.every((curve) => {
    const groups = Object.hasOwn(leavers, curve.id) ? Object.values(leavers[curve.id]!) : [];
    const all = groups.flatMap((group) => group.leavers).reduce((a, b) => a + b, 0);
    const isCounted = (group: Leavers): boolean =>
      group.edges.length === group.leavers.length &&
      group.edges.every((edge, i) => edge > (group.edges[i - 1] ?? 0) && edge <= gridSteps(curve) + 1) &&
      group.leavers.every((count) => count >= k);
    return all <= n && groups.every(isCounted);
  });
}

/** Whether an answer belongs to a round that is over, or that never was. */
function isClosed({ attempt }: AnswerDocument, open: OpenRound | undefined): boolean {
  return open === undefined || attempt < open.attempt;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

/** Why an answer is none to a round: undefined where it rests on the round's parents and has its form. */
export function faultOf(
  document: AnswerDocument,
  open: Omit<OpenRound, 'answers'>,
  { codebook }: StudyRecord,
): string | undefined {
  const same = (a: readonly string[], b: readonly string[]): boolean =>
    a.length === b.length && a.every((x, i) => x === b[i]);
  if (!open.sites.includes(document.site) || !same(document.sites, open.sites)) return 'sites';
  if (!same(document.parents, open.parents)) return 'parents';
  const asked = open.asked.filter(({ analysis }) => analysis.mode === 'open');
  if (!same(Object.keys(document.open).sort(), asked.map(({ analysis }) => analysis.id).sort())) return 'form';
  for (const each of asked) {
    const summary = document.open[each.analysis.id]!;
    if (!openForm(each, codebook).safeParse(summary).success) return 'form';
    const at = (summary as { readonly beta?: readonly number[] } | null)?.beta;
    if (at && !at.every((value, j) => near(value, each.beta![j]!))) return 'beta';
  }
  const numbers = open.asked.reduce((sum, each) => sum + maskedCount(each, codebook), 0);
  if (numbers !== (document.masked?.numbers ?? 0)) return 'form';
  if (document.masked && Buffer.from(document.masked.data, 'base64').length !== numbers * 16) return 'form';
  return undefined;
}
