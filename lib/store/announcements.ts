import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Announcements, Settled } from '../ingest/ports.ts';
import type { Clients } from './clients.ts';

/** Tells the event bus that a source settled: cohort, opaque source id, verdict and counts, and no value. */
export class BusAnnouncements implements Announcements {
  readonly #clients: Clients;
  readonly #bus: string;

  constructor(clients: Clients, bus: string) {
    this.#clients = clients;
    this.#bus = bus;
  }

  async settled({ site, cohort, source, verdict, counts }: Settled): Promise<void> {
    await this.#clients.events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.#bus,
            Source: 'signet',
            DetailType: 'Source settled',
            Detail: JSON.stringify({ site, cohort, source, verdict, counts }),
          },
        ],
      }),
    );
  }
}
