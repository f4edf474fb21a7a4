import { type CurveOf, type Family, shownBeside } from '../control/beside.ts';
import type { Codebook, Protocol, StudyAnalysis } from '../documents.ts';
import { groupCodes, groupLabels } from '../methods/counts.ts';
import type { AnalysisSet, SentCurve, SentSetRecord } from '../ports.ts';
import type { Asked, Summary } from './asked.ts';
import type { GridForm } from './forms.ts';
import { isWaived, partnersOf } from './protocol.ts';
import { monthsAt, stepMonths } from './steps.ts';
import { summaryOf } from './summary.ts';

type Curve = Extract<StudyAnalysis, { readonly method: 'kaplan-meier/1' }>;

/** A group's curve as it may be shown beside all that was sent before; `lost` where it lacks edges for that. */
export interface ShownCurve extends CurveOf {
  /** The group's place among the labels. */
  readonly group: number;
  /** With edges as steps of the grid. */
  readonly form: GridForm;
  readonly lost: boolean;
}

/** An open curve by group, null where one is too small, and what else was held back of it. */
interface ShownCurves {
  readonly groups: readonly (ShownCurve | null)[];
  readonly withheld: Summary['withheld'];
}

/** Curves of an endpoint that were sent before, release by release and, of studies, analysis by analysis. */
function familiesOf(sent: readonly SentSetRecord[], endpoint: string): Family[] {
  const curves = sent.flatMap(({ study, analysis = '', patients, curve }) =>
    curve?.of === endpoint ? [{ family: `${study} ${analysis}`, patients: new Set(patients), curve }] : [],
  );
  return [...Map.groupBy(curves, ({ family }) => family).values()];
}

/** An open curve, held against those that were sent before: where patients of the one are patients of the other, no two edges may tell of few. */
export function curvesShown(
  analysis: Curve,
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  sent: readonly SentSetRecord[],
): ShownCurves {
  const { open, withheld } = summaryOf({ analysis, round: 1 }, set.rows, protocol, codebook);
  const forms = open as unknown as readonly (GridForm | null)[];
  const { endpoint, group, grid } = analysis;
  const width = stepMonths(grid);
  const codes = group === undefined ? new Int32Array(set.rows.n) : groupCodes(set.rows, codebook, group);
  const made = forms.flatMap((form, g) => {
    if (form === null) return [];
    const curve: SentCurve = { ...form, of: endpoint, edges: form.edges.map((step) => monthsAt(step, width)) };
    return [{ group: g, form, curve, patients: new Set(set.patients.filter((_, i) => codes[i] === g)) }];
  });
  const k = isWaived(protocol, 'grid') ? 1 : protocol.thresholds.k;
  const told = shownBeside(made, familiesOf(sent, endpoint), k);
  const shown = made.map(({ form, ...own }, i): ShownCurve => {
    const { of, edges, deaths, censored } = told[i]!;
    const curve = { of, edges, deaths, censored };
    const kept = form.edges.filter((step) => edges.includes(monthsAt(step, width)));
    const left = own.patients.size - [...deaths, ...censored].reduce((sum, count) => sum + count, 0);
    const lost = kept.length < form.edges.length;
    return { ...own, curve, lost, form: { edges: kept, deaths: [...deaths], censored: [...censored], atRisk: left } };
  });
  return { groups: forms.map((_, g) => shown.find((own) => own.group === g) ?? null), withheld };
}

/** A study's open curves by their analyses, each held against what others were sent before and against those before it in the protocol. */
function openCurves(
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  { study, sent }: { readonly study: string; readonly sent: readonly SentSetRecord[] },
): Map<string, ShownCurves> {
  const before = sent.filter((each) => each.study !== study);
  const curves = new Map<string, ShownCurves>();
  for (const analysis of protocol.analyses) {
    if (analysis.method !== 'kaplan-meier/1' || analysis.mode !== 'open') continue;
    const shown = curvesShown(analysis, set, protocol, codebook, before);
    curves.set(analysis.id, shown);
    for (const own of shown.groups)
      if (own !== null)
        before.push({
          ...{ cohort: set.cohort, study, analysis: analysis.id, partners: [] },
          ...{ patients: [...own.patients], curve: own.curve },
        });
  }
  return curves;
}

/** What a site would say to each analysis that is asked of a study, its open curves held against what was sent before. */
export function summariesOf<A extends Asked>(
  asked: readonly A[],
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  before: { readonly study: string; readonly sent: readonly SentSetRecord[] },
): { readonly asked: A; readonly summary: Summary }[] {
  const curves = openCurves(set, protocol, codebook, before);
  return asked.map((each) => {
    const { analysis } = each;
    const shown = curves.get(analysis.id);
    if (shown === undefined || analysis.method !== 'kaplan-meier/1')
      return { asked: each, summary: summaryOf(each, set.rows, protocol, codebook) };
    const labels = analysis.group === undefined ? ['all'] : groupLabels(codebook, analysis.group);
    const lost = shown.groups.flatMap((own) => (own?.lost ? [labels[own.group]!] : []));
    const open = shown.groups.map((own) => own?.form ?? null);
    const withheld = lost.map((label) => ({
      what: `${analysis.id}: edges of ${label} that would differ from an earlier curve by few`,
      rule: 'k',
    }));
    return { asked: each, summary: { open, withheld: [...shown.withheld, ...withheld] } };
  });
}

/** Curves that a study sends open, with whose they are: what is sent later is held against them. Behind masks nobody sees a site's own. */
export function curvesSent(
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  { study, site, sent }: { readonly study: string; readonly site: string; readonly sent: readonly SentSetRecord[] },
): SentSetRecord[] {
  const partners = partnersOf(protocol, site);
  return [...openCurves(set, protocol, codebook, { study, sent })].flatMap(([analysis, { groups }]) =>
    groups.flatMap((own): SentSetRecord[] =>
      own === null
        ? []
        : [{ cohort: set.cohort, study, analysis, patients: [...own.patients], partners, curve: own.curve }],
    ),
  );
}
