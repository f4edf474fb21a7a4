export { type CellBounds, type Counts, cellBounds, type Held } from './control/cell-bounds.ts';
export { type ShownTable, suppressed } from './control/suppress.ts';
export type { Card, PublicKey, SharedDocument } from './documents.ts';
export { type MaskUse, masked, unmaskedSums } from './masks.ts';
export { documentDigest, fingerprintOf, readDocument, type SiteKeys, signDocument } from './signing.ts';
