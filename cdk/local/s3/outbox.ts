import type { Catalogue } from './catalogue.ts';
import type { BucketEvent } from './settings.ts';

const AGAIN = 1000;

/**
 * Events on their way. They are written with the change they tell of, in one transaction, and forgotten once they were taken: what a
 * crash or a receiver's failure left is told again. So each is told at least once, as S3 does.
 */
export class Outbox {
  readonly #catalogue: Catalogue;
  readonly #onEvent: (event: BucketEvent) => void | Promise<void>;
  readonly #timer: NodeJS.Timeout;
  readonly #underWay = new Map<number, Promise<void>>();

  constructor(catalogue: Catalogue, onEvent: (event: BucketEvent) => void | Promise<void>) {
    this.#catalogue = catalogue;
    this.#onEvent = onEvent;
    this.#timer = setInterval(() => void this.tellAll(), AGAIN).unref();
  }

  /** Within the transaction of the change. */
  put(event: Omit<BucketEvent, 'sequencer' | 'time'>): number {
    const told = { ...event, sequencer: this.#catalogue.sequencer(event.bucket), time: new Date().toISOString() };
    const { lastInsertRowid } = this.#catalogue.sql('INSERT INTO untold (event) VALUES (?)').run(JSON.stringify(told));
    return Number(lastInsertRowid);
  }

  /** Ends when the receiver has taken the event, or failed to: then it is told again later. */
  async tell(id: number): Promise<void> {
    const telling = this.#underWay.get(id) ?? this.#tell(id).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, telling);
    await telling;
  }

  /** Tells what was left. */
  async tellAll(): Promise<void> {
    const left = this.#catalogue.sql('SELECT id FROM untold ORDER BY id LIMIT 1000').all();
    await Promise.all(left.map(({ id }) => this.tell(Number(id))));
  }

  /** Ends when nothing is under way any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay.values());
  }

  async #tell(id: number): Promise<void> {
    const row = this.#catalogue.sql('SELECT event FROM untold WHERE id = ?').get(id);
    if (!row) return;
    try {
      await this.#onEvent(JSON.parse(String(row['event'])) as BucketEvent);
    } catch {
      return; // it stays
    }
    this.#catalogue.sql('DELETE FROM untold WHERE id = ?').run(id);
  }
}
