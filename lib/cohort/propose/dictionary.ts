import { unitIn } from './units.ts';

/** A field of a codebook. */
export interface DictionaryField {
  /** What an export of raw data calls the column. */
  readonly name: string;
  readonly label?: string;
  readonly type?: 'number' | 'integer' | 'date' | 'boolean' | 'category';
  readonly codes?: readonly (readonly [code: string, meaning: string])[];
  readonly range?: readonly [number | null, number | null];
  readonly unit?: string;
  /** The instrument it belongs to. */
  readonly form?: string;
  /** Free text, or what the dictionary itself marks as an identifier. */
  readonly hidden?: true;
}

/** Headings of REDCap's data dictionary, in its two forms. */
const HEADINGS = {
  field: ['Variable / Field Name', 'field_name'],
  form: ['Form Name', 'form_name'],
  type: ['Field Type', 'field_type'],
  label: ['Field Label', 'field_label'],
  choices: ['Choices, Calculations, OR Slider Labels', 'select_choices_or_calculations'],
  validation: ['Text Validation Type OR Show Slider Number', 'text_validation_type_or_show_slider_number'],
  min: ['Text Validation Min', 'text_validation_min'],
  max: ['Text Validation Max', 'text_validation_max'],
  identifier: ['Identifier?', 'identifier'],
  note: ['Field Note', 'field_note'],
} as const;

type Heading = keyof typeof HEADINGS;

/** `1, Male | 2, Female` */
function choicesIn(text: string): readonly (readonly [string, string])[] {
  return text
    .split('|')
    .map((part) => part.trim())
    .flatMap((part) => {
      const comma = part.indexOf(',');
      return comma < 0 ? [] : [[part.slice(0, comma).trim(), part.slice(comma + 1).trim()] as const];
    });
}

function numberIn(text: string): number | null {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

/** A field's name, and what an export of labels calls its column. */
type Entry = readonly [field: DictionaryField, called: string];

/** Columns of a codebook, by what an export of raw data calls them, or an export of labels. */
export class Codebook {
  readonly #fields = new Map<string, DictionaryField>();

  constructor(rows: readonly Readonly<Record<string, string>>[]) {
    const entries = fieldsOf(rows);
    for (const [field] of entries) this.#fields.set(field.name, field);
    const seen = new Map<string, number>();
    for (const [field, called] of entries) {
      const count = (seen.get(called) ?? 0) + 1;
      seen.set(called, count);
      const column = count === 1 ? called : `${called} (${count})`; // as the header's reader numbers them
      if (called !== '' && !this.#fields.has(column)) this.#fields.set(column, field);
    }
  }

  of(column: string): DictionaryField | undefined {
    return this.#fields.get(column) ?? this.#fields.get(column.replaceAll(/\s+/g, ' '));
  }
}

/** What a form's status can be; its column stands after those of its fields. */
const STATUS = [
  ['0', 'Incomplete'],
  ['1', 'Unverified'],
  ['2', 'Complete'],
] as const;

/**
 * What a REDCap data dictionary says of the columns of an export, in its order; a checkbox is a column for each choice, `field___code`, or
 * `Label (choice=Meaning)`.
 */
function fieldsOf(rows: readonly Readonly<Record<string, string>>[]): readonly Entry[] {
  const fields: Entry[] = [];
  let form = '';
  const close = (): void => {
    const status = { name: `${form}_complete`, label: `${form}: complete?`, type: 'category' as const, codes: STATUS };
    if (form !== '') fields.push([status, 'Complete?']);
  };
  for (const row of rows) {
    const of = (heading: Heading): string =>
      HEADINGS[heading]
        .map((name) => row[name])
        .find((cell) => cell !== undefined)
        ?.trim() ?? '';
    const name = of('field');
    if (name === '') continue;
    if (of('form') !== form) close();
    form = of('form');
    const called = of('label')
      .replace(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
    const label = called.slice(0, 200);
    const unit = unitIn(of('note'));
    const common = {
      ...(label !== '' && { label }),
      ...(unit !== undefined && { unit }),
      ...(of('form') !== '' && { form: of('form') }),
      ...(/^y/i.test(of('identifier')) && { hidden: true as const }),
    };
    const kind = of('type').toLowerCase();
    if (kind === 'checkbox') {
      for (const [code, meaning] of choicesIn(of('choices')))
        fields.push([
          {
            name: `${name}___${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`, // a code of -1 is ____1
            ...common,
            label: `${label}: ${meaning}`.slice(0, 200),
            type: 'boolean',
            codes: [
              ['1', 'Checked'],
              ['0', 'Unchecked'],
            ],
          },
          `${called} (choice=${meaning})`,
        ]);
      continue;
    }
    fields.push([{ name, ...common, ...ofKind(kind, of) }, called]);
  }
  close();
  return fields;
}

function ofKind(kind: string, of: (heading: Heading) => string): Omit<DictionaryField, 'name'> {
  const validation = of('validation').toLowerCase();
  const [min, max] = [numberIn(of('min')), numberIn(of('max'))];
  const range = min === null && max === null ? {} : { range: [min, max] as const };
  switch (kind) {
    case 'radio':
    case 'dropdown':
      return { type: 'category', codes: choicesIn(of('choices')) };
    case 'yesno':
      return {
        type: 'boolean',
        codes: [
          ['1', 'Yes'],
          ['0', 'No'],
        ],
      };
    case 'truefalse':
      return {
        type: 'boolean',
        codes: [
          ['1', 'True'],
          ['0', 'False'],
        ],
      };
    case 'notes':
      return { hidden: true };
    case 'calc':
    case 'slider':
      return { type: 'number', ...range };
    default:
      if (validation.startsWith('date')) return { type: 'date' };
      if (validation === 'integer') return { type: 'integer', ...range };
      if (validation.startsWith('number')) return { type: 'number', ...range };
      return validation === 'email' || validation === 'phone' ? { hidden: true } : {};
  }
}
