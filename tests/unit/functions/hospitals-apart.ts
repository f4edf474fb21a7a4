import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import middy from '@middy/core';
import { respondersOn, type SharingPorts } from '../../../functions/sharing/responders.ts';
import { releaseName } from '../../../functions/sharing/share-name.ts';
import { AuditLog } from '../../../lib/audit/index.ts';
import { ulid } from '../../../lib/base/index.ts';
import { answersProblems, type GatewayReply, identifies, OPEN_ROUTES, router } from '../../../lib/http/index.ts';
import { documentDigest, type Release, signDocument } from '../../../lib/sharing/index.ts';
import { Releases, wireAudit } from '../../../lib/store/index.ts';
import { type Deployment, deploymentOf } from '../store/deployment.ts';

const NEVER: Release = {
  ...{ type: 'release/1', owner: 'north', receiver: 'south', result: 'e'.repeat(64), title: 'Survival by sex', n: 71 },
  ...{ request: { analysis: 'survival' }, withheld: [], waivers: [], until: '2027-03-01T00:00:00.000Z' },
};

/** A release of north's, with what else it says. */
export function releaseOf(more: Partial<Release>): Release {
  return { ...NEVER, ...more };
}

/** A deployment of one hospital whose API is reached over HTTP, and what happens to it. */
export interface HospitalApart {
  readonly site: string;
  readonly deployment: Deployment;
  readonly ports: SharingPorts;
  readonly log: AuditLog;
  /** Paths that were asked of it. */
  readonly asked: string[];
  /** What is answered in its place. */
  instead:
    | ((path: string) => { readonly status?: number; readonly body: string; readonly to?: string } | 'gone' | undefined)
    | undefined;
  /** Results of which a patient was taken out. */
  readonly withdrawn: Set<string>;
  /** Signs a release and gives it as the route does; answers what it is called. */
  give(release: Release, more?: { readonly folder?: string; readonly signedBy?: HospitalApart }): Promise<string>;
  /** What its functions reply to a steward of the hospital, or to who signs what is asked. */
  reply(key: string, parameters?: Readonly<Record<string, string>>, authorization?: string): Promise<GatewayReply>;
  views(): Promise<readonly { readonly who: string; readonly object?: string; readonly decisions?: object }[]>;
  end(): Promise<void>;
}

/** Starts a hospital; `now` is its clock. */
export async function hospitalApart(site: string, now: () => number): Promise<HospitalApart> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const deployment = await deploymentOf([site], `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { clients, environment } = deployment;
  const studies = deployment.studies(now);
  const releases = new Releases(clients, environment);
  const log = new AuditLog({ ...wireAudit(environment, clients), personOf: async () => 'person', now });
  const withdrawn = new Set<string>();
  const results = { read: async (_: unknown, id: string) => (withdrawn.has(id) ? { state: 'withdrawn' } : undefined) };
  const ports = {
    ...{ studies, served: undefined, audit: log, releases, shares: studies.stored.shares, now },
    cohorts: { results },
    at: (each: string) => studies.at(each),
    elsewhere: (at: Parameters<SharingPorts['elsewhere']>[0]) => studies.elsewhere(at),
    tenants: async () => [site],
  } as unknown as SharingPorts;
  const api = middy(router<'sharing'>(respondersOn(ports)))
    .use(answersProblems(() => undefined))
    .use(identifies({ site: 'site', roles: 'roles' }, async () => [{ id: site, claim: site }]));
  const reply: HospitalApart['reply'] = async (routeKey, pathParameters = {}, authorization) => {
    const claims = { site, roles: '[steward]', sub: 'somebody' };
    const event = {
      routeKey,
      pathParameters,
      headers: { authorization },
      requestContext: { authorizer: { jwt: { claims } } },
    };
    return (await api(event, {} as never)) as GatewayReply;
  };
  const hospital: HospitalApart = {
    ...{ site, deployment, ports, log, asked: [], instead: undefined, withdrawn, reply },
    async give(release, { folder = release.receiver, signedBy } = {}) {
      const { keys } = await (signedBy?.ports ?? ports).at(signedBy?.site ?? site);
      const share = ulid(now()).toLowerCase();
      const { result, title, until, receiver } = release;
      await releases.give(site, {
        ...{ share, receiver, result, title, until, cohort: 'lung', views: 0 },
        release: documentDigest(release),
        made: new Date(now()).toISOString(),
      });
      await ports.shares.put(
        { receiver: folder, owner: site, name: releaseName(share) },
        await signDocument(release, keys),
      );
      return share;
    },
    async views() {
      const { lines } = await log.page(site, 1, 1000);
      return lines.map((line) => JSON.parse(line)).filter(({ what }) => what === 'release.viewed');
    },
    async end() {
      server.closeAllConnections();
      server.close();
      await deployment.end();
    },
  };
  serve(server, hospital);
  return hospital;
}

const PATTERNS = OPEN_ROUTES.map(({ key }) => ({
  key,
  pattern: new RegExp(`^${key.replace('GET ', '').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

function serve(server: Server, hospital: HospitalApart): void {
  server.on('request', async (request, response) => {
    const path = request.url ?? '';
    hospital.asked.push(path);
    const instead = hospital.instead?.(path);
    if (instead === 'gone') return response.destroy();
    if (instead)
      return response.writeHead(instead.status ?? 200, instead.to ? { location: instead.to } : {}).end(instead.body);
    const route = PATTERNS.find(({ pattern }) => pattern.test(path));
    if (!route) return response.writeHead(404).end();
    const reply = await hospital.reply(
      route.key,
      { ...route.pattern.exec(path)?.groups },
      request.headers.authorization,
    );
    return response.writeHead(reply.statusCode, reply.headers).end(reply.body);
  });
}
