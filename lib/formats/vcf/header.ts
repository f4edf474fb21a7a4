import { fault } from '../fault.ts';
import { type AnnotationFields, annotationFields } from './annotation-fields.ts';
import { type FieldSpec, reserved } from './field.ts';
import { attributeOf, type MetaLine, metaLine } from './meta.ts';
import { declared, metaFault } from './meta-faults.ts';
import type { SpecificationWarnings } from './problems.ts';

/** Columns before those of the samples. */
export const FIXED = ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO'] as const;

/** What a VCF says of itself before its first record. */
export interface VcfHeader {
  /** 1 to 5: version 4.x. */
  readonly minor: number;
  /** Names of the samples, in order of their columns. */
  readonly samples: readonly string[];
  readonly metas: readonly MetaLine[];
  /** What a key of INFO or FORMAT holds: as declared here, else as reserved. */
  readonly spec: (kind: 'INFO' | 'FORMAT', key: string) => FieldSpec | undefined;
  /** How genes and consequences are written in INFO, where a tool has done so. */
  readonly annotation: AnnotationFields | undefined;
}

const MOST_LINES = 100_000;

const AGAIN = 'Put the file as the caller wrote it, or have it written again.';

/** Reads the header's lines one after the other. */
export class HeaderReader {
  readonly #file: string;
  readonly #warnings: SpecificationWarnings;
  readonly #metas: MetaLine[] = [];
  #line = 0;
  #minor = 0;

  constructor(file: string, warnings: SpecificationWarnings) {
    this.#file = file;
    this.#warnings = warnings;
  }

  /**
   * Takes the next line; gives the header where that was its last. Throws `unknown-version`, `no-header`, `duplicate-header` where what follows
   * can't be trusted.
   */
  take(text: string): VcfHeader | undefined {
    this.#line += 1;
    if (this.#line === 1) {
      this.#minor = this.#version(text);
      return undefined;
    }
    if (text.startsWith('##')) this.#meta(text);
    else if (text.startsWith('#')) return this.#columns(text);
    else if (text.trim() !== '') throw this.#fault('no-header', 'a line of the header does not begin with ##', text);
    if (this.#line > MOST_LINES) throw this.#fault('over-limit', `the header has more than ${MOST_LINES} lines`, '');
    return undefined;
  }

  /** That the file ended before its header did. */
  unfinished(): Error {
    return this.#fault('no-header', 'the file has no line of column names (#CHROM)', '');
  }

  #version(text: string): number {
    const [, minor] = /^##fileformat=VCFv4\.([1-5])$/.exec(text) ?? [];
    if (minor !== undefined) return Number(minor);
    throw fault(
      'unknown-version',
      'the first line names none of the versions that are read, VCFv4.1 to VCFv4.5',
      { file: this.#file, line: 1, column: 'fileformat', value: text.slice(0, 100) },
      'Put the file as the caller wrote it, or convert it, for instance with bcftools view.',
    );
  }

  #meta(text: string): void {
    const meta = metaLine(text, this.#line);
    if (!meta) {
      this.#warnings.add('meta', this.#line, 'header', () => 'the line is no key and value', lineOf(text));
      return;
    }
    this.#metas.push(meta);
    const wrong = metaFault(meta, this.#minor);
    if (wrong)
      this.#warnings.add(
        'meta',
        this.#line,
        `${meta.key}/${wrong.part}`,
        () => `${meta.key}: ${wrong.says}`,
        lineOf(text),
      );
  }

  #columns(text: string): VcfHeader {
    const columns = text.split('\t');
    const wrong = FIXED.findIndex((name, i) => columns[i] !== name);
    if (wrong >= 0) throw this.#fault('no-header', `column ${wrong + 1} is not ${FIXED[wrong]}`, columns[wrong] ?? '');
    if (columns.length > FIXED.length && columns[FIXED.length] !== 'FORMAT')
      throw this.#fault('no-header', `column ${FIXED.length + 1} is not FORMAT`, columns[FIXED.length] ?? '');
    const samples = columns.slice(FIXED.length + 1);
    if (columns.length === FIXED.length + 1)
      throw this.#fault('no-header', 'FORMAT is followed by no sample', 'FORMAT');
    if (samples.some((name) => name.trim() === '')) throw this.#fault('no-header', 'a sample has no name', '');
    const twice = samples.find((name, i) => samples.indexOf(name) !== i);
    if (twice !== undefined) throw this.#fault('duplicate-header', 'two samples have one name', twice);
    return this.#header(samples);
  }

  #header(samples: readonly string[]): VcfHeader {
    const metas = this.#metas;
    const minor = this.#minor;
    const specs = { INFO: new Map<string, FieldSpec>(), FORMAT: new Map<string, FieldSpec>() };
    for (const meta of metas) {
      const { key } = meta;
      if (key !== 'INFO' && key !== 'FORMAT') continue;
      const id = attributeOf(meta, 'ID');
      const spec = declared(meta);
      if (id === undefined || !spec) continue;
      const counts = reserved(key, id, minor)?.counts;
      specs[key].set(id, { ...spec, ...(counts && { counts }) });
    }
    return {
      minor,
      samples,
      metas,
      spec: (kind, key) => specs[kind].get(key) ?? reserved(kind, key, minor),
      annotation: annotationFields(metas),
    };
  }

  #fault(code: 'no-header' | 'duplicate-header' | 'over-limit', says: string, value: string): Error {
    const place = { file: this.#file, line: Math.max(1, this.#line), column: 'header' };
    return fault(
      code,
      `the VCF's header: ${says}`,
      { ...place, ...(value !== '' && { value: value.slice(0, 100) }) },
      AGAIN,
    );
  }
}

function lineOf(text: string): () => string {
  return () => text;
}
