export { type Verdict, verifyChain } from './chain.ts';
export { AuditEntry, type AuditedAction, type AuditHead, entryText } from './entry.ts';
export { type Actor, type Agent, type Audit, AuditLog, type AuditPage, type Done } from './log.ts';
export type { AuditObjects, AuditPorts } from './ports.ts';
