import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from '../../cdk/local/index.ts';
import type { Visitor } from '../local/visitor.ts';

const LOOK_MILLISECONDS = 150;

async function emptied(stack: Stack, end: number): Promise<void> {
  for (;;) {
    const { waiting, hidden } = await stack.messages();
    if (waiting + hidden === 0) return;
    if (Date.now() > end) throw new Error(`${waiting + hidden} messages are still under way`);
    await pause(LOOK_MILLISECONDS);
  }
}

/** Waits until no message is under way; dead letters are put back. Throws after `seconds`. */
export async function untilHandled(stack: Stack, seconds = 300): Promise<void> {
  const end = Date.now() + seconds * 1000;
  do await emptied(stack, end);
  while ((await stack.redrive()) > 0);
}

/** Waits, besides, until a reconciliation finds nothing to do. */
export async function untilReconciled(stack: Stack, visitor: Visitor, cohort: string): Promise<void> {
  for (;;) {
    await untilHandled(stack);
    const answer = await visitor.ask(`/cohorts/${cohort}/reconciliations`, { method: 'POST' });
    if (answer.status === 404) return; // nothing ever lay there
    const { hints, published } = (await answer.json()) as { hints: number; published: boolean };
    if (hints === 0 && !published) return;
  }
}
