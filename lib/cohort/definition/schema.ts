import * as z from 'zod';

/** Words that a column or derived variable can't be called: CEL's own, and the frame's. */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var void while ' +
    'patient specimen set_aside row cut codon'
  ).split(' '),
);

/** What a column or a derived variable may be called: a CEL identifier. */
export const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Panels without a list of genes of their own: every gene is sequenced. */
export const WHOLE_PANELS = ['exome', 'genome'] as const;

/** Units of a duration, in days. */
export const DURATION_UNITS = ['days', 'weeks', 'months', 'years'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

const COLUMN_TYPES = ['number', 'integer', 'category', 'boolean', 'date', 'duration', 'text', 'key'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

const Line = z.string().min(1).max(2_000);
const Cel = z.string().min(1).max(10_000);
const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Text = Scalar.transform(String);
const Type = z.enum(COLUMN_TYPES);

/** Maps lose their order in JSON: a normal form is a list of pairs. */
function ordered<T extends z.ZodType>(value: T) {
  const pairs = z.array(z.tuple([Text, value]));
  return z.union([
    pairs,
    z.record(z.string(), value).transform((map) => Object.entries(map) as [string, z.output<T>][]),
  ]);
}

const Codes = z
  .union([
    ordered(Scalar),
    z.array(Text).transform((list) => list.map((code): [string, string | number | boolean] => [code, code])),
  ])
  .meta({ description: 'What each code in the file means: a map, or a list of codes that mean themselves; in order' });

const Missing = z.array(Text).meta({ description: 'Codes that mean missing; an empty cell always does' });

const FullColumn = z
  .strictObject({
    from: Line.exactOptional().meta({ description: "The column's name in the file; default: the name here" }),
    type: Type.exactOptional().meta({ description: 'Default, where there are codes: category' }),
    unit: Line.exactOptional().meta({
      description: 'Of a number: any text. Of a duration: days, weeks, months or years',
    }),
    codes: Codes.exactOptional(),
    range: z
      .tuple([z.number().nullable(), z.number().nullable()])
      .exactOptional()
      .meta({ description: 'Smallest and largest possible value; null is open. What lies beyond is set aside' }),
    bounds: z
      .boolean()
      .exactOptional()
      .meta({ description: 'The file writes <x and >x: they decide the comparisons they can' }),
    part: z
      .tuple([z.int().nonnegative(), z.int().positive()])
      .exactOptional()
      .meta({ description: 'Start (from 0) and length: the part of the cell that is read' }),
    of: z
      .enum(['patient', 'specimen'])
      .exactOptional()
      .meta({ description: 'Whose column it is, in a table of specimens' }),
    label: Line.exactOptional().meta({ description: 'How it is called in results' }),
    missing: Missing.exactOptional(),
  })
  .meta({ description: 'A column of the file, and what it means' });

const Column = z.union([Type.transform((type): z.output<typeof FullColumn> => ({ type })), FullColumn]);

const Table = z
  .strictObject({
    match: Line.meta({ description: 'The files it describes: a name, or a pattern with * (not over /), ** and ?' }),
    sheet: Line.exactOptional().meta({ description: "The workbook's sheet; default the first" }),
    header: z
      .union([z.int().positive(), z.array(z.int().positive()).min(1).max(5)])
      .exactOptional()
      .meta({
        description: "The row of the column names; default the first that isn't empty. Several are joined by ' / '",
      }),
    only: z
      .record(z.string(), z.union([Text.transform((text) => [text]), z.array(Text)]))
      .exactOptional()
      .meta({ description: 'Columns and their values: the rows that are meant' }),
    ignore: z.array(Text).exactOptional().meta({ description: 'Columns that are not to be read' }),
    rows: z.enum(['patient', 'specimen', 'event']).meta({ description: 'What a row is' }),
    name: Line.exactOptional().meta({
      description: 'What the list of its rows is called in CEL: exists(name, …). A table of events needs one',
    }),
    patient: Line.meta({ description: "The column that holds the patient's identifier" }),
    specimen: Line.exactOptional().meta({ description: "The column that holds the specimen's identifier" }),
    panel: Line.exactOptional().meta({ description: 'The column that names what was sequenced' }),
    date: Line.exactOptional().meta({ description: "The date column of this table that orders a patient's rows" }),
    columns: z
      .record(z.string(), Column)
      .default({})
      .meta({ description: 'The columns that are meant, by the name they get' }),
  })
  .meta({ description: 'Files that hold a table' });

const Alterations = z
  .strictObject({
    match: Line,
    specimen: Line.default('Tumor_Sample_Barcode').meta({
      description: "The column that holds the specimen's identifier",
    }),
    build: z.enum(['GRCh37', 'GRCh38']).exactOptional().meta({ description: 'The genome that positions refer to' }),
    panel: Line.exactOptional().meta({ description: 'What was sequenced, for all; else the specimen table says it' }),
    covers: z.enum(['listed', 'present', 'file', 'matrix']).meta({
      description:
        'Which specimens were sequenced: every one that a table lists, those that occur in the file, those that the file itself names, or those that a gene panel matrix says were',
    }),
    levels: z
      .array(z.number().min(-2).max(2))
      .exactOptional()
      .meta({ description: 'Of discrete copy number: the levels that are alterations; default -2, -1.5 and 2' }),
    log2: z
      .tuple([z.number().max(0), z.number().min(0)])
      .exactOptional()
      .meta({
        description:
          'Of log2 copy number: alterations lie at these and beyond; default -1 and 1. Of segments: their means are log2 ratios, also where none is negative',
      }),
    ignore: z.array(Text).exactOptional().meta({ description: 'Columns that are not to be looked at' }),
  })
  .meta({ description: 'Files that hold somatic alterations' });

const Qualifying = z
  .strictObject({
    filters: z
      .union([z.literal('any'), z.array(Text)])
      .default('any')
      .meta({ description: 'any, or the filters that pass' }),
    minVaf: z.number().min(0).max(1).default(0).meta({ description: 'Smallest share of reads that carry it' }),
    classes: z
      .union([z.literal('any'), z.literal('protein-changing-or-splice'), z.array(Text)])
      .default('protein-changing-or-splice')
      .meta({ description: 'protein-changing-or-splice, any, or a list of Variant_Classification' }),
  })
  .meta({ description: 'Which alterations count' });

const EndpointByColumns = z
  .strictObject({
    origin: Line.meta({ description: 'Time zero, in words' }),
    time: Cel.meta({ description: 'A duration: the name of a column or derived variable, or CEL' }),
    event: Cel.meta({ description: 'Whether the event happened: a boolean' }),
    competing: z
      .union([
        Cel,
        z
          .array(
            z.strictObject({
              event: Cel.meta({ description: 'Whether it happened: a boolean' }),
              time: Cel.exactOptional().meta({ description: 'Its own duration, where the endpoint has another' }),
              label: Line.exactOptional(),
            }),
          )
          .min(1)
          .max(10),
      ])
      .exactOptional()
      .meta({ description: 'Other events after which the event can no longer happen: a boolean, or a list' }),
    entry: Cel.exactOptional().meta({
      description: 'Delayed entry: the duration from time zero until a patient came under observation',
    }),
    label: Line.exactOptional(),
  })
  .meta({ description: 'An endpoint that the file holds as a duration and its event' });

const EndpointByDates = z
  .strictObject({
    origin: Cel.meta({ description: 'Time zero: a date' }),
    entry: Cel.exactOptional().meta({
      description: 'Delayed entry: the date at which a patient came under observation',
    }),
    events: z
      .array(
        z.strictObject({
          date: Cel.meta({ description: 'The date of the event' }),
          when: Cel.exactOptional().meta({ description: 'Whether it happened, where the file says so apart' }),
        }),
      )
      .min(1)
      .max(20),
    competing: z
      .array(
        z.strictObject({
          date: Cel.meta({ description: 'The date of the competing event' }),
          when: Cel.exactOptional().meta({ description: 'Whether it happened, where the file says so apart' }),
          label: Line.exactOptional(),
        }),
      )
      .min(1)
      .max(10)
      .exactOptional()
      .meta({ description: 'Other events after which the event can no longer happen' }),
    seen: Cel.exactOptional().meta({ description: 'The date last seen: where there is no event, time ends here' }),
    censor: Cel.exactOptional().meta({ description: 'A date that ends it earlier' }),
    label: Line.exactOptional(),
  })
  .meta({ description: 'An endpoint from dates: the first event, else last seen' });

const Group = z
  .strictObject({
    by: Cel.meta({ description: 'CEL: a boolean, a category, or an integer of few values' }),
    labels: ordered(Text)
      .exactOptional()
      .meta({ description: 'Label of each value, in order: the first is the reference' }),
    known: Cel.exactOptional().meta({
      description: 'The date at which membership became known, where that is after time zero',
    }),
  })
  .meta({ description: 'Groups to compare' });

const Check = z
  .strictObject({
    id: Line.meta({ description: 'Its rule, as problems name it' }),
    cel: Cel.meta({ description: 'CEL: true is wrong' }),
    of: Line.exactOptional().meta({ description: 'The named table whose rows are judged; default the patients' }),
    level: z.enum(['error', 'cell', 'warning']).meta({
      description: 'error: the row is set apart; cell: `column` is set aside; warning: kept and flagged',
    }),
    column: Line.exactOptional().meta({ description: 'The column that is wrong where it is true' }),
    says: Line.exactOptional().meta({ description: 'What the person who keeps the file is told' }),
    remedy: Line.exactOptional(),
  })
  .meta({ description: 'What may not be, over all patients' });

const DerivedInTable = z
  .strictObject({
    of: Line.meta({ description: 'The named table of whose rows it is a column' }),
    cel: Cel.meta({ description: 'CEL; row.x inside a list function is the x of the row that is being derived' }),
  })
  .meta({ description: 'A column of each row of a table' });

const Score = z
  .strictObject({
    score: z
      .record(Cel, z.number())
      .refine((items) => Object.keys(items).length > 0, 'a score has items')
      .meta({ description: 'Conditions in CEL and their points. A missing item leaves bounds' }),
    source: Line.exactOptional().meta({ description: 'Where it was published' }),
    label: Line.exactOptional(),
  })
  .meta({ description: 'A score: the sum of the points of the conditions that are true' });

const Criterion = z
  .strictObject({
    id: Text,
    says: Line.meta({ description: 'The step in words' }),
    cel: Cel.meta({ description: 'CEL: false leaves as "no", missing as "not recorded"' }),
  })
  .meta({ description: 'A step of eligibility' });

const PlanSensitivity = z.strictObject({
  says: Line,
  criteria: z.record(z.string(), Cel).exactOptional().meta({ description: 'By id of a step its CEL, or drop' }),
  set: z.record(z.string(), Cel).exactOptional().meta({ description: 'New CEL of derived variables' }),
  endpoints: z
    .record(z.string(), z.record(z.string(), Cel))
    .exactOptional()
    .meta({ description: 'Keys of endpoints, replaced or added' }),
  impute: z.int().min(2).max(1_000).exactOptional(),
  of: z.array(Text).min(1).meta({ description: 'Items of the plan' }),
});

const Plan = z
  .strictObject({
    primary: Text.exactOptional().meta({ description: 'The item of the primary analysis' }),
    sets: z.record(z.string(), z.array(Line)).default({}).meta({ description: 'Named lists of variables' }),
    items: z
      .array(z.looseObject({ id: Text, analysis: Line, where: Cel.exactOptional() }))
      .default([])
      .meta({ description: 'Requests of the API, each with an id' }),
    sensitivities: z.record(z.string(), PlanSensitivity).default({}),
  })
  .meta({ description: 'The analyses that were planned' });

/** The document a cohort is described by. Its output is the normal form: ordered maps are lists of pairs, defaults are filled in. */
export const DefinitionSchema = z
  .strictObject({
    title: Line.meta({ description: 'What the cohort is called in results' }),
    about: z.record(z.string(), Text).exactOptional().meta({ description: 'Site, approval, registration: printed' }),
    stamp: Line.exactOptional().meta({
      description: 'Printed on every page and across every picture of the cohort: SYNTHETIC',
    }),
    labels: z
      .record(Line, Line)
      .exactOptional()
      .meta({ description: 'What variables and groups are called in results, by name' }),
    cut: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/, 'a date is written yyyy-mm-dd')
      .exactOptional()
      .meta({ description: 'The data cut: endpoints by dates end here; a date in CEL too' }),
    missing: Missing.default([]),
    tables: z.array(Table).min(1).max(200),
    alterations: z.array(Alterations).max(200).default([]),
    specimens: z
      .strictObject({ counts: Cel.meta({ description: 'CEL: which specimens may stand for a patient' }) })
      .exactOptional()
      .meta({ description: 'Of several that may, the earliest counts' }),
    qualifying: Qualifying.prefault({}),
    checks: z.array(Check).max(500).exactOptional(),
    derived: z
      .record(z.string(), z.union([Cel, DerivedInTable, Score]))
      .default({})
      .meta({ description: 'Variables by CEL, in any order' }),
    criteria: z.array(Criterion).max(100).exactOptional(),
    endpoints: z.record(z.string(), z.union([EndpointByColumns, EndpointByDates])).default({}),
    groups: z.record(z.string(), Group).default({}),
    plan: Plan.exactOptional(),
  })
  .meta({ title: 'Cohort definition', description: "What a cohort's files mean" });

/** Where parts of a definition stand in the text it was read from: line and column, by JSON pointer. */
export const DefinitionPlaces = z.record(z.string(), z.tuple([z.int(), z.int()]));

/**
 * A definition in its normal form. `places` is kept beside it, so that a problem can point into the text; it is no part of what the
 * definition says, of its digest or of a reading's.
 */
export type Definition = z.output<typeof DefinitionSchema> & {
  readonly places?: Readonly<z.output<typeof DefinitionPlaces>>;
};
export type TableDefinition = Definition['tables'][number];
export type ColumnDefinition = TableDefinition['columns'][string];
export type EndpointDefinition = Definition['endpoints'][string];
export type GroupDefinition = Definition['groups'][string];
export type DerivedDefinition = Definition['derived'][string];
export type CheckDefinition = NonNullable<Definition['checks']>[number];
export type AlterationsDefinition = Definition['alterations'][number];

/** The JSON Schema of what may be written into `cohort.yaml`. */
export function definitionJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(DefinitionSchema, { io: 'input' });
}
