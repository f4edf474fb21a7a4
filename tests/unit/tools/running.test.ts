import { describe, expect, it } from 'vitest';
import { runningSite } from '../../../tools/local/running.ts';

const deployment = (api: string, sites: readonly string[]) => ({ api, issuer: `${api}/issuer`, secret: api, sites });

describe('A token of the stack on this machine', () => {
  const apart = { pid: 1, deployments: [deployment('a', ['north']), deployment('b', ['centre'])] };

  it('is asked of the deployment that the site is of, where hospitals are apart', () => {
    expect(runningSite(apart, 'centre')).toMatchObject({ api: 'b', site: 'centre' });
    expect(runningSite(apart, 'north')).toMatchObject({ api: 'a', site: 'north' });
    expect(runningSite(apart)).toMatchObject({ api: 'a', site: 'north' });
  });

  it('is of no site that there isn’t', () => {
    expect(runningSite(apart, 'south')).toBeUndefined();
    expect(runningSite({ pid: 1, deployments: [] })).toBeUndefined();
  });
});
