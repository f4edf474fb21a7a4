import type { Credentials } from './credentials.ts';
import { permit, startJsonService } from './front.ts';
import type { Loopback } from './loopback.ts';
import { arn } from './place.ts';
import { Denied } from './sigv4.ts';

interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
}

/** The event bus: whoever may put events on it does, and each goes to the log, as a rule sends it to a topic when deployed. */
export function startEvents(
  credentials: Credentials,
  onEvent: (event: { readonly type: string; readonly detail: unknown }) => void,
): Promise<Loopback> {
  return startJsonService('events', credentials, ({ operation, input, principal }) => {
    if (operation !== 'PutEvents') throw new Denied('InvalidActionException', 400, `${operation} is not served here`);
    const { Entries = [] } = input as { Entries?: Entry[] };
    for (const { EventBusName = 'default' } of Entries)
      permit(principal, { action: 'events:PutEvents', resource: arn('events', `event-bus/${EventBusName}`) });
    for (const { DetailType = '', Detail = '{}' } of Entries) onEvent({ type: DetailType, detail: JSON.parse(Detail) });
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: '0' })) };
  });
}
