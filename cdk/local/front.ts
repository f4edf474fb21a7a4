import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from './credentials.ts';
import { bodyOf, type Loopback, listen } from './loopback.ts';
import { allowed, type Call, type Principal } from './policy.ts';
import { Denied, verify } from './sigv4.ts';

/** A call to a service that speaks JSON, its signature verified. */
export interface JsonCall {
  /** `GetItem`, as `x-amz-target` ends. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly principal: Principal;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

/** Answers a call: with a document, or with undefined where it has written to the response itself. */
export type JsonAnswerer = (call: JsonCall) => Promise<object | undefined> | object | undefined;

/** Throws {@link Denied} unless the principal's statements let the call pass. */
export function permit(principal: Principal, call: Call): void {
  const context = { 'aws:SecureTransport': 'true', ...call.context }; // the loopback leaves this machine as little as TLS does
  if (!allowed(principal, { ...call, context }))
    throw new Denied('AccessDeniedException', 400, `${principal.name} is not authorized to perform ${call.action}`);
}

/** A service of the platform that speaks JSON, signed with version 4, on an address of its own. */
export function startJsonService(service: string, credentials: Credentials, answer: JsonAnswerer): Promise<Loopback> {
  return listen(async (request, response) => {
    const body = await bodyOf(request);
    const json = (status: number, document: object): void => {
      response
        .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
        .end(JSON.stringify(document));
    };
    try {
      const { principal } = verify(request, service, credentials, body);
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const input = JSON.parse(body.toString() || '{}') as Readonly<Record<string, unknown>>;
      const document = await answer({ operation, input, principal, request, response, body });
      if (document) json(200, document);
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      json(error.status, { __type: error.code, message: error.message, Message: error.message });
    }
  });
}
