import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { startIssuer } from '../../../cdk/local/issuer.ts';
import { Keep } from '../../../cdk/local/keep.ts';
import { notificationOf, queuesTold } from '../../../cdk/local/notifications.ts';
import { keepSchedule } from '../../../cdk/local/schedule.ts';
import { Throttle } from '../../../cdk/local/throttle.ts';

describe('A throttle', () => {
  it('admits a burst, then so many a second', () => {
    const throttle = new Throttle(2, 3);
    const start = performance.now() + 10_000; // full
    expect([0, 0, 0, 0].map(() => throttle.admits(start))).toEqual([true, true, true, false]);
    expect(throttle.admits(start + 499)).toBe(false);
    expect(throttle.admits(start + 501)).toBe(true);
  });

  it('without limits admits everything', () => {
    const throttle = new Throttle();
    expect(Array.from({ length: 1000 }, () => throttle.admits()).every(Boolean)).toBe(true);
  });
});

describe('A schedule', () => {
  const rule = (ScheduleExpression: string) => ({
    id: 'R',
    stack: 'S',
    type: 'AWS::Events::Rule',
    name: 'r',
    properties: { ScheduleExpression, Targets: [{ Arn: 'f' }] },
  });

  it('runs its function each time, whether or not it failed before', () => {
    vi.useFakeTimers();
    const invoke = vi.fn().mockRejectedValue(new Error('no'));
    const stop = keepSchedule(rule('rate(15 minutes)'), new Map([['f', { invoke } as never]]));
    vi.advanceTimersByTime(31 * 60_000);
    expect(invoke).toHaveBeenCalledTimes(2);
    stop();
    vi.advanceTimersByTime(60 * 60_000);
    expect(invoke).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it('of another kind is an error that names it', () => {
    expect(() => keepSchedule(rule('cron(0 12 * * ? *)'), new Map())).toThrow('cron');
  });
});

describe("A bucket's event", () => {
  const bucket = {
    id: 'B',
    stack: 'S',
    type: 'AWS::S3::Bucket',
    name: 'b',
    properties: {
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Event: 's3:ObjectCreated:*',
            Queue: 'arn:aws:sqs:eu-central-1:000000000000:hints',
            Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'sites/' }] } },
          },
        ],
      },
    },
  };
  const event = {
    bucket: 'b',
    key: 'sites/a/x +ü.csv',
    event: 'ObjectCreated:Put',
    sequencer: '01',
    time: 't',
  } as const;

  it('goes where the bucket says, by kind and by prefix', () => {
    expect(queuesTold(bucket, event)).toEqual(['hints']);
    expect(queuesTold(bucket, { ...event, event: 'ObjectRemoved:Delete' })).toEqual([]);
    expect(queuesTold(bucket, { ...event, key: 'other/a' })).toEqual([]);
  });

  it('writes the key as S3 does', () => {
    expect(JSON.parse(notificationOf(event)).Records[0].s3.object.key).toBe('sites/a/x+%2B%C3%BC.csv');
  });
});

describe('What the stack keeps', () => {
  it('is made once, and readable by its owner alone', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'signet-keep-'));
    const make = vi.fn(() => ({ a: 1 }));
    expect(await new Keep(folder).orMake('x', make)).toEqual({ a: 1 });
    expect(await new Keep(folder).orMake('x', make)).toEqual({ a: 1 });
    expect(make).toHaveBeenCalledTimes(1);
    expect(statSync(path.join(folder, 'x.json')).mode & 0o777).toBe(0o600);
    writeFileSync(path.join(folder, 'x.json'), '{');
    expect(() => new Keep(folder).read('x')).toThrow(expect.objectContaining({ code: 'unreadable-data' }));
    rmSync(folder, { recursive: true });
  });
});

describe('The issuer', () => {
  it('signs tokens that its published keys verify, and gives them out to whoever knows its secret', async () => {
    const keep = new Keep();
    const issuer = await startIssuer(keep);
    try {
      const { jwks_uri } = (await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json()) as {
        jwks_uri: string;
      };
      const keys = createRemoteJWKSet(new URL(jwks_uri));
      const ask = (secret: string) =>
        fetch(`${issuer.url}/token`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secret}` },
          body: JSON.stringify({ site: 'a', roles: ['analyst'] }),
        });
      const { token } = (await (await ask(issuer.secret)).json()) as { token: string };
      const { payload } = await jwtVerify(token, keys, { issuer: issuer.url, audience: issuer.audience });
      expect(payload).toMatchObject({ site: 'a', roles: ['analyst'] });
      expect((await ask('guess')).status).toBe(401);
      const late = await issuer.token({ site: 'a', roles: [], lifetime: -60 });
      await expect(jwtVerify(late, keys)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    } finally {
      await issuer.stop();
      keep.release();
    }
  });
});
