import { randomBytes } from 'node:crypto';
import { type Principal, statementsOf } from './policy.ts';

export type { Principal } from './policy.ts';

/** A key, or a session of one that ends. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When the session ends, in milliseconds. */
  readonly expires?: number;
  readonly principal: Principal;
}

/** How a credential is made. */
export interface IssueOptions {
  readonly session?: { readonly seconds: number };
  /** Given where the key must be the same after a restart. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

/** The keys that the local stack gave out. */
export class Credentials {
  readonly #issued = new Map<string, Credential>();

  /** Gives a key to a principal. Throws `unsupported-policy` for statements that can't be evaluated. */
  issue(principal: Principal, { session, accessKeyId, secretAccessKey }: IssueOptions = {}): Credential {
    statementsOf(principal.statements);
    const credential: Credential = {
      accessKeyId: accessKeyId ?? (session ? 'ASIA' : 'AKIA') + randomBytes(8).toString('hex').toUpperCase(),
      secretAccessKey: secretAccessKey ?? randomBytes(30).toString('base64url'),
      ...(session && {
        sessionToken: randomBytes(48).toString('base64url'),
        expires: Date.now() + session.seconds * 1000,
      }),
      principal,
    };
    this.#issued.set(credential.accessKeyId, credential);
    return credential;
  }

  /** The credential with that id, whether or not its time is over. */
  find(accessKeyId: string): Credential | undefined {
    return this.#issued.get(accessKeyId);
  }
}
