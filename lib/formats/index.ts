export { writeCsv } from './csv-write.ts';
export { contentKind, KIND_NAMES } from './kind.ts';
export { LIMITS } from './limits.ts';
export { mafAlterations } from './maf.ts';
export { readParquet } from './parquet-read.ts';
export { writeParquet } from './parquet-write.ts';
export type { Rejected } from './rejected.ts';
export { openSource } from './source.ts';
export { checkVcf } from './vcf/check.ts';
