import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { AuditLog } from '../../lib/audit/index.ts';
import { answersProblems, counts, identifies, router } from '../../lib/http/index.ts';
import {
  readSites,
  requestCounter,
  StoredPeers,
  setting,
  wireAnswer,
  wireAudit,
  wireClients,
} from '../../lib/store/index.ts';
import { respondersOn } from './responders.ts';

const logger = new Logger({ serviceName: 'answer' });
const clients = wireClients(process.env);
const claims = {
  site: process.env['SIGNET_SITE_CLAIM'] ?? 'site',
  roles: process.env['SIGNET_ROLES_CLAIM'] ?? 'roles',
};

const log = new AuditLog(wireAudit(process.env, clients));
const sites = () => readSites(clients, setting(process.env, 'SIGNET_DERIVED'));
const peers = { peers: new StoredPeers(clients, process.env), sites, now: Date.now };

export const handler = middy(router<'answer'>(respondersOn(wireAnswer(process.env, clients), log, peers)))
  .use(injectLambdaContext(logger))
  .use(answersProblems((line) => logger.info('asked', { ...line })))
  .use(identifies(claims, sites))
  .use(counts(requestCounter(clients, process.env)));
