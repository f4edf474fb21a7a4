import { ENGINE } from '../../answer/index.ts';
import { digestOf } from '../../base/index.ts';
import { type ResultDocument, seal } from '../../result/index.ts';
import type { Progress } from './progress.ts';
import { methodsOf, siteNames } from './protocol.ts';
import type { StudyRecord } from './read.ts';
import { resultOf } from './result.ts';
import type { StudyStatus } from './status.ts';

/**
 * The result of a study as a result document: whoever has the same signed documents has the same findings under the same id. That sites came to
 * other numbers, or haven't attested theirs yet, is its first warning.
 */
export function studyDocument(record: StudyRecord, progress: Progress, { status, says }: StudyStatus): ResultDocument {
  const { protocol, study, approvals } = record;
  const { id, answers, findings } = resultOf(record, progress);
  const sites = siteNames(protocol).map((site) => {
    const { document, digest } = approvals.get(site)!;
    return { site, patients: document.n, set: document.frame, approval: digest };
  });
  const stamps = [...new Set([...approvals.values()].flatMap(({ document: { stamp } }) => stamp ?? []))].sort();
  return seal({
    schema: 'signet-result/1',
    id,
    engine: ENGINE,
    analysis: 'study',
    request: { protocol: study, answers: [...answers], methods: methodsOf(protocol) },
    cohort: {
      name: 'study',
      title: `${sites.length} sites: ${sites.map(({ site }) => site).join(', ')}`,
      ...(stamps.length > 0 && { stamp: stamps.join(' \u00b7 ') }),
    },
    frame: {
      digest: digestOf(sites.map(({ site, set }) => ({ site, set }))),
      revision: study,
      patients: sites.reduce((sum, { patients }) => sum + patients, 0),
    },
    refused: [],
    study: { protocol: study, sites },
    findings:
      status === 'attested' ? findings : { ...findings, warnings: [{ code: status, says }, ...findings.warnings] },
  });
}
