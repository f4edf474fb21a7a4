import { isSignetError } from '../../base/index.ts';
import type {
  AnswerDocument,
  Approval,
  Attestation,
  Card,
  Close,
  Codebook,
  Protocol,
  Refusal,
  SharedDocument,
  StudyDocument,
} from '../documents.ts';
import type { ExchangedFile } from '../ports.ts';
import { acceptedDocument, fingerprintOf, readDocument, type Signed } from '../signing.ts';

/** A document that was refused, and why: kept, never used. */
export interface Evidence {
  readonly site: string;
  readonly name: string;
  readonly why: string;
}

/** What a study's folders say once every signature, folder, name and digest was held against the protocol. */
export interface StudyRecord {
  readonly study: string;
  readonly protocol: Protocol;
  readonly codebook: Codebook;
  readonly approvals: ReadonlyMap<string, Signed<Approval>>;
  readonly refusals: readonly Signed<Refusal>[];
  readonly answers: readonly Signed<AnswerDocument>[];
  /** The last that each site signed of a round. */
  readonly closes: readonly Signed<Close>[];
  readonly attestations: ReadonlyMap<string, Signed<Attestation>>;
  readonly evidence: readonly Evidence[];
  /** Sites whose confirmed keys are others by now than the protocol names: what they said stays, and nothing more is heard of them. */
  readonly otherKeys: readonly string[];
  /** A site that gave two answers for one round and attempt. */
  readonly equivocation?: { readonly site: string; readonly round: number; readonly attempt: number };
  /** What was accepted: to be kept, so that nothing can be altered or taken away later. */
  readonly accepted: readonly ExchangedFile[];
}

/** Who the sites are: cards that people have confirmed by telephone. */
export type Peers = (site: string) => Card | undefined;

/**
 * Reads what is known of a study. `kept` is what this site accepted before, whose signatures held then; of two documents under one name the kept one counts. Undefined while
 * no protocol of that digest, signed by the proposer in her own folder, with its codebook, can be seen. The order of `files` plays no part.
 */
export async function readStudy(
  study: string,
  files: readonly ExchangedFile[],
  kept: readonly ExchangedFile[],
  peers: Peers,
): Promise<StudyRecord | undefined> {
  const founding = await foundingOf(study, files, kept, peers);
  return founding && new Reading(study, founding, peers).read(files, kept);
}

/** How a document is called in its site's folder. */
export function fileName(document: Exclude<StudyDocument, Refusal | Close>): string {
  if (document.type === 'answer/1') return `a${document.attempt}-r${document.round}.json`;
  return `${document.type.slice(0, -2)}.json`;
}

interface Founding {
  readonly protocol: Protocol;
  readonly codebook: Codebook;
}

async function foundingOf(
  study: string,
  files: readonly ExchangedFile[],
  kept: readonly ExchangedFile[],
  peers: Peers,
): Promise<Founding | undefined> {
  const named = async (name: string, digest: string) => {
    const isNamed = (each: ExchangedFile): boolean => each.name === name;
    for (const file of kept.filter(isNamed)) {
      const read = acceptedDocument(file.jws);
      if (read.digest === digest) return { ...read, site: file.site };
    }
    for (const file of files.filter(isNamed)) {
      const read = await verified(file, peers(file.site));
      if (typeof read !== 'string' && read.digest === digest) return { ...read, site: file.site };
    }
    return undefined;
  };
  const protocol = await named('protocol.json', study);
  if (protocol?.document.type !== 'protocol/1' || protocol.document.proposer !== protocol.site) return undefined;
  const codebook = await named('codebook.json', protocol.document.codebook);
  if (codebook?.document.type !== 'codebook/1' || codebook.site !== protocol.site) return undefined;
  return { protocol: protocol.document, codebook: codebook.document };
}

/** What a file says, or why it isn't believed. */
async function verified({ jws }: ExchangedFile, card: Card | undefined): Promise<Signed<SharedDocument> | string> {
  if (card === undefined) return 'not-confirmed';
  try {
    return await readDocument(jws, card.sign);
  } catch (error) {
    if (isSignetError(error)) return error.code;
    throw error;
  }
}

const NUMBERED = /^(refusal)-([1-9]\d{0,3})\.json$|^(close)-(\d+)-(\d+)(?:-([1-9]\d{0,3}))?\.json$/;

class Reading {
  readonly #study: string;
  readonly #founding: Founding;
  readonly #peers: Peers;
  readonly #evidence: Evidence[] = [];
  readonly #accepted: ExchangedFile[] = [];
  readonly #approvals = new Map<string, Signed<Approval>>();
  readonly #attestations = new Map<string, Signed<Attestation>>();
  readonly #refusals: Signed<Refusal>[] = [];
  readonly #answers = new Map<string, Signed<AnswerDocument>>();
  readonly #closes = new Map<string, { readonly version: number; readonly signed: Signed<Close> }>();
  #equivocation: StudyRecord['equivocation'];

  constructor(study: string, founding: Founding, peers: Peers) {
    this.#study = study;
    this.#founding = founding;
    this.#peers = peers;
  }

