import { SignetError } from '../base/index.ts';
import { type IdentifierFinding, type IdentifierScreen, type Problem, screenOfAlterations } from '../cohort/index.ts';
import { openSource } from '../formats/index.ts';
import type { Content } from './ports.ts';
import type { Open } from './read-options.ts';

/**
 * Looks through a file of alterations, all of it, before anything of it is handed on: what its columns are suspected of. A VCF has no columns of
 * its own. Throws SignetError `direct-identifiers` where one tells who patients are, and what {@link openSource} throws.
 */
export async function screenAlterations(
  open: Open,
  file: string,
  content: Content,
  asked: { readonly ignore?: readonly string[]; readonly specimen?: string } = {},
): Promise<readonly Problem[]> {
  if (content === 'vcf' || content === 'annotated-vcf') return [];
  const source = await openSource(await open(), { file });
  try {
    const screen = screenOfAlterations(source.columns, content, asked);
    for await (const batch of source.rows)
      for (const row of batch) if (!('rule' in row)) screen.add(row.cells, row.line);
    return suspicions(screen, { file });
  } finally {
    source.close();
  }
}

/**
 * What a screen came to. Throws SignetError `direct-identifiers` with the columns named, and no value, where the source may not be read.
 */
export function suspicions(screen: IdentifierScreen, at: Pick<Problem, 'file' | 'sheet'>): readonly Problem[] {
  const findings = screen.findings();
  const certain = findings.filter((finding) => finding.certain);
  const told = (level: Problem['level'], { column, holds, line }: IdentifierFinding): Problem => ({
    rule: level === 'file' ? 'direct-identifiers' : 'suspicious-column',
    level,
    ...at,
    ...(line !== undefined && { line }),
    column,
    says:
      level === 'file'
        ? `the column ${column} holds ${holds}: nothing of the file is kept`
        : `the column ${column} is called as if it held ${holds}`,
    remedy: `${line === undefined ? 'Take the column out of the file' : 'Take it out of the cell in that line, or the column out of the file'}, or list it under ignore in the definition, or of a table read it as type: key, so that only a hash is kept.`,
  });
  if (certain.length > 0) throw new DirectIdentifiers(certain.map((finding) => told('file', finding)));
  return findings.map((finding) => told('warning', finding));
}

/** A source that tells who its patients are. */
class DirectIdentifiers extends SignetError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first] = problems;
    super('direct-identifiers', first!.says, {
      place: { file: first!.file, ...(first!.column !== undefined && { column: first!.column }) },
      remedy: first!.remedy,
    });
    this.problems = problems;
  }
}
