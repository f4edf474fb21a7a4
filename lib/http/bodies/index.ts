/**
 * Bodies of the API, a file a concern. The schemas of requests validate them; all of them make the OpenAPI document.
 * What an analysis takes is its own schema, handed to {@link ../openapi.ts} by whoever knows the registry.
 */
export * from './cohorts.ts';
export * from './definitions.ts';
export * from './erasures.ts';
export * from './peers.ts';
export * from './problems.ts';
export * from './records.ts';
export * from './results.ts';
export * from './shares.ts';
export * from './studies.ts';
export * from './uploads.ts';
