import { checked } from '../../lib/answer/index.ts';
import type { Audit } from '../../lib/audit/index.ts';
import { type ErasurePorts, erase } from '../../lib/erasure/index.ts';
import { type ApiRequest, ErasureRequest, json, notFound, type Reply, type Responders } from '../../lib/http/index.ts';
import { eraseInStudies, type StudyErasurePorts } from './from-studies.ts';

/** How long who asks is let wait for the tables to follow: the API gives up at 30 seconds. */
const PATIENCE = 15_000;

/**
 * `POST /cohorts/{cohort}/erasures`: 200 once nothing of her is left, 202 while the tables still follow: asked again, it goes on. Names the studies that
 * are left or withdrawn, and what partners hold of her and are to destroy.
 */
async function eraseHer(
  request: ApiRequest,
  ports: ErasurePorts,
  inStudies: StudyErasurePorts,
  audit: Audit,
): Promise<Reply> {
  const cohort = { site: request.site, cohort: request.parameter('cohort') };
  const { patient } = checked(ErasureRequest, request.json());
  if (!(await ports.heads.cohorts(cohort.site)).includes(cohort.cohort)) throw notFound('cohort');
  const told = { cohort: cohort.cohort };
  const began = async (): Promise<void> => {
    await audit.record(request, { what: 'erasure.begun', ...told });
  };
  const key = (await ports.pseudonyms.of(cohort.site))('patient', patient);
  const erased = await erase(cohort, patient, { until: ports.now() + PATIENCE, began }, ports);
  const left = await eraseInStudies(request, { cohort: cohort.cohort, patient: key }, inStudies);
  const { state, ...counted } = erased;
  if (state === 'waiting') return json(202, { ...erased, ...left }, { 'retry-after': '5' });
  const { frame } = (await ports.pointers.read(cohort)) ?? {};
  const object = frame === undefined ? {} : { object: frame };
  const decisions = { ...counted, studies: left.studies.length, recalls: left.recalls.length };
  await audit.record(request, { what: 'erasure.done', ...told, ...object, decisions });
  return json(200, { ...erased, ...left });
}

/** Every route of this function. */
export function respondersOn(ports: ErasurePorts, inStudies: StudyErasurePorts, audit: Audit): Responders<'erase'> {
  return { 'POST /cohorts/{cohort}/erasures': (request) => eraseHer(request, ports, inStudies, audit) };
}
