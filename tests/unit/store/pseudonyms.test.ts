import { createHmac } from 'node:crypto';
import {
  CreateSecretCommand,
  type GetSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import type { Clients } from '../../../lib/store/clients.ts';
import { pseudonymsUnder, SitePseudonyms } from '../../../lib/store/pseudonyms.ts';

const metadata = { $metadata: {}, message: '' };

/** A secrets store that answers late, so that two who ask at once both find nothing. */
class Secrets {
  readonly held = new Map<string, string>();
  tags: unknown;
  asked = 0;
  readonly #absent: Error;

  constructor(absent: Error = new ResourceNotFoundException(metadata)) {
    this.#absent = absent;
  }

  readonly send = async (command: CreateSecretCommand | GetSecretValueCommand): Promise<{ SecretString?: string }> => {
    this.asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (command instanceof CreateSecretCommand) {
      const { Name = '', SecretString = '', Tags } = command.input;
      if (this.held.has(Name)) throw new ResourceExistsException(metadata);
      this.held.set(Name, SecretString);
      this.tags = Tags;
      return {};
    }
    const value = this.held.get(command.input.SecretId ?? '');
    if (value === undefined) throw this.#absent;
    return { SecretString: value };
  };

  clients(): Clients {
    return { of: () => ({ secrets: this }) } as unknown as Clients;
  }
}

describe('an opaque key', () => {
  it('is the first 128 bits of an HMAC of kind, NUL and identifier', () => {
    const secret = Buffer.alloc(32, 7);
    const whole = createHmac('sha256', secret).update('patient\0P-1').digest('hex');
    expect(pseudonymsUnder(secret)('patient', 'P-1')).toBe(whole.slice(0, 32));
  });

  it('is the same however the identifier is spaced or composed, and another for another kind', () => {
    const of = pseudonymsUnder(Buffer.alloc(32));
    expect(of('patient', ' Jose\u0301 ')).toBe(of('patient', 'José'));
    expect(of('patient', 'a')).not.toBe(of('specimen', 'a'));
  });
});

describe("a site's secret", () => {
  it.each([
    ['not found', new ResourceNotFoundException(metadata)],
    [
      'refused, since the right to read is by its tag',
      new SecretsManagerServiceException({ name: 'AccessDeniedException', $fault: 'client', ...metadata }),
    ],
  ])('is made by whoever first needs it, once, also when an absent one is %s', async (_, absent) => {
    const secrets = new Secrets(absent);
    const workers = Array.from({ length: 5 }, () => new SitePseudonyms(secrets.clients()));
    const keys = await Promise.all(workers.map(async (worker) => (await worker.of('a'))('patient', 'P1')));
    expect(new Set(keys).size).toBe(1);
    expect([...secrets.held.keys()]).toEqual(['signet/a/pseudonyms']);
    expect(secrets.tags).toEqual([{ Key: 'site', Value: 'a' }]);
  });

  it('is read once, and asked for again after a failure', async () => {
    const secrets = new Secrets();
    secrets.held.set('signet/a/pseudonyms', 'too short');
    const pseudonyms = new SitePseudonyms(secrets.clients());
    await expect(pseudonyms.of('a')).rejects.toMatchObject({ code: 'invalid-secret' });
    secrets.held.delete('signet/a/pseudonyms');
    await pseudonyms.of('a');
    const { asked } = secrets;
    await pseudonyms.of('a');
    expect(secrets.asked).toBe(asked);
  });
});
