import * as z from 'zod';
import { digestOf, type Json, SignetError } from '../base/index.ts';

/** What a model needs to know of a patient. */
const ModelVariable = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .meta({ description: 'As the cohort that made the model calls it: a name, or an expression' }),
    label: z.string(),
    kind: z.enum(['number', 'levels']),
    unit: z.string().optional().meta({ description: 'Of a number' }),
    per: z.number().positive().optional().meta({ description: 'Of a number: so many units make one step' }),
    knots: z.array(z.number()).min(3).optional().meta({ description: 'Of a restricted cubic spline' }),
    levels: z.array(z.string()).min(1).optional().meta({ description: 'The first is the reference' }),
    says: z.string().meta({ description: 'What it is, in words' }),
    cel: z.string().optional().meta({ description: 'How it is derived, from columns and genes alone' }),
  })
  .refine(({ kind, levels }) => (kind === 'levels') === (levels !== undefined), {
    path: ['levels'],
    message: 'levels are of a variable with levels, and only of one',
  });

/** A coefficient, and what it is multiplied with: the product of its parts. */
const ModelTerm = z.strictObject({
  label: z.string(),
  coefficient: z.number(),
  mean: z.number().meta({ description: 'Of what it is multiplied with, in the patients that the model was made from' }),
  of: z
    .array(
      z.strictObject({
        variable: z.int().min(0).meta({ description: 'Place in variables' }),
        level: z.string().optional().meta({ description: '1 for who has it' }),
        basis: z.int().min(0).optional().meta({ description: 'Which function of the spline' }),
      }),
    )
    .min(1)
    .max(2),
});

/** A model as what it says, apart from where it came from. */
export const ModelContent = z.strictObject({
  title: z.string(),
  outcome: z.strictObject({
    kind: z.enum(['survival', 'binary']),
    name: z.string(),
    title: z.string(),
    /** Time zero, of survival. */
    origin: z.string(),
    unit: z.literal('months').optional(),
  }),
  /** Months of the figures of performance; null of a binary outcome, or where none could be told. */
  horizon: z.number().positive().nullable(),
  patients: z.int(),
  events: z.int(),
  variables: z.array(ModelVariable).max(1000),
  terms: z.array(ModelTerm).max(2000),
  intercept: z.number().meta({ description: 'Of the linear predictor; 0 of survival' }),
  centre: z.number().meta({ description: 'The mean linear predictor: baseline survival is of who has it' }),
  baseline: z
    .array(z.strictObject({ time: z.number().positive(), survival: z.number().gt(0).lte(1) }))
    .max(1000)
    .meta({ description: 'Survival at months on a grid; between them the cumulative hazard rises evenly' }),
  qualifying: z.json().optional().meta({ description: 'Which alterations count, where genes do' }),
  candidates: z.array(z.string()).meta({ description: 'All that the model was chosen from' }),
  performance: z.array(
    z.strictObject({
      measure: z.string(),
      value: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      corrected: z.number().nullable().meta({ description: 'For optimism' }),
    }),
  ),
  method: z.array(z.string()),
});
export type ModelContent = z.infer<typeof ModelContent>;

/**
 * A model that another site applies to its own patients. It holds no row of a patient: coefficients, means, and a baseline on a grid that is
 * not that of the events. `content` is the digest of everything else in it.
 */
export const ModelDocument = z
  .strictObject({
    schema: z.literal('signet-model/1'),
    id: z.string().meta({ description: 'Of the result that made it' }),
    content: z.string(),
    engine: z.string(),
    cohort: z.strictObject({ name: z.string(), title: z.string() }),
    frame: z.string().meta({ description: 'Digest of the data that it was made from' }),
    model: ModelContent,
  })
  .meta({ id: 'ModelDocument', description: 'A prediction model, made elsewhere' });
export type ModelDocument = z.infer<typeof ModelDocument>;

function contentOf({ content: _, ...rest }: Omit<ModelDocument, 'content'> & { content?: string }): string {
  return digestOf(rest as Json);
}

/** The document of the model that a result made; undefined where it made none. */
export function modelDocument(of: {
  readonly id: string;
  readonly engine: string;
  readonly cohort: ModelDocument['cohort'];
  readonly frame: { readonly digest: string };
  readonly findings: { readonly model?: ModelContent | undefined };
}): ModelDocument | undefined {
  const { model } = of.findings;
  if (model === undefined) return undefined;
  const document = {
    schema: 'signet-model/1' as const,
    id: of.id,
    engine: of.engine,
    cohort: of.cohort,
    frame: of.frame.digest,
    model,
  };
  return { ...document, content: contentOf(document) };
}

/** Throws `altered-model` where the document isn't what its digest was taken of. */
export function checkModel(document: ModelDocument, pointer: string): void {
  if (contentOf(document) === document.content) return;
  throw new SignetError('altered-model', 'The model document does not match its own digest', {
    place: { pointer: `${pointer}/content` },
    remedy: 'Take the document again from the site that made it, and give it as it is.',
  });
}
