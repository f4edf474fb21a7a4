import { type FieldSpec, numberOf, reserved } from './field.ts';
import { type Attribute, attributeOf, type MetaLine } from './meta.ts';

/** What is wrong with a header line: the part that has it, and a sentence. */
export interface MetaFault {
  readonly part: string;
  readonly says: string;
}

const TYPES: ReadonlySet<string> = new Set(['Integer', 'Float', 'Flag', 'Character', 'String']);

/** Symbolic alleles that the specification knew before it let anyone name their own (4.3). */
const OLD_ALT = /^(?:(DEL|INS|DUP|INV|CNV)(:[^\s,<>]+)*|NON_REF)$/; // NON_REF: as every gVCF of GATK and DRAGEN says

const URL = /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s<>]+|file:[^\s<>]+)$/i;

/** How a header line of a kind that the specification describes breaks it. `minor`: of version 4.x. */
export function metaFault(meta: MetaLine, minor: number): MetaFault | undefined {
  switch (meta.key) {
    case 'INFO':
    case 'FORMAT':
      return structured(meta) ?? fieldFault(meta, meta.key, minor);
    case 'FILTER':
      return structured(meta) ?? begins(meta, ['ID', 'Description']) ?? described(meta);
    case 'ALT':
      return structured(meta) ?? altFault(meta, minor);
    case 'contig':
      return structured(meta) ?? named(meta, /^[^\s,<>]+$/);
    case 'SAMPLE':
      return structured(meta) ?? sampleFault(meta, minor);
    case 'PEDIGREE':
      return structured(meta) ?? pedigreeFault(meta, minor);
    case 'META':
      return structured(meta) ?? metaLineFault(meta);
    case 'assembly':
      return URL.test(meta.value) ? undefined : { part: 'assembly', says: 'it is no address' };
    case 'pedigreeDB':
      return /^<.*>$/.test(meta.value) && URL.test(meta.value.slice(1, -1))
        ? undefined
        : { part: 'pedigreeDB', says: 'it is no address in angle brackets' };
    default:
      return undefined;
  }
}

function structured({ key, attributes }: MetaLine): MetaFault | undefined {
  return attributes ? undefined : { part: key, says: 'its attributes between angle brackets can not be read' };
}

function begins({ attributes = [] }: MetaLine, keys: readonly string[]): MetaFault | undefined {
  const wrong = keys.find((key, i) => attributes[i]?.key !== key);
  return wrong === undefined ? undefined : { part: wrong, says: `${keys.join(', ')} come first, in this order` };
}

function described(meta: MetaLine): MetaFault | undefined {
  const description = meta.attributes?.find(({ key }) => key === 'Description');
  return description?.quoted ? undefined : { part: 'Description', says: 'Description is not in quotes' };
}

function named(meta: MetaLine, pattern: RegExp): MetaFault | undefined {
  const id = attributeOf(meta, 'ID');
  return id !== undefined && pattern.test(id) ? undefined : { part: 'ID', says: 'ID is missing, or no identifier' };
}

/** What a header line says of a field; undefined where number or type can't be understood. */
export function declared(meta: MetaLine): FieldSpec | undefined {
  const number = numberOf(attributeOf(meta, 'Number') ?? '');
  const type = attributeOf(meta, 'Type') ?? '';
  return number !== undefined && TYPES.has(type) ? { number, type: type as FieldSpec['type'] } : undefined;
}

function fieldFault(meta: MetaLine, kind: 'INFO' | 'FORMAT', minor: number): MetaFault | undefined {
  const says = begins(meta, ['ID', 'Number', 'Type', 'Description']) ?? described(meta);
  if (says) return says;
  const id = attributeOf(meta, 'ID') ?? '';
  if (!(minor >= 3 ? /^(?:[A-Za-z_][0-9A-Za-z_.]*|1000G)$/ : /^[^\s,;=<>]+$/).test(id))
    return { part: 'ID', says: 'ID is no identifier' };
  const spec = declared(meta);
  if (!spec || (kind === 'FORMAT' && spec.type === 'Flag'))
    return numberOf(attributeOf(meta, 'Number') ?? '') === undefined
      ? { part: 'Number', says: 'Number is none that the specification knows' }
      : { part: 'Type', says: 'Type is none that the specification knows' };
  const known = reserved(kind, id, minor);
  if (!known) return undefined;
  if (known.type !== spec.type)
    return { part: 'Type', says: `${id} is reserved for type ${known.type}, and declared ${spec.type}` };
  if (known.number !== spec.number && !(minor >= 4 && spec.number === '.'))
    return { part: 'Number', says: `${id} is reserved for number ${known.number}, and declared ${spec.number}` };
  return undefined;
}

function altFault(meta: MetaLine, minor: number): MetaFault | undefined {
  const odd = meta.attributes?.find(({ key }) => key === 'Number' || key === 'Type');
  if (odd) return { part: odd.key, says: `ALT has no ${odd.key}` };
  const pattern = minor >= 3 ? /^[^\s,<>]+$/ : OLD_ALT;
  return begins(meta, ['ID', 'Description']) ?? named(meta, pattern) ?? described(meta);
}

function sampleFault(meta: MetaLine, minor: number): MetaFault | undefined {
  const unnamed = named(meta, /^[^\s,]+$/);
  if (unnamed || minor >= 3) return unnamed;
  if (attributeOf(meta, 'Genomes') === undefined) return { part: 'Genomes', says: 'Genomes is missing' };
  const quoted = meta.attributes?.find(({ key, quoted }) => quoted && key !== 'Description');
  return quoted && { part: quoted.key, says: `${quoted.key} is in quotes` };
}

function pedigreeFault({ attributes = [] }: MetaLine, minor: number): MetaFault | undefined {
  if (minor >= 3 && attributes[0]?.key !== 'ID') return { part: 'ID', says: 'ID does not come first' };
  const wrong = attributes.find(({ value }: Attribute) => !/^[\w.-]+$/.test(value));
  return wrong && { part: wrong.key, says: `${wrong.key} names no sample` };
}

function metaLineFault(meta: MetaLine): MetaFault | undefined {
  if (attributeOf(meta, 'Type') !== undefined && attributeOf(meta, 'Type') !== 'String')
    return { part: 'Type', says: 'the Type of META is String' };
  const values = meta.attributes?.find(({ key }) => key === 'Values');
  if (values && !/^\[.*\]$/.test(values.value)) return { part: 'Values', says: 'Values are not in brackets' };
  return begins(meta, ['ID', 'Type', 'Number', 'Values']);
}
