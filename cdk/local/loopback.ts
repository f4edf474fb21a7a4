import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of the stack: its address, and how it ends. */
export interface Loopback {
  readonly url: string;
  stop(): Promise<void>;
}

export type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/**
 * Listens on this machine's loopback address and no other. Port 0 is any free one; a taken one rejects with EADDRINUSE.
 * An answerer that throws ends its response with 500.
 */
export async function listen(answer: Answerer, port = 0): Promise<Loopback> {
  const server: Server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    Promise.resolve(answer(incoming, outgoing)).catch(() => {
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: addressOf(server),
    stop: () =>
      new Promise((ended) => {
        server.close(() => ended());
        server.closeAllConnections();
      }),
  };
}

/** Where a server of this machine's loopback address listens. */
export function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A port of the loopback address that is free now, for a program that must be told its port: it may be taken before the program has it. */
export async function freePort(): Promise<number> {
  const { url, stop } = await listen(() => undefined);
  await stop();
  return Number(new URL(url).port);
}

/** A request's body, whole. */
export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Hands a request with the body given on to an engine, and its answer back. */
export function forward(to: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
  return new Promise((done, fail) => {
    const { host: _, 'transfer-encoding': __, ...headers } = incoming.headers;
    const handed = request(
      to,
      { method: incoming.method ?? 'POST', headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.once('end', done).once('error', fail);
      },
    );
    handed.once('error', fail);
    handed.end(body);
  });
}
