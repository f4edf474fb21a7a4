import { MOST_DOCUMENT_BYTES } from './exchange.ts';

/** A site of another deployment, and who asks it. */
export interface RemoteOptions {
  /** Who asks. */
  readonly from: string;
  /** Who is asked. */
  readonly site: string;
  /** Where its deployment answers. */
  readonly address: string;
  /** The `authorization` of a request for a path. */
  sign(path: string): Promise<string>;
  readonly now: () => number;
}

/** What was answered: a body, or a refusal with what it said; undefined where there was no answer. */
export type Said = { readonly is: 'answer' | 'refusal'; readonly status: number; readonly body: string } | undefined;

/** A site that doesn't answer isn't asked again for so long. */
const SILENT_MS = 30_000;
const PATIENCE_MS = 5000;

/** Addresses that didn't answer, and until when they are left alone. */
export type Silences = Map<string, number>;

/** A site of another deployment, as it is asked: under a signature for each path, for so long and for so many bytes, and where its card says it is, not where it sends us. */
export class RemoteSite {
  readonly #options: RemoteOptions;
  readonly #silences: Silences;

  constructor(options: RemoteOptions, silences: Silences) {
    this.#options = options;
    this.#silences = silences;
  }

  /** What it says of a path. */
  async ask(path: string): Promise<Said> {
    const { address, sign, now } = this.#options;
    if ((this.#silences.get(address) ?? 0) > now()) return undefined;
    const authorization = await sign(path);
    try {
      const response = await fetch(`${address.replace(/\/+$/, '')}${path}`, {
        headers: { authorization },
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return { is: response.ok ? 'answer' : 'refusal', status: response.status, body: await limited(response) };
    } catch {
      this.#silences.set(address, now() + SILENT_MS);
      return undefined;
    }
  }
}

/** The body as text, no further than any document may be. */
async function limited({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_DOCUMENT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_DOCUMENT_BYTES).toString('utf8');
}
