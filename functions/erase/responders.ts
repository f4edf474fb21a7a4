import { checked } from '../../lib/answer/index.ts';
import type { Audit } from '../../lib/audit/index.ts';
import { type ErasurePorts, erase } from '../../lib/erasure/index.ts';
import { type ApiRequest, ErasureRequest, json, notFound, type Reply, type Responders } from '../../lib/http/index.ts';

/** How long who asks is let wait for the tables to follow: the API gives up at 30 seconds. */
const PATIENCE = 15_000;

/** `POST /cohorts/{cohort}/erasures`: 200 once nothing of her is left, 202 while the tables still follow: asked again, it goes on. */
async function eraseHer(request: ApiRequest, ports: ErasurePorts, audit: Audit): Promise<Reply> {
  const cohort = { site: request.site, cohort: request.parameter('cohort') };
  const { patient } = checked(ErasureRequest, request.json());
  if (!(await ports.heads.cohorts(cohort.site)).includes(cohort.cohort)) throw notFound('cohort');
  const told = { cohort: cohort.cohort };
  const began = async (): Promise<void> => {
    await audit.record(request, { what: 'erasure.begun', ...told });
  };
  const erased = await erase(cohort, patient, { until: ports.now() + PATIENCE, began }, ports);
  const { state, ...counted } = erased;
  if (state === 'waiting') return json(202, erased, { 'retry-after': '5' });
  const { frame } = (await ports.pointers.read(cohort)) ?? {};
  const object = frame === undefined ? {} : { object: frame };
  await audit.record(request, { what: 'erasure.done', ...told, ...object, decisions: counted });
  return json(200, erased);
}

/** Every route of this function. */
export function respondersOn(ports: ErasurePorts, audit: Audit): Responders<'erase'> {
  return { 'POST /cohorts/{cohort}/erasures': (request) => eraseHer(request, ports, audit) };
}
