import * as z from 'zod';
import { type RemoteOptions, RemoteSite, type Said, type Silences } from './remote-site.ts';

/** A release that a site of another deployment says it has for who asks. */
export interface OfferedRelease {
  /** What it is called at its owner's. */
  readonly share: string;
  readonly title: string;
  /** When it was given, and until when it is shown: ISO. */
  readonly given: string;
  readonly until: string;
}

/** Why a site said nothing of use: it doesn't answer, or it doesn't know who asks. */
export type Unheard = 'silent' | 'refused';

/** What a site has for who asks. */
export type Offered = { readonly offered: readonly OfferedRelease[] } | { readonly unheard: Unheard };

/** Why an owner doesn't show any more what she gave. Any other refusal of hers says nothing. */
export type Ended = 'share-expired' | 'withdrawn';

/** A release as it was fetched, or why it wasn't. */
export type Fetched = { readonly jws: string } | { readonly unheard: Unheard; readonly ended?: Ended };

/** So many are listed, the newest. */
export const MOST_OFFERED = 500;

const Offer = z.object({
  share: z.string().regex(/^[0-9a-z]{26}$/),
  title: z.string().max(10_000),
  given: z.iso.datetime(),
  until: z.iso.datetime(),
});
const Offers = z.object({ releases: z.array(Offer).max(MOST_OFFERED) });
const Problem = z.object({ code: z.enum(['share-expired', 'withdrawn']) });

/**
 * The releases that a site of another deployment gave to who asks: they stay with their owner, and are asked for at each view. What it says is held against nothing
 * here: the signature is for the reader.
 */
export class RemoteReleases {
  readonly #site: string;
  readonly #remote: RemoteSite;

  constructor(options: RemoteOptions, silences: Silences) {
    this.#site = options.site;
    this.#remote = new RemoteSite(options, silences);
  }

  async list(): Promise<Offered> {
    const said = await this.#remote.ask(`/releases/${this.#site}`);
    if (said?.is !== 'answer') return { unheard: unheardOf(said) };
    const offers = Offers.safeParse(jsonOf(said.body));
    return offers.success ? { offered: offers.data.releases } : { unheard: 'silent' };
  }

  /** One of them, as it was signed. Its owner enters the view in her log. */
  async get(share: string): Promise<Fetched> {
    const said = await this.#remote.ask(`/releases/${this.#site}/${share}`);
    if (said?.is === 'answer') return { jws: said.body };
    const ended = said && Problem.safeParse(jsonOf(said.body)).data?.code;
    return { unheard: unheardOf(said), ...(ended && { ended }) };
  }
}

/** A deployment in trouble (5xx) answers as little as one that is gone. */
function unheardOf(said: Said): Unheard {
  return said === undefined || said.status >= 500 ? 'silent' : 'refused';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
