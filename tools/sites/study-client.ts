import type { Attestation, Codebook, Protocol } from '../../lib/sharing/index.ts';
import type { Visitor } from '../local/visitor.ts';

/** A study as a site tells of it, as far as the tools look. */
export interface SeenStudy {
  readonly status: string;
  readonly says?: string;
  readonly words: readonly string[];
  readonly sites: readonly {
    readonly site: string;
    readonly approved?: { readonly n: number };
    readonly refused?: { readonly code: string };
    readonly answered: readonly string[];
    readonly gone?: string;
    readonly attested: boolean;
  }[];
  readonly round?: { readonly attempt: number; readonly round: number; readonly waitingFor: readonly string[] };
  readonly evidence: readonly { readonly site: string; readonly name: string; readonly why: string }[];
}

/** What a trial on a site's own data tells its steward. */
export interface SeenTrial {
  readonly n: number;
  readonly left: number;
  readonly faults: readonly { readonly pointer: string; readonly says: string }[];
  readonly verdicts: readonly {
    readonly rule: string;
    readonly analysis?: string;
    readonly holds: boolean;
    readonly waived: boolean;
    readonly says: string;
  }[];
  readonly fields: readonly {
    readonly analysis: string;
    readonly round: number;
    readonly mode: string;
    readonly numbers: number;
    readonly says: string;
  }[];
  readonly withheld: readonly { readonly what: string; readonly rule: string }[];
}

/** A document that a site signed. */
interface Signed<D> {
  readonly document: D;
  readonly digest: string;
}

/** An answer as it was sent, as far as the tools look. */
export interface SeenAnswer {
  readonly site: string;
  readonly round: number;
  readonly attempt: number;
  readonly open: Readonly<Record<string, unknown>>;
  readonly masked?: { readonly numbers: number };
}

/** Studies over HTTP, as a steward of a site takes part in them. Each call throws SignetError with the problem's code where it is refused. */
export class StudyClient {
  readonly #visitor: Visitor;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  /** Proposes a study; answers its digest. */
  async propose(protocol: Protocol, codebook: Codebook): Promise<string> {
    const { study } = await this.#visitor.json<{ study: string }>('/studies', { codebook, protocol });
    return study;
  }

  /** Whether the site has learnt of a study, and has its documents. */
  async knows(study: string): Promise<boolean> {
    const { studies } = await this.#visitor.json<{ studies: { study: string; status: string }[] }>('/studies');
    return studies.some((each) => each.study === study && each.status !== 'announced');
  }

  async see(study: string): Promise<SeenStudy> {
    return this.#visitor.json<SeenStudy>(`/studies/${study}`);
  }

  async try(study: string, cohort: string): Promise<SeenTrial> {
    return this.#visitor.json<SeenTrial>(`/studies/${study}/dry-runs`, { cohort });
  }

  async approve(study: string, cohort: string): Promise<void> {
    await this.#visitor.json(`/studies/${study}/approvals`, { cohort });
  }

  async answers(study: string): Promise<SeenAnswer[]> {
    const { answers } = await this.#visitor.json<{ answers: Signed<SeenAnswer>[] }>(`/studies/${study}/answers`);
    return answers.map(({ document }) => document);
  }

  async attestations(study: string): Promise<Attestation[]> {
    const { attestations } = await this.#visitor.json<{ attestations: Signed<Attestation>[] }>(
      `/studies/${study}/attestations`,
    );
    return attestations.map(({ document }) => document);
  }
}
