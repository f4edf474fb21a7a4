import type { Credentials } from './credentials.ts';
import { bodyOf, type Loopback, listen } from './loopback.ts';
import { arn } from './place.ts';
import { allowed, type Principal, type Statement, statementsOf } from './policy.ts';
import { Denied, verify } from './sigv4.ts';
import type { Resource } from './template.ts';

/** A role of the template: what it may do, and who may take it. */
export interface Role {
  readonly arn: string;
  readonly statements: readonly Statement[];
  readonly trust: readonly Statement[];
  /** Seconds that a session lasts at most. */
  readonly longest: number;
}

interface PolicyProperties {
  readonly Roles?: readonly string[];
  readonly PolicyDocument: unknown;
}

const SESSION_SECONDS = 3600;

/** The roles of the template by name. Throws SignetError `unsupported-policy` for a statement that can't be evaluated. */
export function rolesOf(resources: readonly Resource[]): ReadonlyMap<string, Role> {
  const policies = resources.filter(({ type }) => type === 'AWS::IAM::Policy');
  return new Map(
    resources
      .filter(({ type }) => type === 'AWS::IAM::Role')
      .map(({ name, properties }) => {
        const statements = policies
          .map((policy) => policy.properties as unknown as PolicyProperties)
          .filter(({ Roles = [] }) => Roles.includes(name))
          .flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument));
        const trust = statementsOf(properties['AssumeRolePolicyDocument']);
        const longest = Number(properties['MaxSessionDuration'] ?? SESSION_SECONDS);
        return [name, { arn: arn('iam', `role/${name}`, { global: true }), statements, trust, longest }];
      }),
  );
}

/** Whoever works in a role, with the tags of the session. */
export function principalOf({ arn: name, statements }: Role, tags: Readonly<Record<string, string>> = {}): Principal {
  return { name, statements, tags };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function errorXml({ code, message }: Denied): string {
  return `<ErrorResponse><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error></ErrorResponse>`;
}

/** Whether both the caller's own statements and the role's trust let the caller take it with these tags. */
function mayAssume(caller: Principal, role: Role, tags: Readonly<Record<string, string>>): boolean {
  const context = {
    'aws:TagKeys': Object.keys(tags),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  };
  const actions = ['sts:AssumeRole', ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : [])];
  return actions.every(
    (action) =>
      allowed(caller, { action, resource: role.arn, context }) &&
      allowed({ ...caller, statements: role.trust }, { action, resource: role.arn, context }),
  );
}

/** STS: gives out sessions of the template's roles, tagged, to whom their trust policy names. */
export function startRoles(roles: ReadonlyMap<string, Role>, credentials: Credentials): Promise<Loopback> {
  const byArn = new Map([...roles.values()].map((role) => [role.arn, role]));

  const assume = (caller: Principal, form: URLSearchParams): string => {
    const tags: Record<string, string> = {};
    for (let i = 1; form.has(`Tags.member.${i}.Key`); i++)
      tags[form.get(`Tags.member.${i}.Key`)!] = form.get(`Tags.member.${i}.Value`) ?? '';
    const role = byArn.get(form.get('RoleArn') ?? '');
    if (form.get('Action') !== 'AssumeRole' || !role || !mayAssume(caller, role, tags))
      throw new Denied('AccessDenied', 403, `${caller.name} is not authorized to perform sts:AssumeRole`);
    const seconds = Math.min(Number(form.get('DurationSeconds') ?? SESSION_SECONDS), role.longest);
    const given = credentials.issue(principalOf(role, tags), { session: { seconds } });
    return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>${given.accessKeyId}</AccessKeyId><SecretAccessKey>${given.secretAccessKey}</SecretAccessKey>
<SessionToken>${given.sessionToken}</SessionToken><Expiration>${new Date(given.expires ?? 0).toISOString()}</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  };

  return listen(async (request, response) => {
    const body = await bodyOf(request);
    try {
      const { principal } = verify(request, 'sts', credentials, body);
      const answer = assume(principal, new URLSearchParams(body.toString()));
      response.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      response.writeHead(error.status, { 'content-type': 'text/xml' }).end(errorXml(error));
    }
  });
}
