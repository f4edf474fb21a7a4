import { digestOf, SignetError } from '../base/index.ts';
import { ENGINE } from './engine.ts';
import { type JobAnswer, submit } from './jobs.ts';
import { pointerOf } from './pointer.ts';
import type { AnswerPorts, CohortName } from './ports.ts';

/** Asks for a draft of what lies in the bucket now: the same content is looked at once a day. Throws `not-found`, `no-sources`. */
export async function askForProposal(cohort: CohortName, ports: AnswerPorts): Promise<JobAnswer> {
  await pointerOf(cohort, ports);
  const { listed } = await import('./bucket.ts');
  const objects = await listed(cohort, ports);
  if (objects.length === 0) throw nothing();
  const id = digestOf({
    engine: ENGINE,
    job: 'proposal',
    cohort: `${cohort.site}/${cohort.cohort}`,
    objects: objects.map(({ key, etag }) => [key, etag]),
  });
  return submit(cohort, id, { kind: 'proposal' }, ports);
}

/** Drafts a definition. Throws `no-sources`. */
export async function draftProposal(cohort: CohortName, ports: AnswerPorts): Promise<unknown> {
  const [{ listed, lookAt }, { parseDefinition, propose }] = await Promise.all([
    import('./bucket.ts'),
    import('../cohort/index.ts'),
  ]);
  const proposal = propose(await lookAt(cohort, await listed(cohort, ports), ports));
  if ((proposal.definition['tables'] as readonly unknown[]).length === 0) throw nothing();
  parseDefinition(JSON.stringify(proposal.definition), 'cohort.yaml'); // a draft that PUT would refuse is a fault of ours
  return proposal;
}

function nothing(): SignetError {
  return new SignetError('no-sources', 'There is no table in the bucket to draft a definition from', {
    remedy: 'Put the clinical files first.',
  });
}
