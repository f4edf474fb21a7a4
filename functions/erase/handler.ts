import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { AuditLog } from '../../lib/audit/index.ts';
import { answersProblems, counts, identifies, router } from '../../lib/http/index.ts';
import {
  Releases,
  readSites,
  removeOldSets,
  requestCounter,
  setting,
  wireAudit,
  wireClients,
  wireErasure,
} from '../../lib/store/index.ts';
import { SiteStudies } from '../sharing/site-studies.ts';
import { takeBack } from '../sharing/take-back.ts';
import type { StudyErasurePorts } from './from-studies.ts';
import { respondersOn } from './responders.ts';

const logger = new Logger({ serviceName: 'erase' });
const clients = wireClients(process.env);
const claims = {
  site: process.env['SIGNET_SITE_CLAIM'] ?? 'site',
  roles: process.env['SIGNET_ROLES_CLAIM'] ?? 'roles',
};
const log = new AuditLog(wireAudit(process.env, clients));

const derived = setting(process.env, 'SIGNET_DERIVED');
const studies = new SiteStudies(process.env, clients);
const given = new Releases(clients, process.env);
const inStudies: StudyErasurePorts = {
  records: (site) => studies.stored.records(site),
  across: (site, who) => studies.across(site, who),
  releases: (site) => given.list(site),
  tenants: async () => (await readSites(clients, derived)).map(({ id }) => id),
  takeBack: (who, release) =>
    takeBack(who, release, { audit: log, shares: studies.stored.shares, releases: given, now: Date.now }),
  removeOld: (site) =>
    removeOldSets(clients, derived, site, { records: studies.stored.records(site), now: Date.now() }),
};

export const handler = middy(router<'erase'>(respondersOn(wireErasure(process.env, clients), inStudies, log)))
  .use(injectLambdaContext(logger))
  .use(answersProblems((line) => logger.info('asked', { ...line })))
  .use(identifies(claims, () => readSites(clients, derived)))
  .use(counts(requestCounter(clients, process.env)));
