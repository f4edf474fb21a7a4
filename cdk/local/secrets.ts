import { randomBytes } from 'node:crypto';
import type { Credentials } from './credentials.ts';
import { type JsonCall, permit, startJsonService } from './front.ts';
import type { Keep } from './keep.ts';
import type { Loopback } from './loopback.ts';
import { arn } from './place.ts';
import { Denied } from './sigv4.ts';

interface Secret {
  readonly arn: string;
  readonly value: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The secrets store: what Signet makes and reads of it, kept where the stack keeps things. */
export function startSecrets(keep: Keep, credentials: Credentials): Promise<Loopback> {
  const secrets = new Map(Object.entries(keep.read<Record<string, Secret>>('secrets') ?? {}));

  const create = ({ input, principal }: JsonCall): object => {
    const { Name = '', SecretString = '', Tags = [] } = input as { Name?: string; SecretString?: string; Tags?: Tag[] };
    const secretArn = arn('secretsmanager', `secret:${Name}-${randomBytes(3).toString('hex')}`);
    const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const context = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
    permit(principal, { action: 'secretsmanager:CreateSecret', resource: secretArn, context });
    if (secrets.has(Name)) throw new Denied('ResourceExistsException', 400, 'A secret of that name exists');
    secrets.set(Name, { arn: secretArn, value: SecretString, tags });
    keep.write('secrets', Object.fromEntries(secrets));
    return { ARN: secretArn, Name };
  };

  const read = ({ input, principal }: JsonCall): object => {
    const name = String(input['SecretId'] ?? '');
    const secret = secrets.get(name);
    const tags = Object.entries(secret?.tags ?? {});
    permit(principal, {
      action: 'secretsmanager:GetSecretValue',
      resource: secret?.arn ?? arn('secretsmanager', `secret:${name}`),
      context: Object.fromEntries(tags.map(([key, value]) => [`secretsmanager:ResourceTag/${key}`, value])),
    });
    if (!secret) throw new Denied('ResourceNotFoundException', 400, 'There is no such secret');
    return { ARN: secret.arn, Name: name, SecretString: secret.value };
  };

  return startJsonService('secretsmanager', credentials, (call) => {
    if (call.operation === 'CreateSecret') return create(call);
    if (call.operation === 'GetSecretValue') return read(call);
    throw new Denied('InvalidRequestException', 400, `${call.operation} is not served here`);
  });
}
