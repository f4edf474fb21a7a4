import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { AuditLog } from '../../lib/audit/index.ts';
import { answersProblems, counts, identifies, router } from '../../lib/http/index.ts';
import {
  Releases,
  readSites,
  requestCounter,
  setting,
  wireAnswer,
  wireAudit,
  wireClients,
} from '../../lib/store/index.ts';
import { respondersOn } from './responders.ts';
import { ServedExchange } from './served-exchange.ts';
import { SiteStudies } from './site-studies.ts';

const logger = new Logger({ serviceName: 'sharing' });
const clients = wireClients(process.env);
const claims = {
  site: process.env['SIGNET_SITE_CLAIM'] ?? 'site',
  roles: process.env['SIGNET_ROLES_CLAIM'] ?? 'roles',
};
const studies = new SiteStudies(process.env, clients);
const sites = () => readSites(clients, setting(process.env, 'SIGNET_DERIVED'));
const responders = respondersOn({
  studies,
  served: new ServedExchange(studies),
  cohorts: wireAnswer(process.env, clients),
  audit: new AuditLog(wireAudit(process.env, clients)),
  records: (site) => studies.stored.records(site),
  shares: studies.stored.shares,
  releases: new Releases(clients, process.env),
  at: (site) => studies.at(site),
  elsewhere: (at) => studies.elsewhere(at),
  tenants: async () => (await sites()).map(({ id }) => id),
  now: Date.now,
});

export const handler = middy(router<'sharing'>(responders))
  .use(injectLambdaContext(logger))
  .use(answersProblems((line) => logger.info('asked', { ...line })))
  .use(identifies(claims, sites))
  .use(counts(requestCounter(clients, process.env)));
