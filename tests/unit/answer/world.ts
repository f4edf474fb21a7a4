import type { AnswerPorts, Pointer, ResultItem, SourceState } from '../../../lib/answer/index.ts';
import { SignetError } from '../../../lib/base/index.ts';

/** The world of a question, in memory; time passes only where somebody waits. */
export class World implements AnswerPorts {
  readonly items = new Map<string, ResultItem>();
  readonly stored = new Map<string, Uint8Array>();
  readonly sent: Parameters<AnswerPorts['questions']['send']>[0][] = [];
  readonly progressed: string[] = [];
  pointer: Pointer | undefined;
  states: SourceState[] = [];
  time = Date.UTC(2026, 0, 1);
  /** What happens elsewhere while a question waits. */
  meanwhile: () => Promise<void> = async () => undefined;

  readonly cohorts: AnswerPorts['cohorts'] = {
    list: async (site) => (site === 'a' ? ['crlm'] : []),
    exists: async ({ site, cohort }) => site === 'a' && cohort === 'crlm',
    pointer: async ({ site, cohort }) => (site === 'a' && cohort === 'crlm' ? this.pointer : undefined),
    sources: async () => this.states,
    listed: async () => [],
    sourceIds: async (_, keys) => keys.map((key) => `opaque-${key.length}`),
  };

  readonly results: AnswerPorts['results'] = {
    read: async ({ site }, id) => this.items.get(`${site}/${id}`),
    list: async ({ site }) => [...this.items].filter(([key]) => key.startsWith(`${site}/`)).map(([, item]) => item),
    start: async ({ site }, item, stale) => {
      const there = this.items.get(`${site}/${item.id}`);
      if (there?.state === 'waiting' && there.at >= stale) return false;
      this.items.set(`${site}/${item.id}`, item);
      return true;
    },
    progress: async ({ site }, id, stage, fraction, at) => {
      this.progressed.push(stage);
      return this.#change(site, id, ({ state }) => state !== 'stopped', { stage, fraction, at });
    },
    done: async ({ site }, id, at) => {
      this.#change(site, id, () => true, { state: 'done', at });
    },
    stop: async ({ site }, id, at) =>
      this.#change(site, id, ({ state }) => state === 'waiting', { state: 'stopped', at }),
    fail: async ({ site }, id, failure, at) => {
      this.#change(site, id, ({ state }) => state !== 'stopped' && state !== 'done', { state: 'failed', failure, at });
    },
  };

  readonly documents: AnswerPorts['documents'] = {
    get: async ({ site, cohort }, name) => this.stored.get(`${site}/${cohort}/${name}`),
    put: async ({ site, cohort }, name, body) => {
      this.stored.set(`${site}/${cohort}/${name}`, Buffer.from(body));
    },
    putForADay: async (cohort, name, body, type) => this.documents.put(cohort, name, body, type),
    list: ({ site, cohort }, prefix) => {
      const skip = `${site}/${cohort}/`;
      const names = [...this.stored.keys()].filter((key) => key.startsWith(skip + prefix));
      const page = names.map((key) => ({ name: key.slice(skip.length), modified: this.time }));
      return (async function* () {
        yield page;
      })();
    },
    size: async ({ site, cohort }, name) => this.stored.get(`${site}/${cohort}/${name}`)?.length,
    link: async (_, name, type) => `https://bucket.example/${name}?type=${encodeURIComponent(type)}`,
  };

  readonly records: AnswerPorts['records'] = {
    patient: async () => [],
    events: async () => [],
    alterationsOf: async () => ({ alterations: [] }),
    problems: async () => {
      throw new SignetError('attempt-swept', 'swept');
    },
  };

  /** Objects in the bucket, by key. */
  readonly objects = new Map<string, Uint8Array>();

  readonly sources: AnswerPorts['sources'] = {
    list: () => {
      const page = [...this.objects].map(([key, bytes]) => ({ key, etag: `"${bytes.length}"`, bytes: bytes.length }));
      return (async function* () {
        yield page;
      })();
    },
    open: async ({ key }) => {
      const bytes = this.objects.get(key);
      if (!bytes) throw new SignetError('object-moved', 'gone');
      return (async function* () {
        yield bytes;
      })();
    },
  };

  readonly questions: AnswerPorts['questions'] = {
    send: async (question) => {
      this.sent.push(question);
    },
  };

  now = (): number => this.time;

  pause = async (milliseconds: number): Promise<void> => {
    this.time += milliseconds;
    await this.meanwhile();
  };

  #change(site: string, id: string, may: (item: ResultItem) => boolean, change: Partial<ResultItem>): boolean {
    const item = this.items.get(`${site}/${id}`);
    if (!item || !may(item)) return false;
    this.items.set(`${site}/${id}`, { ...item, ...change });
    return true;
  }
}
