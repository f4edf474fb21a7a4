import { SignetError } from '../../base/index.ts';
import { siteLeavers } from '../control/grid.ts';
import type { Approval, Codebook, Leavers, Protocol } from '../documents.ts';
import { groupCodes, groupLabels, stepOf } from '../methods/counts.ts';
import type { AnalysisSet } from '../ports.ts';
import { analysisSetOf, type SiteCohort } from './analysis-set.ts';
import { curvesSent } from './curves-sent.ts';
import { gridSteps } from './forms.ts';
import { closeTo, destroyed } from './locks.ts';
import { progressOf } from './progress.ts';
import { methodsOf } from './protocol.ts';
import { fileName, type StudyRecord } from './read.ts';
import { codeOf, reservationsOf, setsSent, standing, studyVerdicts, type Verdict } from './rules.ts';
import { knownStudy, type SitePorts, send, sentBefore } from './site-ports.ts';
import { closes, remedyOf } from './verdict.ts';

/**
 * Approves a study: freezes the set that is answered from until it ends, reserves its linear statistics and its sets of patients, and signs.
 * A set that would single out fewer than k patients closes the cohort's endpoints to the proposer. `isCurrent`: whether the cohort still answers from
 * that frame, asked once the set is kept: an erasure publishes tables without her before it looks for sets that hold her, so that either it finds
 * this one or this sees that the tables moved. Throws SignetError `study-over`, `codebook-differs`, `rule-refuses` with the rule's words,
 * `cohort-moved`, and what a dry run throws.
 */
export async function approveStudy(
  study: string,
  cohort: SiteCohort,
  ports: SitePorts,
  isCurrent: () => Promise<boolean> = async () => true,
): Promise<Approval> {
  const record = await knownStudy(study, ports);
  const { protocol, codebook } = record;
  const { records, card } = ports;
  const given = record.approvals.get(card.site);
  if (given) return given.document;
  checkOpen(record, ports);
  const taken = analysisSetOf(cohort, protocol, codebook);
  const [fault] = taken.faults;
  if (fault)
    throw new SignetError('codebook-differs', `The cohort differs from the codebook: ${fault.says}`, {
      place: { pointer: fault.pointer },
      remedy: fault.remedy,
    });
  const before = await sentBefore(taken.set.cohort, ports);
  const verdicts = studyVerdicts(taken.set, protocol, codebook, card.thresholds, before, study);
  const against = standing(verdicts);
  if (against) {
    const isClosing = closes(verdicts);
    if (isClosing) await closeTo({ study, protocol, cohort: taken.set.cohort }, before.locks, ports);
    throw new SignetError('rule-refuses', `${against.rule}: ${against.says}`, {
      place: { value: codeOf(against) },
      remedy: remedyOf(against, isClosing, 'Decline the study under this code, or have the proposer change it.'),
    });
  }
  const set = await records.freeze(study, taken.set); // or the one of an approval that was interrupted
  const by = { study, site: card.site };
  const sets = setsSent(set, protocol, codebook, by);
  await records.recordSent(study, [...sets, ...curvesSent(set, protocol, codebook, { ...by, sent: before.sent })]);
  await records.reserve(study, reservationsOf(set.cohort, protocol, codebook, study));
  if (set.digest !== taken.set.digest || !(await isCurrent())) {
    await takeBack(study, ports);
    throw new SignetError('cohort-moved', "The cohort's tables changed while the study was approved", {
      remedy: 'Look at the dry run again, and approve again.',
    });
  }
  const { k } = protocol.thresholds;
  const waivers = destroyed(
    before.locks,
    protocol.sites.map(({ site }) => site),
  );
  const { stamp } = cohort.frame.definition;
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
    ...(stamp !== undefined && { stamp }),
    ...(waivers.length > 0 && { waivers }),
    audit: await ports.auditHead({
      what: 'study.approved',
      cohort: set.cohort,
      object: study,
      decisions: decided(verdicts),
    }),
  };
  await send(study, approval, fileName(approval), ports);
  return approval;
}

/** What an approval that was never sent had kept: nothing was told of anybody. */
async function takeBack(study: string, { records }: SitePorts): Promise<void> {
  await records.recordSent(study, []);
  await records.reserve(study, []);
  await records.thaw(study);
}

/** What each rule said, for the audit log: words without a patient. A rule that the protocol lifts, and that doesn't hold, is told so. */
function decided(verdicts: readonly Verdict[]): Record<string, string> {
  const told = Map.groupBy(verdicts, ({ rule, analysis }) => (analysis === undefined ? rule : `${rule}: ${analysis}`));
  const says = (verdict: Verdict): string =>
    verdict.holds ? verdict.says : `lifted, and does not hold: ${verdict.says}`;
  return Object.fromEntries([...told].map(([rule, all]) => [rule, all.map(says).join('; ')]));
}

function checkOpen(record: StudyRecord, { card, clock }: SitePorts): void {
  const { phase, reason } = progressOf(record);
  const isLeft = record.refusals.some(({ document }) => document.site === card.site);
  if (phase !== 'stopped' && !isLeft && clock.now() < Date.parse(record.protocol.expires)) return;
  throw new SignetError(
    'study-over',
    `The study can't be approved any more: ${reason ?? (isLeft ? 'this site left it' : 'it has expired')}`,
    {
      remedy: 'Ask its proposer for a new study.',
    },
  );
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
