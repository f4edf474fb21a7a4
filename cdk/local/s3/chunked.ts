import { createHash } from 'node:crypto';
import type { ChunkSigner } from '../sigv4.ts';
import { S3Error } from './errors.ts';

/** The end of an aws-chunked body. */
export interface Trailers {
  /** Names in small letters. */
  readonly headers: Map<string, string>;
}

const LONGEST_LINE = 16 * 1024;

const incomplete = (): S3Error =>
  new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the headers');

/** Lines and runs of bytes of a stream, without copying what passes. */
class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<Buffer> {
    const { value, done } = await this.#source.next();
    if (done) throw incomplete();
    return value;
  }

  /** Up to CRLF, which is left out. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#rest.toString('latin1', 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > LONGEST_LINE) throw new S3Error('InvalidRequest', "A chunk's header is too long");
      this.#rest = Buffer.concat([this.#rest, await this.#more()]);
    }
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#more();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Whether nothing is left. */
  async end(): Promise<boolean> {
    if (this.#rest.length > 0) return false;
    return (await this.#source.next()).done === true;
  }
}

function header(line: string): { bytes: number; signature: string } {
  const [, size, signature = ''] = /^([\da-fA-F]{1,12})(?:;chunk-signature=([\da-f]{64}))?$/.exec(line) ?? [];
  if (!size) throw new S3Error('InvalidRequest', "A chunk's header is malformed");
  return { bytes: Number.parseInt(size, 16), signature };
}

async function readTrailers(reader: Reader, { headers }: Trailers, signer: ChunkSigner | undefined): Promise<void> {
  let lines = '';
  let signature = '';
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const at = line.indexOf(':');
    const [name, value] = [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    if (at < 1 || headers.size > 20) throw new S3Error('InvalidRequest', 'A trailer is malformed');
    if (name === 'x-amz-trailer-signature') signature = value;
    else {
      headers.set(name, value);
      lines += `${name}:${value}\n`;
    }
  }
  signer?.trailer(lines, signature);
}

/**
 * The bytes of an aws-chunked body; each chunk's signature is verified when the chunk has passed. What follows the last chunk is put
 * into `trailers` where they were announced. Throws `IncompleteBody`, `InvalidRequest`, and what the signer throws.
 */
export async function* dechunked(
  source: AsyncIterable<Buffer>,
  options: { readonly signer?: ChunkSigner; readonly trailers?: Trailers },
): AsyncGenerator<Buffer> {
  const { signer, trailers } = options;
  const reader = new Reader(source);
  for (;;) {
    const { bytes, signature } = header(await reader.line());
    const hash = signer && createHash('sha256');
    for await (const piece of reader.take(bytes)) {
      hash?.update(piece);
      yield piece;
    }
    if (hash) signer?.chunk(hash.digest('hex'), signature);
    if (bytes === 0) break;
    if ((await reader.line()) !== '') throw new S3Error('InvalidRequest', 'A chunk is longer than it says');
  }
  if (trailers) await readTrailers(reader, trailers, signer);
  else if ((await reader.line()) !== '')
    throw new S3Error('InvalidRequest', 'There are trailers that were not announced');
  if (!(await reader.end())) throw new S3Error('InvalidRequest', 'Something follows the last chunk');
}
