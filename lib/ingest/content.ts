import { SignetError } from '../base/index.ts';
import type { Reading } from '../cohort/index.ts';
import { beginsLikeZip, contentKind, contentName, isAnnotated, KIND_NAMES } from '../formats/index.ts';
import type { Content } from './ports.ts';
import type { Open } from './read-options.ts';

/**
 * What a source holds, by its content; `unknown` where it can't be told, which whoever reads it will say better. A zip that is damaged or beyond
 * the limits is an archive, so that a definition that asks for files in it has it refused, and not passed over.
 */
export async function contentOf(open: Open, file: string): Promise<Content> {
  const kind = await told(async () => contentKind(await open(), file), 'unknown');
  if (kind === 'unknown') return told(async () => ((await beginsLikeZip(await open())) ? 'archive' : kind), kind);
  if (kind !== 'vcf') return kind;
  return told(async () => ((await isAnnotated(await open(), file)) ? 'annotated-vcf' : 'vcf'), 'vcf');
}

/** What a source of that content is called where nothing reads it: a PDF, an empty file, a table. Throws `object-moved`. */
export async function whatItHolds(open: Open, file: string, content: Content): Promise<string> {
  if (content === 'unknown') return 'a compressed file that is damaged';
  const kind = content === 'annotated-vcf' ? 'vcf' : content;
  const name = await told(async () => contentName(await open(), file, kind), KIND_NAMES[kind]);
  return name === KIND_NAMES.table ? 'a table, or other text' : name;
}

/** What a look comes to; `otherwise` where the file's own faults stop it. */
async function told<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof SignetError) || error.code === 'object-moved') throw error;
    return otherwise;
  }
}

/** What neither a table nor a file of alterations can be. */
const NEITHER: ReadonlySet<Content> = new Set([
  'index',
  'fasta',
  'json',
  'panel',
  'study-text',
  'bed',
  'redcap-dictionary',
  'panel-matrix',
  'generic-assay',
] as const);

/** What holds alterations, and can't be a table of patients, specimens or events. */
const ALTERATIONS: ReadonlySet<Content> = new Set([
  'vcf',
  'annotated-vcf',
  'maf',
  'fusions',
  'structural-variants',
  'discrete-copy-number',
  'log2-copy-number',
  'copy-number-list',
  'segments',
] as const);

/** Throws SignetError `other-format` where the definition takes a source for something that it isn't, naming both. */
export function refuseOther(content: Content, { tables, alterations }: Reading, file: string): void {
  const taken = alterations ? 'alterations' : tables.length > 0 ? 'a table' : undefined;
  if (taken === undefined || !(NEITHER.has(content) || (!alterations && ALTERATIONS.has(content)))) return;
  throw new SignetError('other-format', `the definition takes the file for ${taken}, and it is ${nameOf(content)}`, {
    place: { file },
    remedy:
      content === 'index'
        ? 'Nothing is lost, its file is read without it: let `match` end as that file does (.vcf.gz), and it is passed over.'
        : 'Correct `match` in the definition, or put the file under another name.',
  });
}

function nameOf(content: Content): string {
  if (content === 'annotated-vcf') return KIND_NAMES.vcf;
  return content === 'unknown' ? 'something that is not known' : KIND_NAMES[content];
}
