import { SignetError } from '../../base/index.ts';
import { siteLeavers } from '../control/grid.ts';
import type { Approval, Codebook, Leavers, Protocol } from '../documents.ts';
import { groupCodes, groupLabels, stepOf } from '../methods/counts.ts';
import type { AnalysisSet, SiteRecords } from '../ports.ts';
import { analysisSetOf, type SiteCohort } from './analysis-set.ts';
import { gridSteps } from './forms.ts';
import { methodsOf, outcomeOf } from './protocol.ts';
import { fileName } from './read.ts';
import { codeOf, reservationsOf, setsSent, standing, verdictsOf } from './rules.ts';
import { before, knownStudy, type SitePorts, send } from './site-ports.ts';

/**
 * Approves a study: freezes the set that is answered from until it ends, reserves its linear statistics and its sets of patients, and signs.
 * A set that would single out fewer than k patients closes the cohort's endpoints to the proposer. Throws SignetError `codebook-differs`,
 * `rule-refuses` with the rule's words, and what a dry run throws.
 */
export async function approveStudy(study: string, cohort: SiteCohort, ports: SitePorts): Promise<Approval> {
  const { protocol, codebook } = await knownStudy(study, ports);
  const { records, card } = ports;
  const kept = await records.frozen(study);
  const taken = kept ? { set: kept, faults: [] } : analysisSetOf(cohort, protocol, codebook);
  const [fault] = taken.faults;
  if (fault)
    throw new SignetError('codebook-differs', `The cohort differs from the codebook: ${fault.says}`, {
      place: { pointer: fault.pointer },
      remedy: fault.remedy,
    });
  const verdicts = verdictsOf(
    taken.set,
    protocol,
    codebook,
    card.thresholds,
    await before(taken.set.cohort, ports),
    study,
  );
  const against = standing(verdicts);
  if (against) {
    if (against.rule === 'atoms') await closeTo(protocol, taken.set.cohort, records);
    throw new SignetError('rule-refuses', `${against.rule}: ${against.says}`, {
      place: { value: codeOf(against) },
      remedy: 'Decline the study under this code, or have the proposer change it.',
    });
  }
  const set = await records.freeze(study, taken.set);
  await records.recordSent(study, setsSent(set, protocol, codebook, study));
  await records.reserve(study, reservationsOf(set.cohort, protocol, codebook, study));
  const { k } = protocol.thresholds;
  const approval: Approval = {
    type: 'approval/1',
    study,
    site: card.site,
    frame: set.digest,
    n: set.rows.n,
    left: set.left === 0 || set.left >= k ? set.left : null,
    leavers: leaversOf(set, protocol, codebook),
    methods: methodsOf(protocol),
    duplicates: protocol.duplicates,
    until: protocol.expires,
    audit: await ports.auditHead(),
  };
  await send(study, approval, fileName(approval), ports);
  return approval;
}

async function closeTo(protocol: Protocol, cohort: string, records: SiteRecords): Promise<void> {
  const endpoints = new Set(protocol.analyses.flatMap((analysis) => outcomeOf(analysis) ?? []));
  for (const endpoint of endpoints) await records.lock({ cohort, endpoint, partner: protocol.proposer });
}

/** Leavers of each masked curve's groups, by the group's place: what the common grid is derived from. */
function leaversOf(set: AnalysisSet, protocol: Protocol, codebook: Codebook): Record<string, Record<string, Leavers>> {
  const curves = protocol.analyses.filter((analysis) => analysis.method === 'kaplan-meier/1');
  return Object.fromEntries(
    curves
      .filter(({ mode }) => mode === 'masked')
      .map((curve) => {
        const labels = curve.group === undefined ? ['all'] : groupLabels(codebook, curve.group);
        const codes =
          curve.group === undefined ? new Int32Array(set.rows.n) : groupCodes(set.rows, codebook, curve.group);
        const { time } = set.rows.endpoints[curve.endpoint]!;
        // beyond the grid nobody is told how far
        const beyond = gridSteps(curve) + 1;
        const groups = labels.map((_, g): [string, Leavers] => {
          const own = [...codes.keys()].filter((i) => codes[i] === g);
          const steps = own.map((i) => Math.min(beyond, stepOf(time[i]!, curve.grid.width)));
          return [String(g), siteLeavers(steps, protocol.thresholds.k)];
        });
        return [curve.id, Object.fromEntries(groups)];
      }),
  );
}
