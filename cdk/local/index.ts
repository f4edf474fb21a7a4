export type { BucketEvent } from './s3/index.ts';
export type { Courier } from './services.ts';
export { type Stack, startStack } from './stack.ts';
