export { questionIn, requestCounter, wireAnswer } from './answer.ts';
export { wireAudit } from './audit.ts';
export type { Clients, SiteClients } from './clients.ts';
export { type Hints, hintsIn, publicationIn } from './messages.ts';
export { pseudonymsUnder } from './pseudonyms.ts';
export { readSites, type Site } from './sites.ts';
export { type PresignedPut, Uploads } from './uploads.ts';
export { type Environment, setting, wireClients, wireIngest } from './wire.ts';
