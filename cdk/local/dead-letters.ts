import { type Queues, queueNamed } from './queues.ts';
import type { Resource } from './template.ts';

/** Messages that wait, that someone has or that are delayed, and that were given up. */
export interface MessageCounts {
  readonly waiting: number;
  readonly hidden: number;
  readonly dead: number;
}

/** Which queue's dead letters lie where, by name. */
function deadLettersOf(resources: readonly Resource[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap(({ name, properties }) => {
      const redrive = properties['RedrivePolicy'] as { deadLetterTargetArn: string } | undefined;
      return redrive ? [[name, queueNamed(redrive.deadLetterTargetArn)] as const] : [];
    }),
  );
}

/** Counts the messages of every queue. */
export async function countMessages(queues: Queues, resources: readonly Resource[]): Promise<MessageCounts> {
  const total = { waiting: 0, hidden: 0, dead: 0 };
  for (const [work, dead] of deadLettersOf(resources)) {
    const [atWork, given] = [await queues.depth(work), await queues.depth(dead)];
    total.waiting += atWork.waiting;
    total.hidden += atWork.hidden;
    total.dead += given.waiting + given.hidden;
  }
  return total;
}

/** Puts dead letters back into the queues that they came from, as the console's redrive does; how many. */
export async function redriveDeadLetters(queues: Queues, resources: readonly Resource[]): Promise<number> {
  let moved = 0;
  for (const [work, dead] of deadLettersOf(resources)) {
    for (;;) {
      const messages = await queues.receive(dead, 10, 0);
      if (messages.length === 0) break;
      for (const { Body = '', Attributes, ReceiptHandle = '' } of messages) {
        const group = Attributes?.MessageGroupId;
        await queues.send(work, Body, group === undefined ? {} : { group, id: `redriven-${Date.now()}-${moved}` });
        await queues.remove(dead, ReceiptHandle);
        moved += 1;
      }
    }
  }
  return moved;
}
