export { atomsOf, type SentSet, smallAtoms } from './control/atoms.ts';
export { type CellBounds, type Counts, cellBounds, type Held } from './control/cell-bounds.ts';
export { type Behind, satisfies, tooFew } from './control/enough.ts';
export { type LedgerEntry, ledgerHolds, ledgerOf } from './control/ledger.ts';
export { largestShare, scoreStatistic } from './control/score-rule.ts';
export { type ShownTable, suppressed } from './control/suppress.ts';
export type { Card, PublicKey, SharedDocument, StudyAnalysis, Thresholds } from './documents.ts';
export { type MaskUse, masked, unmaskedSums } from './masks.ts';
export { documentDigest, fingerprintOf, readDocument, type SiteKeys, signDocument } from './signing.ts';
