import { availableParallelism } from 'node:os';
import { SignetError } from '../../lib/base/index.ts';
import type { Assembly } from './assembly.ts';
import type { Credentials } from './credentials.ts';
import { LocalFunction } from './function.ts';
import { REGION } from './place.ts';
import { principalOf, type Role } from './roles.ts';
import type { Resource } from './template.ts';

/** What functions are given beside what the template states. */
export interface FunctionsOptions {
  readonly assembly: Assembly;
  readonly resources: readonly Resource[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly credentials: Credentials;
  /** Addresses of the services. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
}

/** Environments of a function at once: the platform's limit is a thousand, this machine's is its processors. */
const MOST_ENVIRONMENTS = Math.max(4, availableParallelism());

/** The template's functions by their id there, each with keys of its own role. Throws SignetError `unresolved`. */
export function functionsOf(options: FunctionsOptions): ReadonlyMap<string, LocalFunction> {
  const { assembly, resources, credentials, environment, onLog } = options;
  const roles = [...options.roles.values()];
  return new Map(
    resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map((resource) => {
        const role = roles.find(({ arn }) => arn === resource.properties['Role']);
        const folder = assembly.bundles.get(String((resource.properties['Code'] as { S3Key?: string }).S3Key));
        if (!role || folder === undefined)
          throw new SignetError('unresolved', `${resource.id} has no role or no bundle`);
        const { accessKeyId, secretAccessKey } = credentials.issue(principalOf(role));
        const keys = {
          AWS_REGION: REGION,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
        };
        const given = { folder, environment: { ...environment, ...keys }, most: MOST_ENVIRONMENTS, onLog };
        return [resource.id, new LocalFunction(resource, given)] as const;
      }),
  );
}