  async read(files: readonly ExchangedFile[], kept: readonly ExchangedFile[]): Promise<StudyRecord> {
    const held = new Map(kept.map((file) => [`${file.site}/${file.name}`, file]));
    for (const file of inOrder(kept)) this.#understand(file, acceptedDocument(file.jws));
    for (const file of inOrder(files)) {
      const before = held.get(`${file.site}/${file.name}`);
      if (before === undefined) await this.#take(file);
      else if (before.jws !== file.jws) await this.#compare(file);
    }
    const { protocol, codebook } = this.#founding;
    return {
      study: this.#study,
      protocol,
      codebook,
      approvals: this.#approvals,
      refusals: this.#refusals,
      answers: [...this.#answers.values()],
      closes: [...this.#closes.values()].map(({ signed }) => signed),
      attestations: this.#attestations,
      evidence: this.#evidence,
      otherKeys: protocol.sites.flatMap(({ site }) => (this.#hasOtherKeys(site) ? [site] : [])),
      ...(this.#equivocation && { equivocation: this.#equivocation }),
      accepted: this.#accepted,
    };
  }

  #refuse({ site, name }: ExchangedFile, why: string): void {
    this.#evidence.push({ site, name, why });
  }

  /** What a site of the study signed in its own folder; undefined, with the reason kept, where it isn't that. */
  async #own(file: ExchangedFile): Promise<Signed<SharedDocument> | undefined> {
    const named = this.#founding.protocol.sites.find(({ site }) => site === file.site);
    const card = this.#peers(file.site);
    const why = (): string | undefined => {
      if (!named) return 'not-a-site';
      if (!card) return 'not-confirmed';
      // a new key opens no old study
      return this.#hasOtherKeys(file.site) ? 'other-key' : undefined;
    };
    const reason = why();
    if (reason !== undefined) {
      this.#refuse(file, reason);
      return undefined;
    }
    const read = await verified(file, card);
    if (typeof read !== 'string') return read;
    this.#refuse(file, read);
    return undefined;
  }

  #hasOtherKeys(site: string): boolean {
    const card = this.#peers(site);
    const named = this.#founding.protocol.sites.find((each) => each.site === site);
    return card !== undefined && named !== undefined && fingerprintOf(card) !== named.fingerprint;
  }

  /** Another document lies where one was accepted before. */
  async #compare(file: ExchangedFile): Promise<void> {
    const read = await this.#own(file);
    if (read === undefined) return;
    const { document, digest } = read;
    if (document.type === 'answer/1' && document.site === file.site && document.study === this.#study) {
      this.#answer({ document, digest });
      if (this.#answers.get(slotOf(document))?.digest === digest) return;
    }
    if (this.#isKnown(digest)) return;
    this.#refuse(file, 'altered');
  }

  #isKnown(digest: string): boolean {
    const documents = [...this.#approvals.values(), ...this.#attestations.values(), ...this.#refusals];
    return [...documents, ...[...this.#closes.values()].map(({ signed }) => signed)].some(
      (known) => known.digest === digest,
    );
  }

  async #take(file: ExchangedFile): Promise<void> {
    const read = await this.#own(file);
    if (read !== undefined) this.#understand(file, read);
  }

  #understand(file: ExchangedFile, { document, digest }: Signed<SharedDocument>): void {
    const why = this.#strangeness(document, digest, file);
    if (why !== undefined) {
      // under whatever name, two answers for one place are two answers
      if (why === 'name' && document.type === 'answer/1') this.#answer({ document, digest });
      this.#refuse(file, why);
      return;
    }
    if (document.type !== 'protocol/1' && document.type !== 'codebook/1')
      this.#accept(document as Exclude<StudyDocument, Protocol | Codebook>, digest, file);
    this.#accepted.push(file);
  }

  /** Why a document that a site signed is none of this study, in that folder and under that name. */
  #strangeness(document: SharedDocument, digest: string, { site, name }: ExchangedFile): string | undefined {
    if (document.type === 'protocol/1' || document.type === 'codebook/1') {
      const isOurs = digest === this.#study || digest === this.#founding.protocol.codebook;
      return isOurs && site === this.#founding.protocol.proposer ? undefined : 'other-study';
    }
    if (document.type === 'card/1' || document.type === 'release/1' || document.type === 'receipt/1') return 'name';
    if (document.site !== site) return 'other-site';
    if (document.study !== this.#study) return 'other-study';
    return isNamed(document, name) ? undefined : 'name';
  }

  #accept(document: Exclude<StudyDocument, Protocol | Codebook>, digest: string, file: ExchangedFile): void {
    switch (document.type) {
      case 'approval/1':
        this.#approvals.set(file.site, { document, digest });
        break;
      case 'attestation/1':
        this.#attestations.set(file.site, { document, digest });
        break;
      case 'refusal/1':
        this.#refusals.push({ document, digest });
        break;
      case 'answer/1':
        this.#answer({ document, digest });
        break;
      case 'close/1': {
        const version = Number(NUMBERED.exec(file.name)?.[6] ?? 1);
        const slot = slotOf(document);
        if ((this.#closes.get(slot)?.version ?? 0) < version)
          this.#closes.set(slot, { version, signed: { document, digest } });
        break;
      }
    }
  }

  #answer(signed: Signed<AnswerDocument>): void {
    const { document, digest } = signed;
    const before = this.#answers.get(slotOf(document));
    if (before === undefined) this.#answers.set(slotOf(document), signed);
    else if (before.digest !== digest)
      this.#equivocation ??= { site: document.site, round: document.round, attempt: document.attempt };
  }
}

function slotOf({ attempt, round, site }: { attempt: number; round: number; site: string }): string {
  return `${attempt}/${round}/${site}`;
}

function inOrder(files: readonly ExchangedFile[]): ExchangedFile[] {
  const key = ({ site, name }: ExchangedFile): string => `${site}/${name}`;
  return [...files].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function isNamed(document: Exclude<StudyDocument, Protocol | Codebook>, name: string): boolean {
  const parts = NUMBERED.exec(name);
  if (document.type === 'refusal/1') return parts?.[1] === 'refusal';
  if (document.type === 'close/1')
    return parts?.[3] === 'close' && Number(parts[4]) === document.attempt && Number(parts[5]) === document.round;
  return fileName(document) === name;
}
