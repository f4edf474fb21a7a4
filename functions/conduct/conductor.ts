import { advanceStudy, type SitePorts } from '../../lib/sharing/index.ts';
import { type Crossing, type Errand, isAnnouncement } from '../../lib/store/index.ts';

/** Studies as the sites of a deployment take part in them. */
export interface ConductedStudies {
  /** Studies that the site is named in, with those that others announced since it last looked. */
  known(site: string): Promise<readonly { readonly study: string }[]>;
  /** What the site's worker works with in a study. Throws SignetError `unknown-study`. */
  ports(site: string, study: string): Promise<SitePorts>;
  /** Looks at what another site put into the site's folder: a receipt is entered in her log. */
  received(site: string, from: string, name: string): Promise<unknown>;
  /** Looks at all that others put there. */
  receivedAll(site: string): Promise<unknown>;
}

/** What an errand came to, as it may be logged. */
export interface Conducted {
  readonly site: string;
  readonly study?: string;
  /** Names of the documents that were put. */
  readonly did?: string;
  /** What the site does next by itself, or waits for. */
  readonly next?: string;
}

/** Who of a deployment's sites looks at what came to lie between sites: of a document every one, the one that put it too; of a copy its receiver. */
export function dispatched(crossings: readonly Crossing[], sites: readonly string[]): Errand[] {
  return crossings.flatMap((crossing): Errand[] => {
    if ('document' in crossing) return sites.map((site) => ({ site, study: crossing.document.study }));
    const { receiver: site, owner, name } = crossing.share;
    return sites.includes(site) ? [{ site, received: { owner, name } }] : [];
  });
}

/** Takes the deployment's sites through their studies, as far as each can go by itself. */
export class Conductor {
  readonly #studies: ConductedStudies;
  /** Studies in which a site has nothing more to do, whatever comes: the schedule passes them over. */
  readonly #over = new Set<string>();

  constructor(studies: ConductedStudies) {
    this.#studies = studies;
  }

  /** Runs an errand. Throws SignetError where the site can't: it isn't named, or lacks its keys. */
  async run(errand: Errand): Promise<Conducted> {
    const { site } = errand;
    if ('received' in errand) {
      const { owner, name } = errand.received;
      if (isAnnouncement(name))
        await this.#studies.known(site); // which learns what was announced
      else await this.#studies.received(site, owner, name);
      return { site };
    }
    const { study } = errand;
    const { step, did } = await advanceStudy(study, await this.#studies.ports(site, study));
    if (step.do === 'nothing') this.#over.add(`${site}/${study}`);
    return { site, study, did: did.join(' '), next: step.do };
  }

  /** The studies that a site may have something to do in; what others put into her folder, and no event told of, is entered on the way. */
  async open(site: string): Promise<string[]> {
    await this.#studies.receivedAll(site);
    const known = (await this.#studies.known(site)).map(({ study }) => study);
    return known.filter((study) => !this.#over.has(`${site}/${study}`));
  }
}
