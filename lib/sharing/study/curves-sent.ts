import type { Codebook, Protocol, StudyAnalysis } from '../documents.ts';
import { groupCodes } from '../methods/counts.ts';
import type { AnalysisSet, SentSetRecord } from '../ports.ts';
import type { GridForm } from './forms.ts';
import { partnersOf } from './protocol.ts';
import { monthsAt, stepMonths } from './steps.ts';
import { summaryOf } from './summary.ts';

type Curve = Extract<StudyAnalysis, { readonly method: 'kaplan-meier/1' }>;

/** Curves that a study sends open, with whose they are: what is released later is held against them. Behind masks nobody sees a site's own. */
export function curvesSent(
  set: AnalysisSet,
  protocol: Protocol,
  codebook: Codebook,
  { study, site }: { readonly study: string; readonly site: string },
): SentSetRecord[] {
  const partners = partnersOf(protocol, site);
  const curves = protocol.analyses.filter((analysis): analysis is Curve => analysis.method === 'kaplan-meier/1');
  return curves
    .filter(({ mode }) => mode === 'open')
    .flatMap((analysis) => {
      const { open } = summaryOf({ analysis, round: 1 }, set.rows, protocol, codebook);
      const { endpoint, group, grid, id } = analysis;
      const width = stepMonths(grid);
      const codes = group === undefined ? new Int32Array(set.rows.n) : groupCodes(set.rows, codebook, group);
      return (open as unknown as readonly (GridForm | null)[]).flatMap((form, g): SentSetRecord[] => {
        if (form === null) return [];
        const { edges, deaths, censored } = form;
        const curve = { of: endpoint, edges: edges.map((step) => monthsAt(step, width)), deaths, censored };
        const patients = set.patients.filter((_, i) => codes[i] === g);
        return [{ cohort: set.cohort, study, analysis: id, patients, partners, curve }];
      });
    });
}
