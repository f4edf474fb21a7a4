/** A field of a codebook. */
export interface DictionaryField {
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

/**
 * What a REDCap data dictionary says of the columns of an export, by their names; a checkbox is a column for each choice, `field___code`.
 */
export function redcapFields(rows: readonly Readonly<Record<string, string>>[]): ReadonlyMap<string, DictionaryField> {
  const fields = new Map<string, DictionaryField>();
  for (const row of rows) {
    const of = (heading: Heading): string =>
      HEADINGS[heading]
        .map((name) => row[name])
        .find((cell) => cell !== undefined)
        ?.trim() ?? '';
    const name = of('field');
    if (name === '') continue;
    const label = of('label')
      .replace(/<[^>]*>/g, '')
      .trim()
      .slice(0, 200);
    const common = {
      ...(label !== '' && { label }),
      ...(of('form') !== '' && { form: of('form') }),
      ...(/^y/i.test(of('identifier')) && { hidden: true as const }),
    };
    const kind = of('type').toLowerCase();
    if (kind === 'checkbox') {
      for (const [code, meaning] of choicesIn(of('choices')))
        fields.set(`${name}___${code.toLowerCase()}`, {
          ...common,
          label: `${label}: ${meaning}`.slice(0, 200),
          type: 'boolean',
          codes: [
            ['1', 'Checked'],
            ['0', 'Unchecked'],
          ],
        });
      continue;
    }
    fields.set(name, { ...common, ...ofKind(kind, of) });
  }
  return fields;
}

function ofKind(kind: string, of: (heading: Heading) => string): DictionaryField {
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
