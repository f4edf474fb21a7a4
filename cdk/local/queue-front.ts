import type { Credentials } from './credentials.ts';
import { permit, startJsonService } from './front.ts';
import { forward, type Loopback } from './loopback.ts';
import { arn } from './place.ts';
import { Denied } from './sigv4.ts';

/** SQS: every call is verified and held against the caller's policies before the engine sees it. */
export function startQueueFront(engine: string, credentials: Credentials): Promise<Loopback> {
  return startJsonService('sqs', credentials, async ({ operation, input, principal, request, response, body }) => {
    const name =
      String(input['QueueUrl'] ?? '')
        .split('/')
        .at(-1) ?? '';
    if (name === '') throw new Denied('InvalidAddress', 400, 'The call names no queue');
    permit(principal, { action: `sqs:${operation}`, resource: arn('sqs', name) });
    await forward(engine, request, body, response);
    return undefined;
  });
}
