/** The objects of the sites' logs: entries by their number, each written once. */
export interface AuditObjects {
  /** The entry's text; undefined where there is none of that number. */
  read(site: string, n: number): Promise<string | undefined>;
  /** Writes the entry unless there is one of that number already, or another is being written; false where there is. */
  put(site: string, n: number, text: string): Promise<boolean>;
  /** How many entries there are after `n`, counted up to {@link PAGE}. */
  countAfter(site: string, n: number): Promise<number>;
}

/** As many objects as one list tells of. */
export const PAGE = 1000;

/** All that a log needs of the world. */
export interface AuditPorts {
  readonly objects: AuditObjects;
  /** The opaque key of a person: of what her token calls her. */
  personOf(site: string, subject: string): Promise<string>;
  now(): number;
}
