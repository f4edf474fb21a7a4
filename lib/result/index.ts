export * from './document.ts';
export { resultId, seal, unseal } from './seal.ts';
