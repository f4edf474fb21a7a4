import { json, type OpenRequest, type Reply } from '../../lib/http/index.ts';
import { type Card, unsignedRequest } from '../../lib/sharing/index.ts';
import { MOST_OFFERED } from '../../lib/store/index.ts';
import { isShare, releaseName } from './share-name.ts';
import type { ShareRoutePorts } from './shares.ts';
import { enterView, stillShown } from './shown.ts';
import { askedUnder, calledBy } from './signed-call.ts';
import type { SiteAtWork } from './site-studies.ts';

/*
 * Releases to sites of other deployments: they lie with their owner, whose function serves them. What is asked for is looked for in the folder of who asks, under
 * credentials that are cut to it; so whatever it asks for, it gets no more than what was given to it.
 */

const MOST_TITLE = 200;

/** Who asks and who is asked; a tenant gets what was given to it in another way. Throws SignetError `unsigned-request`. */
async function askedFrom(
  request: OpenRequest,
  ports: ShareRoutePorts,
  ...more: readonly string[]
): Promise<{ readonly at: SiteAtWork; readonly caller: Card }> {
  const site = request.parameter('site');
  const asked = await askedUnder(calledBy(request, 'releases', site, ...more), ports, site);
  if ((await ports.tenants()).includes(asked.caller.site)) throw unsignedRequest();
  return asked;
}

/** `GET /releases/{site}`: what the site gave to who asks, the newest first. */
export async function offered(request: OpenRequest, ports: ShareRoutePorts): Promise<Reply> {
  const { at, caller } = await askedFrom(request, ports);
  const releases = (await ports.releases.list(at.site))
    .filter(({ receiver, revoked }) => receiver === caller.site && revoked === undefined)
    .sort((a, b) => b.share.localeCompare(a.share)) // a share begins with its time
    .slice(0, MOST_OFFERED)
    .map(({ share, title, made, until }) => ({ share, title: title.slice(0, MOST_TITLE), given: made, until }));
  return json(200, { releases });
}

/**
 * `GET /releases/{site}/{share}`: the signed document, once the view is in the owner's log. What was given to another, was revoked or never was is refused as an unsigned
 * request is.
 */
export async function release(request: OpenRequest, ports: ShareRoutePorts): Promise<Reply> {
  const share = request.parameter('share');
  const { at, caller } = await askedFrom(request, ports, share);
  const { site } = at;
  const copy = { receiver: caller.site, owner: site, name: releaseName(share) };
  const jws = isShare(share) ? await ports.shares.get(copy) : undefined;
  const shown = jws === undefined ? undefined : await stillShown({ site, share, jws }, ports);
  if (jws === undefined || shown?.release.receiver !== caller.site) throw unsignedRequest();
  await enterView({ site, agent: `site:${caller.site}` }, shown, ports);
  return { status: 200, headers: { 'content-type': 'application/jose' }, body: jws };
}
