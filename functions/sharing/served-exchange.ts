import { notFound } from '../../lib/http/index.ts';
import { admittedBy, type Card } from '../../lib/sharing/index.ts';
import { type BucketExchange, isDocument } from '../../lib/store/index.ts';
import { askedUnder, type SignedCall } from './signed-call.ts';
import { admitsTo, type SiteAtWork, type SiteStudies } from './site-studies.ts';

/** The folders of this deployment's sites as sites of others read them: those that the studies' protocols name, and no more than each site's own folder. */
export class ServedExchange {
  readonly #studies: SiteStudies;
  readonly #now: () => number;

  constructor(studies: SiteStudies, now: () => number = Date.now) {
    this.#studies = studies;
    this.#now = now;
  }

  /** `GET /exchange`: studies that the site asked proposed and that name who asks. Throws SignetError `unsigned-request`. */
  async announced(call: SignedCall): Promise<{ readonly studies: readonly string[] }> {
    const { at, caller } = await this.#asked(call);
    const studies: string[] = [];
    for (const { study, proposer } of await at.records.known())
      if (proposer === at.site && (await this.#isNamed(study, at, caller))) studies.push(study);
    return { studies };
  }

  /** `GET /exchange/{study}/{site}`: what lies in the site's folder. Throws SignetError `unsigned-request`, `not-found`. */
  async folder(call: SignedCall, study: string, site: string): Promise<object> {
    return { documents: await (await this.#opened(call, study, site)).names(study, site) };
  }

  /** `GET /exchange/{study}/{site}/{name}`: a document, as it was signed. Throws SignetError `unsigned-request`, `not-found`. */
  async document(call: SignedCall, study: string, site: string, name: string): Promise<string> {
    const exchange = await this.#opened(call, study, site);
    const jws = isDocument({ study, site, name }) ? await exchange.document(study, site, name) : undefined;
    if (jws === undefined) throw notFound('document');
    return jws;
  }

  async #opened(call: SignedCall, study: string, site: string): Promise<BucketExchange> {
    const { at, caller } = await this.#asked(call, site);
    if (!(await this.#isNamed(study, at, caller))) throw notFound('study');
    return (await this.#studies.stored.open(at.site, study, at.records, admitsTo(at))).exchange;
  }

  /** Who asks and who is asked, once the signature was held against the card that the latter confirmed. */
  #asked(call: SignedCall, site?: string): ReturnType<typeof askedUnder> {
    return askedUnder(call, { at: (each) => this.#studies.at(each), now: this.#now }, site);
  }

  /** Whether the protocol of a study that the site entered names who asks. */
  async #isNamed(study: string, { records, peers }: SiteAtWork, caller: Card): Promise<boolean> {
    const protocol = await records.protocol(study);
    const proposer = protocol && peers.get(protocol.proposer);
    return proposer !== undefined && (await admittedBy(protocol!.jws, proposer, caller))?.study === study;
  }
}
