export { type Erased, erase } from './erase.ts';
export type * from './ports.ts';
