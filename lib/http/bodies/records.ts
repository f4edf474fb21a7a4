import * as z from 'zod';

export const PatientRecords = z
  .strictObject({
    patient: z.string(),
    rows: z.array(
      z.strictObject({
        file: z.string(),
        table: z.string().optional().meta({ description: 'Of a table of events: its name' }),
        line: z.int(),
        identifier: z.string(),
        values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
        setAside: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Patient' });

export const GeneRecords = z
  .strictObject({
    gene: z.string(),
    patients: z.int().meta({ description: 'Patients with a qualifying alteration in it' }),
    specimens: z.int(),
    from: z.int(),
    next: z.int().optional(),
    alterations: z.array(z.looseObject({ patient: z.string(), specimen: z.string() })),
  })
  .meta({ id: 'Gene' });
