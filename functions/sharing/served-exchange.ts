import { isSignetError } from '../../lib/base/index.ts';
import { notFound } from '../../lib/http/index.ts';
import { admittedBy, type Card, claimedBy, verifyExchangeRequest } from '../../lib/sharing/index.ts';
import { type BucketExchange, isDocument } from '../../lib/store/index.ts';
import { admitsTo, type SiteAtWork, type SiteStudies } from './site-studies.ts';

/** What a request of another deployment's site says: its `authorization`, and the path that the route was called by. */
export interface ExchangeCall {
  readonly authorization: string | undefined;
  readonly path: string;
}

/** The folders of this deployment's sites as sites of others read them: those that the studies' protocols name, and no more than each site's own folder. */
export class ServedExchange {
  readonly #studies: SiteStudies;
  readonly #now: () => number;

  constructor(studies: SiteStudies, now: () => number = Date.now) {
    this.#studies = studies;
    this.#now = now;
  }

  /** `GET /exchange`: studies that the site asked proposed and that name who asks. Throws SignetError `unsigned-request`. */
  async announced(call: ExchangeCall): Promise<{ readonly studies: readonly string[] }> {
    const { at, caller } = await this.#asked(call);
    const studies: string[] = [];
    for (const { study, proposer } of await at.records.known())
      if (proposer === at.site && (await this.#isNamed(study, at, caller))) studies.push(study);
    return { studies };
  }

  /** `GET /exchange/{study}/{site}`: what lies in the site's folder. Throws SignetError `unsigned-request`, `not-found`. */
  async folder(call: ExchangeCall, study: string, site: string): Promise<object> {
    return { documents: await (await this.#opened(call, study, site)).names(study, site) };
  }

  /** `GET /exchange/{study}/{site}/{name}`: a document, as it was signed. Throws SignetError `unsigned-request`, `not-found`. */
  async document(call: ExchangeCall, study: string, site: string, name: string): Promise<string> {
    const exchange = await this.#opened(call, study, site);
    const jws = isDocument({ study, site, name }) ? await exchange.document(study, site, name) : undefined;
    if (jws === undefined) throw notFound('document');
    return jws;
  }

  async #opened(call: ExchangeCall, study: string, site: string): Promise<BucketExchange> {
    const { at, caller } = await this.#asked(call, site);
    if (!(await this.#isNamed(study, at, caller))) throw notFound('study');
    return (await this.#studies.stored.open(at.site, study, at.records, admitsTo(at))).exchange;
  }

  /** Who asks and who is asked, once the signature was held against the card that the latter confirmed. */
  async #asked({ authorization, path }: ExchangeCall, site?: string) {
    const { jws, from, to } = claimedBy(authorization);
    const at = await this.#at(site ?? to);
    const called = { to: site ?? to, path, now: this.#now() };
    const caller = await verifyExchangeRequest(jws, called, at?.peers.get(from));
    return { at: at!, caller };
  }

  async #at(site: string): Promise<SiteAtWork | undefined> {
    try {
      return await this.#studies.at(site);
    } catch (error) {
      if (isSignetError(error, 'no-card')) return undefined;
      throw error;
    }
  }

  /** Whether the protocol of a study that the site entered names who asks. */
  async #isNamed(study: string, { records, peers }: SiteAtWork, caller: Card): Promise<boolean> {
    const protocol = await records.protocol(study);
    const proposer = protocol && peers.get(protocol.proposer);
    return proposer !== undefined && (await admittedBy(protocol!.jws, proposer, caller))?.study === study;
  }
}
