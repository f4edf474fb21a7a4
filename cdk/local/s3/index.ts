import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Credentials } from '../credentials.ts';
import { addressOf } from '../loopback.ts';
import { statementsOf } from '../policy.ts';
import { Denied, verify } from '../sigv4.ts';
import { Call } from './call.ts';
import { S3Error } from './errors.ts';
import { tidy } from './lifecycle.ts';
import { operationOf } from './operations.ts';
import type { BucketEvent, BucketSettings } from './settings.ts';
import { Store } from './store.ts';
import { errorDocument } from './xml.ts';

export type { BucketEvent, BucketSettings } from './settings.ts';

/** What the local S3 is made of. */
export interface S3Options {
  /** Where objects and index are kept over restarts. */
  readonly folder: string;
  readonly buckets: readonly BucketSettings[];
  readonly credentials: Credentials;
  /** A free one by default. */
  readonly port?: number;
  /** Takes an event before the change is answered. One that isn't taken (it throws) is told again until it is, after a restart too. */
  readonly onEvent: (event: BucketEvent) => void | Promise<void>;
}

/** A running S3. */
export interface S3 {
  /** `http://127.0.0.1:PORT`; buckets are in the path. */
  readonly url: string;
  /** Ends when every request under way was answered. */
  stop(): Promise<void>;
}

const PATIENCE = 5000;
const HOUR = 3_600_000;

function bucketAndKey(path: string): { readonly name: string; readonly key: string } {
  const [, name = ''] = path.split('/', 2);
  return { name, key: path.slice(name.length + 2) };
}

/** The error as S3 writes it. What is unforeseen says nothing of itself. */
function refuse(request: IncomingMessage, response: ServerResponse, error: unknown, id: string): void {
  const known =
    error instanceof S3Error || error instanceof Denied
      ? error
      : new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  // Whoever runs the stack has to see it. Files are named by digests, so that no key is in it; a client that went away is no error.
  if (known.code === 'InternalError' && !request.socket.destroyed) console.error(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) if (name !== 'x-amz-request-id') response.removeHeader(name);
  if (known instanceof S3Error)
    for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value);
  const body = Buffer.from(
    errorDocument({
      Code: known.code,
      Message: known.message,
      Resource: request.url?.split('?')[0] ?? '',
      RequestId: id,
    }),
  );
  if (request.method === 'HEAD') response.writeHead(known.status).end();
  else response.writeHead(known.status, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
  request.resume(); // what is left of the body, so that the client reads the answer
}

/**
 * Starts an S3 on the loopback device: signatures and policies are evaluated, bodies streamed to files named by their digest, the index is
 * in SQLite, and every change is told. Throws `unsupported-policy` for a bucket's policy that can't be evaluated; EADDRINUSE for a taken port.
 */
export async function startS3({ folder, buckets, credentials, port = 0, onEvent }: S3Options): Promise<S3> {
  mkdirSync(folder, { recursive: true });
  for (const { policy } of buckets) if (policy) statementsOf(policy);
  const named = new Map(buckets.map((bucket) => [bucket.name, bucket]));
  const store = new Store(folder, onEvent);
  const underWay = new Set<Promise<void>>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = randomBytes(8).toString('hex').toUpperCase();
    response.setHeader('x-amz-request-id', id);
    try {
      const verified = verify(request, 's3', credentials);
      const { name, key } = bucketAndKey(verified.target.path);
      const bucket = named.get(name);
      if (!bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
      const call = new Call(request, response, verified, { bucket, key });
      await operationOf(call)(store, call, named);
    } catch (error) {
      refuse(request, response, error, id);
    }
    if (!response.closed) await finished(response, { readable: false }).catch(() => {}); // the client may have gone
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const answering = answer(request, response).finally(() => underWay.delete(answering));
    underWay.add(answering);
  };
  // A body is asked for only once the signature is right and the policy allows it.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, listener).on('checkContinue', listener);
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    await store.close();
    throw error;
  }
  await store.outbox.tellAll();

  // One round after the other, so that none meets the next or the end.
  let round = Promise.resolve();
  const tidyAll = (): void => {
    round = round
      .then(async () => {
        for (const bucket of buckets) await tidy(store, bucket, Date.now());
      })
      .catch(() => {}); // what was left is done in an hour
  };
  tidyAll();
  const tidying = setInterval(tidyAll, HOUR).unref();

  return {
    url: addressOf(server),
    async stop() {
      clearInterval(tidying);
      server.close();
      server.closeIdleConnections();
      const impatient = setTimeout(() => server.closeAllConnections(), PATIENCE);
      await Promise.all(underWay);
      clearTimeout(impatient);
      server.closeAllConnections();
      await round;
      await store.close();
    },
  };
}
