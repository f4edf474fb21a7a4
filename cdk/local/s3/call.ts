import { type IncomingMessage, type ServerResponse, validateHeaderValue } from 'node:http';
import { allowed } from '../policy.ts';
import type { Verified } from '../sigv4.ts';
import type { Target } from '../target.ts';
import { S3Error } from './errors.ts';
import type { BucketSettings } from './settings.ts';
import { type Content, document } from './xml.ts';

const LONGEST_KEY = 1024;

/** A header's value as Node writes it, one byte a character. Throws `InvalidArgument` for what no header may hold. */
function headerValue(name: string, value: string): string {
  const plain = Buffer.from(value, 'latin1').toString('latin1') === value;
  const bytes = plain ? value : Buffer.from(value).toString('latin1');
  try {
    validateHeaderValue(name, bytes);
  } catch {
    throw new S3Error('InvalidArgument', `${name} would hold a control character`);
  }
  return bytes;
}

/** A verified request to one bucket, and the ways to answer it. */
export class Call {
  readonly request: IncomingMessage;
  readonly bucket: BucketSettings;
  /** Empty where the bucket itself is meant. */
  readonly key: string;
  readonly verified: Verified;
  readonly #response: ServerResponse;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    verified: Verified,
    { bucket, key }: { readonly bucket: BucketSettings; readonly key: string },
  ) {
    this.request = request;
    this.#response = response;
    this.verified = verified;
    this.bucket = bucket;
    this.key = key;
    if (Buffer.byteLength(key) > LONGEST_KEY) throw new S3Error('KeyTooLongError', 'Your key is too long');
  }

  get target(): Target {
    return this.verified.target;
  }

  get response(): ServerResponse {
    return this.#response;
  }

  /** A parameter of the query. */
  parameter(name: string): string | undefined {
    return this.target.first(name);
  }

  /** A whole number among the parameters, at most `most`. Throws `InvalidArgument`. */
  count(name: string, most: number): number {
    const value = this.parameter(name);
    if (!value) return most;
    if (!/^\d{1,9}$/.test(value)) throw new S3Error('InvalidArgument', `${name} is no whole number`);
    return Math.min(Number(value), most);
  }

  /** A header; a presigned address may hold those of S3 as parameters. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    if (value !== undefined) return Array.isArray(value) ? value.join(',') : value;
    return this.verified.presigned && name.startsWith('x-amz-') ? this.target.hoisted(name) : undefined;
  }

  /** All headers that begin with `prefix`, by the rest of their names. */
  headersWith(prefix: string): Record<string, string> {
    const names = new Set([
      ...Object.keys(this.request.headers),
      ...(this.verified.presigned ? this.target.names() : []),
    ]);
    const found: Record<string, string> = {};
    for (const name of names) {
      const value = name.toLowerCase().startsWith(prefix) ? this.header(name.toLowerCase()) : undefined;
      if (value !== undefined) found[name.toLowerCase().slice(prefix.length)] = value;
    }
    return found;
  }

  /** Whether the policies let the caller do this to the key, or another one, or (`''`) the bucket. */
  may(action: string, { bucket = this.bucket, key = this.key, context = {} }: Whereto = {}): boolean {
    const { principal } = this.verified;
    const statements = [...principal.statements, ...(bucket.policy ?? [])];
    const resource = `arn:aws:s3:::${bucket.name}${key === '' ? '' : `/${key}`}`;
    return allowed({ ...principal, statements }, { action, resource, context: { ...this.#context(), ...context } });
  }

  /** Throws `AccessDenied` where {@link may} is false. */
  authorise(action: string, whereto?: Whereto): void {
    if (!this.may(action, whereto))
      throw new S3Error('AccessDenied', `${this.verified.principal.name} is not authorized to perform ${action}`);
  }

  /** What conditions may ask for. The loopback device counts as secure: nothing is between. */
  #context(): Record<string, string> {
    const context: Record<string, string> = {
      'aws:SecureTransport': 'true',
      's3:TlsVersion': '1.3',
      's3:authType': this.verified.presigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
      's3:signatureversion': 'AWS4-HMAC-SHA256',
    };
    for (const name of ['prefix', 'delimiter', 'max-keys', 'versionId']) {
      const value = this.parameter(name);
      if (value !== undefined) context[`s3:${name}`] = value;
    }
    for (const name of [
      'if-match',
      'if-none-match',
      'x-amz-copy-source',
      'x-amz-server-side-encryption',
      'x-amz-acl',
    ]) {
      const value = this.header(name);
      if (value !== undefined) context[`s3:${name}`] = value;
    }
    return context;
  }

  /** Answers without a body. */
  end(status: number, headers: Readonly<Record<string, string | undefined>> = {}): void {
    this.writeHead(status, headers);
    this.#response.end();
  }

  /** Answers with a document of S3's namespace. */
  xml(name: string, content: Content, headers: Readonly<Record<string, string | undefined>> = {}): void {
    const body = Buffer.from(document(name, content));
    this.writeHead(200, { ...headers, 'content-type': 'application/xml', 'content-length': String(body.length) });
    this.#response.end(body);
  }

  /** Those that are undefined are left out. */
  writeHead(status: number, headers: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(headers))
      if (value !== undefined) this.#response.setHeader(name, headerValue(name, value));
    this.#response.writeHead(status);
  }
}

interface Whereto {
  readonly bucket?: BucketSettings;
  readonly key?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}
