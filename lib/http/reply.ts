import { Buffer } from 'node:buffer';
import { CONTENT_SECURITY_POLICY } from '../base/index.ts';
import type { ProblemDetails } from './problem.ts';

/** What a route answers. Bytes go as base64, as API Gateway wants them. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** As a Lambda behind an HTTP API answers (payload 2.0). */
export interface GatewayReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** A body beyond this goes by a presigned address: the platform ends at 6 MB, base64 takes a third more. */
export const MOST_BODY_BYTES = 4_000_000;

const ALWAYS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'private, no-store',
};

/** A JSON body. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** A problem as a reply; `retryAfter` in seconds. */
export function problemReply(problem: ProblemDetails, retryAfter?: number): Reply {
  return json(problem.status, problem, {
    'content-type': 'application/problem+json',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  });
}

/** Sends the caller to an address that is good for a quarter of an hour. */
export function elsewhere(url: string): Reply {
  return { status: 303, headers: { location: url } };
}

/** The reply as the gateway takes it, with the headers that all have. */
export function toGateway({ status, headers = {}, body = '' }: Reply): GatewayReply {
  const text = typeof body === 'string';
  return {
    statusCode: status,
    headers: { ...ALWAYS, ...headers },
    body: text ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
    isBase64Encoded: !text,
  };
}
