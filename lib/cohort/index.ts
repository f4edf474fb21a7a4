export { createAlterationReader } from './alteration-reader.ts';
export { buildFrame } from './build-frame.ts';
export { buildCalled, buildFor } from './builds.ts';
export type { CohortFrame, Sensitivity } from './cohort-frame.ts';
export { definitionDigest, parseDefinition, planDigest, refuseDefinition } from './definition.ts';
export type { DefinitionFault } from './dictionary.ts';
export type { Apart, Eligibility } from './eligibility.ts';
export { type Column, FRAME_TABLES, type FrameTable, type FrameTables, MISSING, type Table } from './frame.ts';
export { geneId, geneName } from './gene-names.ts';
export type { FoundAlteration, GeneMatrix, Panel } from './genes.ts';
export { type IdentifierFinding, IdentifierScreen } from './identifiers.ts';
export { openCohort } from './open-cohort.ts';
export { oncogenicPathways, type Pathway } from './pathways.ts';
export type { FrameSource } from './people.ts';
export { Problem } from './problem.ts';
export { propose } from './propose/draft.ts';
export type { Proposal, Seen, SeenAlterations, SeenMeta, SeenTable } from './propose/inputs.ts';
export { calledLikePatient } from './propose/keys.ts';
export { memberReading, PARSER_VERSION, planArchive, planReading, type Reading, readingDigest } from './reading.ts';
export type {
  Alteration,
  AlterationKind,
  EventRow,
  NamedBuild,
  PanelGene,
  PanelRecord,
  PatientRow,
  SourceFacts,
  SourceRecords,
  SpecimenRow,
  UnreadableGene,
  Value,
  Values,
} from './record.ts';
export { RULE_TEMPLATES } from './rule-templates.ts';
export { RULES } from './rules.ts';
export { rulesPage } from './rules-page.ts';
export { type Definition, definitionJsonSchema } from './schema.ts';
export { schemaFaults } from './schema-faults.ts';
export { screenOf, screenOfAlterations } from './screening.ts';
export { createTableReader } from './table-reader.ts';
export type { AlterationText, TextRow } from './text.ts';
export { expressionWords } from './words.ts';
