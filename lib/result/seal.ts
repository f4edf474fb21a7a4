import { digestOf, type Json, SignetError } from '../base/index.ts';
import { ResultDocument } from './document.ts';

/** The digest of everything in the document but `content` itself. */
function contentDigest(document: Omit<ResultDocument, 'content'> & { content?: string }): string {
  const { content: _, ...rest } = document;
  return digestOf(rest as Json);
}

/** The id of a result: the digest of frame, request with defaults filled in, and engine. */
export function resultId(frame: string, request: Json, engine: string): string {
  return digestOf({ frame, request, engine });
}

/** A document with the digest of its own content. */
export function seal(document: Omit<ResultDocument, 'content'>): ResultDocument {
  return { ...document, content: contentDigest(document) };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses and checks a stored document. Throws `altered-result` where a byte of it was changed since it was sealed. */
export function unseal(text: string): ResultDocument {
  const parsed = ResultDocument.safeParse(parsedJson(text));
  if (!parsed.success || contentDigest(parsed.data) !== parsed.data.content) {
    throw new SignetError('altered-result', 'The stored result does not match its own digest', {
      remedy: 'Delete the stored object and ask again; look in the log bucket for who wrote it.',
    });
  }
  return parsed.data;
}
