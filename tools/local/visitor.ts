import { setTimeout as pause } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Stack } from '../../cdk/local/index.ts';
import type { DemoUploads } from '../../demo/uploads.ts';
import { SignetError } from '../../lib/base/index.ts';
import type { ResultDocument } from '../../lib/result/index.ts';

/** A source as the API tells of it, as far as a visitor looks. */
export interface SeenSource {
  readonly name: string;
  readonly verdict: string;
  readonly sha256?: string;
  readonly bytes?: number;
  readonly at: string;
}

/** A cohort as the API tells of it, as far as a visitor looks. */
export interface SeenCohort {
  readonly title?: string;
  readonly patients?: number;
  readonly revision?: string;
  readonly frame?: string;
  readonly at?: string;
  readonly failed?: string;
  readonly sources: { readonly total: number; readonly waiting: number };
}

/** A question that was asked: what was said to it, and where its answer will be while it is under way. */
export interface Posed {
  readonly answer: Response;
  readonly path: string | undefined;
}

/** Uses a stack as a person of a site does: files go into the bucket with an S3 client, questions to the API with a token. */
export class Visitor {
  readonly #stack: Stack;
  readonly #site: string;
  readonly token: string;
  readonly #files: S3Client;

  private constructor(stack: Stack, site: string, token: string, files: S3Client) {
    this.#stack = stack;
    this.#site = site;
    this.token = token;
    this.#files = files;
  }

  static async at(stack: Stack, site: string): Promise<Visitor> {
    const token = await stack.token({ site, roles: ['steward', 'analyst', 'viewer'] });
    const credentials = await stack.keys({ site });
    const files = new S3Client({ region: stack.region, endpoint: stack.s3, forcePathStyle: true, credentials });
    return new Visitor(stack, site, token, files);
  }

  /** Puts a file of a cohort into the bucket. */
  async put(cohort: string, key: string, body: string | Uint8Array, type: string): Promise<void> {
    await this.#files.send(
      new PutObjectCommand({
        Bucket: this.#stack.sourcesBucket,
        Key: `sites/${this.#site}/cohorts/${cohort}/${key}`,
        Body: Buffer.from(body), // of an empty text the client would not know the length
        ContentType: type,
      }),
    );
  }

  /** Deletes a file of a cohort from the bucket. */
  async remove(cohort: string, key: string): Promise<void> {
    const Key = `sites/${this.#site}/cohorts/${cohort}/${key}`;
    await this.#files.send(new DeleteObjectCommand({ Bucket: this.#stack.sourcesBucket, Key }));
  }

  /** Puts every file of a demo cohort. */
  async putCohort({ name, files }: DemoUploads): Promise<void> {
    for (const { key, body, type } of files) await this.put(name, key, body, type);
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...init.headers };
    return fetch(`${this.#stack.api}${path}`, { redirect: 'manual', ...init, headers });
  }

  /** What the API says, or with a body what it says to it. Throws SignetError with the problem's code where that is no success. */
  async json<T>(path: string, body?: object): Promise<T> {
    const answer = await this.ask(path, body && { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw await refusal(answer);
    return (await answer.json()) as T;
  }

  /** The cohort; undefined while the stack knows nothing of it. */
  async cohort(name: string): Promise<SeenCohort | undefined> {
    return this.#known<SeenCohort>(await this.ask(`/cohorts/${name}`));
  }

  /** The cohort's sources; none while the stack knows nothing of it. */
  async sources(name: string): Promise<readonly SeenSource[]> {
    const seen = await this.#known<{ readonly sources: readonly SeenSource[] }>(
      await this.ask(`/cohorts/${name}/sources`),
    );
    return seen?.sources ?? [];
  }

  /** Asks, and says where the answer is to be had, before it is there. */
  async pose(cohort: string, question: object): Promise<Posed> {
    const answer = await this.ask(`/cohorts/${cohort}/results`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    const path = answer.headers.get('location');
    return { answer, path: answer.status === 202 && path !== null ? path : undefined };
  }

  /** Waits for what was asked, and returns the document. Throws SignetError with the problem's code where there is none. */
  async document({ answer: first, path }: Posed, progress?: (says: string) => void): Promise<ResultDocument> {
    let answer = first;
    while (answer.status === 202 && path !== undefined) {
      const { stage, fraction } = (await answer.json()) as { stage?: string; fraction?: number };
      progress?.(`${stage ?? 'waiting'} ${Math.round(100 * (fraction ?? 0))}%`);
      await pause(200);
      answer = await this.ask(path);
    }
    const found = answer.status === 303 ? await fetch(answer.headers.get('location')!) : answer;
    if (found.status !== 200) throw await refusal(found);
    return (await found.json()) as ResultDocument;
  }

  /** Asks, waits, and returns the document. Throws as {@link document}. */
  async result(cohort: string, question: object, progress?: (says: string) => void): Promise<ResultDocument> {
    return this.document(await this.pose(cohort, question), progress);
  }

  /** Confirms another site's card by the fingerprint that was told; without a card, the one that the site offers here. */
  async confirmPeer(site: string, told: { readonly fingerprint: string; readonly card?: string }): Promise<void> {
    const answer = await this.ask(`/peers/${site}`, { method: 'PUT', body: JSON.stringify(told) });
    if (answer.status !== 200) throw await refusal(answer);
  }

  /** A link that opens one form of a result in a browser, and when it ends. */
  async link(cohort: string, id: string): Promise<{ readonly url: string; readonly expires: string }> {
    const answer = await this.ask(`/cohorts/${cohort}/results/${id}/links`, {
      method: 'POST',
      body: JSON.stringify({ representation: 'html' }),
    });
    if (answer.status !== 201) throw await refusal(answer);
    return (await answer.json()) as { url: string; expires: string };
  }

  leave(): void {
    this.#files.destroy();
  }

  async #known<T>(answer: Response): Promise<T | undefined> {
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw await refusal(answer);
    return (await answer.json()) as T;
  }
}

async function refusal(answer: Response): Promise<SignetError> {
  const { code = `http-${answer.status}`, detail = answer.statusText } = (await answer.json().catch(() => ({}))) as {
    code?: string;
    detail?: string;
  };
  return new SignetError(code, detail);
}
