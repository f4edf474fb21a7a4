import * as z from 'zod';
import type { PanelGene, PanelRecord } from '../cohort/index.ts';
import { collect, type Peeked } from './bytes.ts';
import { fault } from './fault.ts';
import { kindOfText } from './kind.ts';
import { LIMITS } from './limits.ts';
import { linesOf } from './lines.ts';
import type { Rejected } from './rejected.ts';
import { openText } from './text-file.ts';

/** A panel as its object tells of it, and what is wrong with lines of it. */
interface ReadPanel {
  readonly panel: PanelRecord;
  readonly notes: readonly Rejected[];
}

const GeneText = z.union([
  z.string().transform((symbol): PanelGene => ({ symbol })),
  z
    .object({ symbol: z.string(), id: z.union([z.string(), z.number()]).optional() })
    .transform(({ symbol, id }): PanelGene => ({ symbol, ...(id !== undefined && { id: String(id) }) })),
  z.object({ hugoGeneSymbol: z.string(), entrezGeneId: z.number().optional() }).transform(
    ({ hugoGeneSymbol: symbol, entrezGeneId: id }): PanelGene => ({
      symbol,
      ...(id !== undefined && { id: String(id) }),
    }),
  ),
]);

const PanelDocument = z.object({
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  genePanelId: z.string().optional(),
  genes: z.array(GeneText),
  coveredMb: z.number().positive().optional(),
  build: z.string().optional(),
});

const REMEDY =
  'A panel is JSON with "genes", a BED with the gene in column 4, a gene panel file of cBioPortal, or a symbol a line.';

/**
 * Reads a gene panel: JSON (`id`, `genes`, each a symbol or `{ symbol, id }`, `coveredMb`, `build`; cBioPortal's own JSON too), a BED (gene in
 * column 4; what it covers counts once where intervals overlap), cBioPortal's text, or a symbol a line. A panel that doesn't say its id is
 * called as its file.
 * Throws `other-format` where the file is none of these, and what opening a text throws.
 */
export async function readPanel(bytes: AsyncIterable<Uint8Array>, file: string): Promise<ReadPanel> {
  const text = await textOf(await openText(bytes, file), file);
  const kind = kindOfText(Buffer.from(text));
  const named = nameOf(file);
  switch (kind) {
    case 'panel':
    case 'json':
      return /^\s*[[{]/.test(text) ? fromJson(text, file, named) : fromStudy(text, file, named);
    case 'bed':
      return fromBed(text, file, named);
    case 'table':
      return fromList(text, file, named);
    default:
      throw fault('other-format', `the file lies under panels/ and holds no gene panel`, { file }, REMEDY);
  }
}

/** `panels/v1.bed.gz` is v1. */
function nameOf(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return name.replace(/\.gz$/i, '').replace(/(.)\.[A-Za-z]{2,8}$/, '$1');
}

async function textOf(peeked: Peeked, file: string): Promise<string> {
  const { blocks } = linesOf(peeked, file);
  const bytes = (async function* () {
    for await (const block of blocks) yield block.bytes;
  })();
  const all = await collect(bytes, LIMITS.panelBytes, () =>
    fault('over-limit', `the panel has more than ${LIMITS.panelBytes} bytes`, { file }, 'Put the panel alone.'),
  );
  return all.toString();
}

function fromJson(text: string, file: string, named: string): ReadPanel {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fault('other-format', 'the file begins like JSON and is none', { file }, REMEDY, cause);
  }
  const parsed = PanelDocument.safeParse(Array.isArray(value) ? { genes: value } : value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw fault(
      'other-format',
      `the file is JSON and no gene panel: ${issue!.path.join('.') || 'it'}: ${issue!.message}`,
      { file, pointer: `/${issue!.path.join('/')}` },
      REMEDY,
    );
  }
  const { id, genePanelId, genes, coveredMb, build } = parsed.data;
  if (genes.length === 0 && coveredMb === undefined)
    throw fault('other-format', 'the file is JSON and no gene panel: it lists no gene', { file }, REMEDY);
  return {
    panel: {
      id: (id ?? genePanelId ?? '').trim() || named,
      genes: genes.flatMap(({ symbol, ...gene }) => (symbol.trim() === '' ? [] : [{ symbol: symbol.trim(), ...gene }])),
      ...(coveredMb !== undefined && { coveredMb }),
      ...(build !== undefined && { build }),
    },
    notes: [],
  };
}

/** https://docs.cbioportal.org/file-formats/#gene-panel-file */
function fromStudy(text: string, file: string, named: string): ReadPanel {
  const fields = new Map<string, { readonly value: string; readonly line: number }>();
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const [, key, value = ''] = /^\s*([A-Za-z_]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined && !line.startsWith('#')) fields.set(key.toLowerCase(), { value, line: i + 1 });
  }
  const list = fields.get('gene_list');
  const symbols = (list?.value ?? '').split(/[\t, ]+/).flatMap((symbol) => symbol.trim() || []);
  if (symbols.length === 0) throw fault('other-format', 'the gene panel lists no gene', { file }, REMEDY);
  return {
    panel: {
      id: fields.get('stable_id')?.value.trim() || named,
      genes: symbols.map((symbol) => ({ symbol, line: list!.line })),
    },
    notes: [],
  };
}

