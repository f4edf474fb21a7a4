import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { ulid } from '../base/index.ts';
import type { Clients } from './clients.ts';
import { type ExchangeName, exchangedOf, isName, isStudy, type ShareName, shareOf } from './keys.ts';
import { objectKeysIn, parsed } from './messages.ts';
import { type Environment, setting } from './wire.ts';

/** What came to lie between sites: a document of a study, or a copy that one gave to another. */
export type Crossing = { readonly document: ExchangeName } | { readonly share: ShareName };

/** What a message of the bucket says came to lie between sites; keys of other forms are passed over. */
export function crossingsIn(body: string): readonly Crossing[] {
  return objectKeysIn(body).flatMap((key): Crossing[] => {
    const document = key === undefined ? undefined : exchangedOf(key);
    if (document) return [{ document }];
    const share = key === undefined ? undefined : shareOf(key);
    return share ? [{ share }] : [];
  });
}

/** What a site is to do: go on with a study, or look at what another site gave it. */
export type Errand = { readonly site: string } & (
  | { readonly study: string }
  | { readonly received: { readonly owner: string; readonly name: string } }
);

/** The errand that a message tells of; undefined where it is none. */
export function errandIn(body: string): Errand | undefined {
  const { site, study, received } = (parsed(body) ?? {}) as Record<string, unknown>;
  if (typeof site !== 'string' || !isName(site)) return undefined;
  if (typeof study === 'string' && isStudy(study)) return { site, study };
  const { owner, name } = (received ?? {}) as Record<string, unknown>;
  if (typeof owner !== 'string' || typeof name !== 'string') return undefined;
  return shareOf(`shares/${site}/${owner}/${name}`) && { site, received: { owner, name } };
}

/** The queue of errands: one of a site and study at a time, in order. */
export class Errands {
  readonly #clients: Clients;
  readonly #queue: string;

  constructor(clients: Clients, environment: Environment) {
    this.#clients = clients;
    this.#queue = setting(environment, 'SIGNET_ERRANDS');
  }

  async send(errand: Errand): Promise<void> {
    await this.#clients.queues.send(
      new SendMessageCommand({
        QueueUrl: this.#queue,
        MessageBody: JSON.stringify(errand),
        MessageGroupId: `${errand.site}/${'study' in errand ? errand.study : errand.received.owner}`,
        // Never folded by the queue: an older message with the same text may be the one whose work is already under way.
        MessageDeduplicationId: ulid(),
      }),
    );
  }
}
