export * from './document.ts';
export * from './flow-figure.ts';
export * from './gene-figures.ts';
export * from './model-document.ts';
export * from './nomogram-figure.ts';
export { printCount, printEstimate, printLevel, printNumber, printP, printRatio, printShare } from './print.ts';
export { printPrimary } from './print-primary.ts';
export { resultId, seal, unseal } from './seal.ts';
