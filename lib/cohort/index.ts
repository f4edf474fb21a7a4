export { type AlterationReader, createAlterationReader } from './alteration-reader.ts';
export { type BuiltFrame, buildFrame } from './build-frame.ts';
export { definitionDigest, parseDefinition } from './definition.ts';
export type { Variable } from './dictionary.ts';
export type { Endpoint } from './endpoint.ts';
export { type Column, FRAME_TABLES, type FrameTable, type FrameTables, MISSING, type Table } from './frame.ts';
export type { GeneMatrix, Panel } from './genes.ts';
export type { Group } from './group.ts';
export { type CohortFrame, openCohort, type Subgroup } from './open-cohort.ts';
export type { FrameSource } from './people.ts';
export { Problem } from './problem.ts';
export { PARSER_VERSION, planReading, type Reading, readingDigest, type TableReading } from './reading.ts';
export {
  ALTERATION_KINDS,
  type Alteration,
  type AlterationKind,
  type PatientRow,
  type SourceRecords,
  type SpecimenRow,
  type UnreadableGene,
  type Value,
  type Values,
} from './record.ts';
export { type Definition, definitionJsonSchema } from './schema.ts';
export { createTableReader, type TableReader } from './table-reader.ts';
export type { AlterationText, TextRow } from './text.ts';
