import { bgunzip, isBgzf } from './bgzf.ts';
import { type Peeked, peek } from './bytes.ts';
import { fault } from './fault.ts';
import { gunzip } from './gunzip.ts';
import { LIMITS } from './limits.ts';
import { kindOf } from './magic.ts';

const PREFIX_BYTES = 64 * 1024;

/**
 * The text of a file of one of sequencing's own formats: plain, gzip or BGZF. Throws `binary-file` and `archive-not-read` for anything else,
 * named, `empty-file`, `over-limit`, and what unpacking throws.
 */
export async function openText(bytes: AsyncIterable<Uint8Array>, file: string): Promise<Peeked> {
  const outside = await peek(counted(bytes, file), PREFIX_BYTES);
  try {
    if (kindOf(outside.prefix).is !== 'gzip') return textOf(outside, file);
    const content = isBgzf(outside.prefix) ? bgunzip(outside.bytes, file) : gunzip(outside.bytes, file);
    return textOf(await peek(content, PREFIX_BYTES), file);
  } catch (error) {
    outside.close();
    throw error;
  }
}

function textOf(peeked: Peeked, file: string): Peeked {
  const kind = kindOf(peeked.prefix);
  if (peeked.whole && /^\s*$/.test(peeked.prefix.toString('latin1')))
    throw fault('empty-file', 'the file is empty', { file }, 'Put the file again, with its content.');
  if (kind.is === 'text') return peeked;
  peeked.close();
  if (kind.is === 'binary' || kind.is === 'archive' || kind.is === 'index')
    throw fault(
      kind.is === 'archive' ? 'archive-not-read' : 'binary-file',
      `the file is ${kind.name}, which is not read`,
      { file },
      kind.remedy,
    );
  throw fault(
    'archive-not-read',
    kind.is === 'zip' ? 'the file is a zip archive' : 'the file is compressed twice',
    { file },
    'Unpack it and put what is in it.',
  );
}

async function* counted(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > LIMITS.bytes)
      throw fault('over-limit', `the file has more than ${LIMITS.bytes} bytes`, { file }, 'Split it.');
    yield chunk;
  }
}
