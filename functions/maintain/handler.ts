import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import {
  type ApiRequest,
  answersProblems,
  type GatewayEvent,
  identifies,
  json,
  notFound,
  type Reply,
  router,
} from '../../lib/http/index.ts';
import { codeOf, wayOfAFile } from '../../lib/ingest/index.ts';
import { readSites, setting, wireClients, wireIngest } from '../../lib/store/index.ts';

const logger = new Logger({ serviceName: 'maintain' });
const clients = wireClients(process.env);
const { maintainer } = wayOfAFile(wireIngest(process.env, clients));
const sites = () => readSites(clients, setting(process.env, 'SIGNET_DERIVED'));
const claims = {
  site: process.env['SIGNET_SITE_CLAIM'] ?? 'site',
  roles: process.env['SIGNET_ROLES_CLAIM'] ?? 'roles',
};

/** On schedule: every cohort of every site. One site's failure doesn't keep the others waiting, and is told at the end. */
async function maintain(): Promise<void> {
  let failed = false;
  for (const { id: site } of await sites()) {
    try {
      logger.info('maintained', { site, ...(await maintainer.maintain(site)) });
    } catch (error) {
      failed = true;
      logger.error('not maintained', { site, code: codeOf(error) });
    }
  }
  // Without its message, which may name a file: the runtime logs what is thrown.
  if (failed) throw new Error('a site was not maintained');
}

/** On request: one cohort, now. */
async function reconcile(request: ApiRequest): Promise<Reply> {
  const cohort = { site: request.site, cohort: request.parameter('cohort') };
  if (!(await maintainer.knows(cohort))) throw notFound('cohort');
  return json(202, await maintainer.reconcile(cohort));
}

const scheduled = middy(maintain).use(injectLambdaContext(logger));

const asked = middy(router<'maintain'>({ 'POST /cohorts/{cohort}/reconciliations': reconcile }))
  .use(injectLambdaContext(logger))
  .use(answersProblems((line) => logger.info('asked', { ...line })))
  .use(identifies(claims, sites));

export const handler = (event: object, context: Context): Promise<unknown> =>
  'routeKey' in event ? asked(event as GatewayEvent, context) : scheduled(event, context);
