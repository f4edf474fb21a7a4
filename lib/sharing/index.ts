export { cardOf, DEFAULT_THRESHOLDS } from './card.ts';
export { atomsOf, type SentSet, smallAtoms } from './control/atoms.ts';
export { type CellBounds, type Counts, cellBounds, type Held } from './control/cell-bounds.ts';
export { type Behind, satisfies, tooFew } from './control/enough.ts';
export { commonGrid, endedBins, mergedBins, siteLeavers } from './control/grid.ts';
export { type LedgerEntry, ledgerHolds, ledgerOf } from './control/ledger.ts';
export { largestShare, scoreStatistic } from './control/score-rule.ts';
export { type ShownTable, suppressed } from './control/suppress.ts';
export type {
  AnswerDocument,
  Approval,
  Attestation,
  Card,
  Close,
  Codebook,
  Protocol,
  PublicKey,
  SharedDocument,
  StudyAnalysis,
  Thresholds,
} from './documents.ts';
export { claimedBy, signExchangeRequest, unsignedRequest, verifyExchangeRequest } from './exchange-request.ts';
export { type MaskUse, masked, unmaskedSums } from './masks.ts';
export {
  answerConcordance,
  answerKaplanMeier,
  answerLogRank,
  answerMantelHaenszel,
  answerTableOne,
  baseSteps,
} from './methods/counts.ts';
export { answerLogistic } from './methods/logistic.ts';
export {
  combinedByInformation,
  type ModelAnswer,
  type ModelState,
  newtonStep,
  type OwnFit,
  stateAfter,
  summedAt,
} from './methods/model-rounds.ts';
export { gridCurve, gridSurvivalAt, pooledCounts, pooledLogRank, pooledMoments } from './methods/pooled.ts';
export { answerHazards } from './methods/proportional-hazards.ts';
export type { SiteRows } from './methods/site-rows.ts';
export { confirmCard, type Peer, readCard } from './peers.ts';
export type { ReleaseAsk } from './release/ask.ts';
export { Receipt, Release } from './release/documents.ts';
export { releaseDocument } from './release/page.ts';
export {
  type MadeRelease,
  makeRelease,
  type ReleasePorts,
  type TriedRelease,
  tryRelease,
} from './release/release.ts';
export {
  documentDigest,
  fingerprintOf,
  MOST_DOCUMENT_CHARACTERS,
  readDocument,
  type SiteKeys,
  signDocument,
} from './signing.ts';
export { admittedBy } from './study/admission.ts';
export type { SiteCohort } from './study/analysis-set.ts';
export { approveStudy } from './study/approve.ts';
export { studyDocument } from './study/document.ts';
export { type ErasedFromStudies, eraseFromStudies } from './study/erasure.ts';
export { isRecall } from './study/locks.ts';
export { type Progress, progressOf } from './study/progress.ts';
export type { StudyRecord } from './study/read.ts';
export { StudyProposal, StudyRefusal } from './study/requests.ts';
export type { StudyResult } from './study/result.ts';
export { advanceStudy, checkProposal, proposeStudy, refuseStudy, studyResult } from './study/site.ts';
export { type AuditedStep, type SitePorts, studyRecord, unknownStudy } from './study/site-ports.ts';
export { type StudyStatus, studyStatus } from './study/status.ts';
export { dryRun } from './study/trial.ts';
export type { DryRun } from './study/trial-words.ts';
export { answersOf, attestationsOf, type StudyView, studyView, viewedRecord } from './study/view.ts';
