import { AuditEntry, type AuditedAction, type AuditHead, BEGINNING, entryDigest, entryText } from './entry.ts';
import { type AuditPorts, PAGE } from './ports.ts';

/** Who did something: the site and role come from a verified token, and so does what it calls her. */
export interface Actor {
  readonly site: string;
  /** The role by which she may do it. */
  readonly actingAs: string;
  readonly subject: string;
}

/** What did something without a person known here: a worker, another site by what it sent, whoever has a link. */
export interface Agent {
  readonly site: string;
  readonly agent: 'worker' | 'link' | `site:${string}`;
}

/** What was done. */
export interface Done {
  readonly what: AuditedAction;
  readonly cohort?: string;
  /** Digest or id of what it was done to; never an identifier. */
  readonly object?: string;
  readonly decisions?: Readonly<Record<string, string | number | boolean>>;
}

/** Where entries are added to a site's log. */
export interface Audit {
  /** Adds an entry; what it tells of may leave once this has resolved. */
  record(actor: Actor | Agent, done: Done): Promise<AuditHead>;
}

/** Of a site's log, entries from a number on. */
export interface AuditPage {
  readonly lines: readonly string[];
  /** The log's end when this was read. */
  readonly head: AuditHead;
}

/** The sites' logs. Entries are numbered without a gap: of two who write the same number one finds it taken and writes the next. */
export class AuditLog implements Audit {
  readonly #ports: AuditPorts;
  /** Where each log ended when it was last looked at: it never ends before. */
  readonly #known = new Map<string, AuditHead>();

  constructor(ports: AuditPorts) {
    this.#ports = ports;
  }

  async record(actor: Actor | Agent, done: Done): Promise<AuditHead> {
    const { site } = actor;
    const who = 'agent' in actor ? actor.agent : `${actor.actingAs}:${await this.#ports.personOf(site, actor.subject)}`;
    for (;;) {
      const before = await this.head(site);
      const at = new Date(this.#ports.now()).toISOString();
      const entry: AuditEntry = {
        ...{ type: 'audit/1', site, n: before.n + 1, what: done.what, who, at, previous: before.digest },
        ...(done.cohort !== undefined && { cohort: done.cohort }),
        ...(done.object !== undefined && { object: done.object }),
        ...(done.decisions && { decisions: { ...done.decisions } }),
      };
      if (!(await this.#ports.objects.put(site, entry.n, entryText(entry)))) continue;
      return this.#remember(site, { n: entry.n, digest: entryDigest(entry) });
    }
  }

  /** The log's end now. */
  async head(site: string): Promise<AuditHead> {
    const { objects } = this.#ports;
    const known = this.#known.get(site) ?? BEGINNING;
    let n = known.n;
    let step = 1;
    for (;;) {
      const more = await objects.countAfter(site, n);
      if (more === 0) break;
      if (more < PAGE) {
        n += more;
        break;
      }
      // Far behind: steps that double, and back to small ones where they lead beyond the end.
      n += PAGE;
      while ((await objects.countAfter(site, n + step * PAGE)) > 0) {
        n += step * PAGE;
        step *= 2;
      }
      step = 1;
    }
    if (n === known.n) return known;
    return this.#remember(site, { n, digest: entryDigest(await this.#entry(site, n)) });
  }

  /** Entries `from` (1 is the first) on, `limit` at most. */
  async page(site: string, from: number, limit: number): Promise<AuditPage> {
    const head = await this.head(site);
    const last = Math.min(head.n, from + limit - 1);
    const lines: string[] = [];
    for (let n = from; n <= last; n += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, last - n + 1) }, (_, i) => this.#text(site, n + i));
      lines.push(...(await Promise.all(some)));
    }
    return { lines, head };
  }

  #remember(site: string, head: AuditHead): AuditHead {
    if ((this.#known.get(site)?.n ?? 0) < head.n) this.#known.set(site, head);
    return head;
  }

  async #entry(site: string, n: number): Promise<AuditEntry> {
    return AuditEntry.parse(JSON.parse(await this.#text(site, n)));
  }

  /** As it lies there, whatever it is: that an entry was tampered with is for who verifies to say. */
  async #text(site: string, n: number): Promise<string> {
    return (await this.#ports.objects.read(site, n)) ?? '';
  }
}

/** Objects read at once. */
const AT_ONCE = 32;
