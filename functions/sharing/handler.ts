import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { answersProblems, counts, identifies, router } from '../../lib/http/index.ts';
import { readSites, requestCounter, setting, wireClients } from '../../lib/store/index.ts';
import { respondersOn } from './responders.ts';

const logger = new Logger({ serviceName: 'sharing' });
const clients = wireClients(process.env);
const claims = {
  site: process.env['SIGNET_SITE_CLAIM'] ?? 'site',
  roles: process.env['SIGNET_ROLES_CLAIM'] ?? 'roles',
};

export const handler = middy(router<'sharing'>(respondersOn()))
  .use(injectLambdaContext(logger))
  .use(answersProblems((line) => logger.info('asked', { ...line })))
  .use(identifies(claims, () => readSites(clients, setting(process.env, 'SIGNET_DERIVED'))))
  .use(counts(requestCounter(clients, process.env)));