const HEADER = /^(?:gene|genes|symbol|gene[ _]?symbol|hugo[ _]?symbol)$/i;

function fromList(text: string, file: string, named: string): ReadPanel {
  const genes: PanelGene[] = [];
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.startsWith('#')) continue;
    const [cell = ''] = line.split(/[\t,;]/);
    const symbol = cell.trim().replace(/^"(.*)"$/, '$1');
    if (symbol === '' || (genes.length === 0 && HEADER.test(symbol))) continue;
    if (!/^[\w.@-]{1,40}$/.test(symbol))
      throw fault(
        'other-format',
        'the file lies under panels/, and this line begins with no symbol of a gene',
        { file, line: i + 1, value: symbol.slice(0, 200) },
        REMEDY,
      );
    genes.push({ symbol, line: i + 1 });
  }
  if (genes.length === 0) throw fault('other-format', 'the file lists no gene', { file }, REMEDY);
  return { panel: { id: named, genes }, notes: [] };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

function fromBed(text: string, file: string, named: string): ReadPanel {
  const stretches = new Map<string, Stretch[]>();
  const genes = new Map<string, PanelGene>();
  const notes: Rejected[] = [];
  let id = named;
  let build: string | undefined;
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const [, said] = /^(?:#\s*(?:panel|id)\s*[:=]\s*|track\b.*?\bname=)"?([^"\s]+)"?/.exec(line) ?? [];
    if (said !== undefined) id = said;
    build ??= /^track\b.*?\bdb="?([\w.]+)/.exec(line)?.[1];
    if (line.trim() === '' || /^(?:#|track\b|browser\b)/.test(line)) continue;
    const [chromosome = '', from = '', to = '', name = ''] = line.split('\t').map((cell) => cell.trim());
    if (chromosome === '' || !/^\d+$/.test(from) || !/^\d+$/.test(to) || Number(to) < Number(from)) {
      notes.push({
        line: i + 1,
        value: line.slice(0, 200),
        rule: 'no-interval',
        says: 'the line is no chromosome, start and end between tabs: it covers nothing',
        remedy: 'Correct it: a BED has them in its first three columns.',
      });
      continue;
    }
    const stretch = { start: Number(from), end: Number(to) };
    const known = stretches.get(chromosome);
    if (known) known.push(stretch);
    else stretches.set(chromosome, [stretch]);
    for (const symbol of name.split(/[;,|]/).map((part) => part.trim()))
      if (symbol !== '' && symbol !== '.' && !genes.has(symbol)) genes.set(symbol, { symbol, chromosome, line: i + 1 });
  }
  let bases = 0;
  for (const of of stretches.values()) bases += united(of);
  if (genes.size === 0 && bases === 0)
    throw fault('other-format', 'the BED covers nothing and names no gene', { file }, REMEDY);
  const covered = { ...(bases > 0 && { coveredMb: bases / 1e6 }), ...(build !== undefined && { build }) };
  return { panel: { id, genes: [...genes.values()], ...covered }, notes };
}

/** Bases that stretches cover, each once. */
function united(stretches: Stretch[]): number {
  let [bases, reached] = [0, 0];
  for (const { start, end } of stretches.sort((a, b) => a.start - b.start)) {
    bases += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return bases;
}
