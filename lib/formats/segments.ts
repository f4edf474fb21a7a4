import type { AlterationText } from '../cohort/index.ts';
import { known } from './cells.ts';
import type { AlterationBatches } from './copy-number.ts';
import { fault } from './fault.ts';
import type { Rejected } from './rejected.ts';
import type { Source } from './source.ts';

/** Below this share of two copies log2 isn't told apart from nothing left. */
const LEAST_COPIES = 2 ** -9;

/**
 * Segments of copy number: six columns, whatever they are called, of specimen, chromosome, start, end, markers and mean. Where any mean is
 * negative all are log2 ratios; else they are copies, and read as log2(x/2), 0 as -10. The file is opened twice, since the last row may
 * decide; memory doesn't grow with it. `ratios`: the definition says that they are log2, whatever they look like. Copies of which most would be
 * fewer than one are told of at the end: they look like ratios.
 * Throws `no-header` where there are other than six columns, and what `open` throws.
 */
export async function* segments(
  open: () => Promise<Source>,
  file: string,
  { ratios }: { readonly ratios: boolean },
): AlterationBatches & AsyncGenerator {
  const absolute = (await isAbsolute(await open(), file)) && !ratios;
  const source = await open();
  const few = { line: 0, rows: 0, of: 0 };
  try {
    for await (const batch of source.rows) {
      const found: (AlterationText | Rejected)[] = [];
      for (const row of batch) {
        const read = 'rule' in row ? row : segment(row.line, row.cells, source.columns, absolute);
        found.push(read);
        if (!absolute || 'rule' in read) continue;
        few.of += 1;
        if (read.value! >= -1) continue;
        if (few.rows === 0) few.line = read.line;
        few.rows += 1;
      }
      yield found;
    }
    if (few.rows * 2 > few.of) yield [likeRatios(few)];
  } finally {
    source.close();
  }
}

function likeRatios({ line, rows }: Pick<Rejected, 'line'> & { readonly rows: number }): Rejected {
  return {
    line,
    rows,
    level: 'warning',
    rule: 'segments-as-copies',
    says: 'no mean is negative, so that they are read as numbers of copies, and these are below one: they look like log2 ratios',
    remedy: 'Where they are ratios, give the file an entry under alterations in the definition that names `log2`.',
  };
}

async function isAbsolute(source: Source, file: string): Promise<boolean> {
  try {
    if (source.columns.length !== 6)
      throw fault(
        'no-header',
        `the file has ${source.columns.length} columns, where copy-number segments have six`,
        { file },
        'Columns are specimen, chromosome, start, end, markers and mean.',
      );
    for await (const batch of source.pick([5]))
      for (const row of batch) if (!('rule' in row) && Number(row.cells[0]) < 0) return false;
    return true;
  } finally {
    source.close();
  }
}

function segment(
  line: number,
  cells: readonly string[],
  columns: readonly string[],
  absolute: boolean,
): AlterationText | Rejected {
  const [specimenIdentifier = '', chromosome = '', ...rest] = cells.map((cell) => cell.trim());
  const [start, end, , mean] = rest.map((cell) => (known(cell) === null ? Number.NaN : Number(cell)));
  const wrong = ![start, end].every((at) => Number.isInteger(at) && at! > 0) || end! < start!;
  if (wrong || !Number.isFinite(mean))
    return {
      line,
      column: columns[wrong ? 2 : 5]!,
      value: (wrong ? `${rest[0]} to ${rest[1]}` : (rest[3] ?? '')).slice(0, 200),
      rule: wrong ? 'no-interval' : 'not-a-number',
      says: wrong ? 'this is no stretch of a chromosome' : 'the segment has no mean',
      remedy: 'Correct the row, or delete it.',
    };
  return {
    specimenIdentifier,
    gene: '',
    geneId: null,
    kind: 'segment',
    class: null,
    protein: null,
    chromosome,
    position: start!,
    ref: null,
    alt: null,
    alleleFraction: null,
    depth: null,
    filter: null,
    line,
    end: end!,
    value: absolute ? Math.log2(Math.max(mean!, LEAST_COPIES) / 2) : mean!,
  };
}
