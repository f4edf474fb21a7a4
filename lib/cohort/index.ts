export { definitionDigest, parseDefinition, planDigest, refuseDefinition } from './definition/definition.ts';
export type { DefinitionFault } from './definition/dictionary.ts';
export type { Apart, Eligibility } from './definition/eligibility.ts';
export { type Definition, definitionJsonSchema } from './definition/schema.ts';
export { schemaFaults } from './definition/schema-faults.ts';
export { expressionWords } from './expressions/words.ts';
export { buildFrame } from './frames/build-frame.ts';
export type { CohortFrame, Sensitivity } from './frames/cohort-frame.ts';
export { openCohort } from './frames/open-cohort.ts';
export { buildCalled, buildFor } from './genes/builds.ts';
export { variantClass } from './genes/classes.ts';
export { geneId, geneName } from './genes/gene-names.ts';
export type { FoundAlteration, GeneMatrix, Panel } from './genes/genes.ts';
export { oncogenicPathways, type Pathway } from './genes/pathways.ts';
export { type IdentifierFinding, IdentifierScreen } from './identifiers/identifiers.ts';
export { screenOf, screenOfAlterations } from './identifiers/screening.ts';
export type { FrameSource } from './people/people.ts';
export { propose } from './propose/draft.ts';
export type { Proposal, Seen, SeenAlterations, SeenMeta, SeenTable } from './propose/inputs.ts';
export { calledLikePatient } from './propose/keys.ts';
export { createAlterationReader } from './reading/alteration-reader.ts';
export {
  memberReading,
  PARSER_VERSION,
  planArchive,
  planReading,
  type Reading,
  readingDigest,
} from './reading/reading.ts';
export { createTableReader } from './reading/table-reader.ts';
export { RULES } from './rules/rules.ts';
export { RULE_TEMPLATES } from './templates/rule-templates.ts';
export { rulesPage } from './templates/rules-page.ts';
export { type Column, FRAME_TABLES, type FrameTable, type FrameTables, MISSING, type Table } from './values/frame.ts';
export { Problem } from './values/problem.ts';
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
} from './values/record.ts';
export type { AlterationText, TextRow } from './values/text.ts';
