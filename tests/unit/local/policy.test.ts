import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowed, type Principal, type Statement, statementsOf } from '../../../cdk/local/policy.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
const SITE = '${aws:PrincipalTag/site}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
const STUDY = '${aws:PrincipalTag/study}';

const who = (statements: readonly Statement[], tags: Record<string, string> = { site: 'a' }): Principal => ({
  name: 'arn:aws:iam::1:role/data',
  statements,
  tags,
});
const allow = (more: Partial<Statement> = {}): Statement => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: Partial<Statement> = {}): Statement => ({ ...allow(more), Effect: 'Deny' });
const call = (context: Context = {}, resource = 'arn:aws:s3:::b/sites/a/x', action = 's3:GetObject') => ({
  action,
  resource,
  context,
});

describe('A statement', () => {
  it.each<[string, Partial<Statement>, string, boolean]>([
    ['an action', { Action: 's3:GetObject' }, 'arn:x', true],
    ['an action in other case', { Action: 'S3:getobject' }, 'arn:x', true],
    ['an action by its beginning', { Action: 's3:Get*' }, 'arn:x', true],
    ['another action', { Action: ['s3:PutObject', 's3:GetObjectVersion'] }, 'arn:x', false],
    ['all but an action', { Action: undefined as never, NotAction: 's3:PutObject' }, 'arn:x', true],
    ['all but this action', { Action: undefined as never, NotAction: 's3:*' }, 'arn:x', false],
    ['a resource', { Resource: 'arn:x' }, 'arn:x', true],
    ['a resource in other case', { Resource: 'ARN:x' }, 'arn:x', false],
    ['a resource by a sign', { Resource: 'arn:?' }, 'arn:x', true],
    ['a resource of more signs', { Resource: 'arn:?' }, 'arn:xy', false],
    ['a resource over slashes', { Resource: 'arn:*/z' }, 'arn:x/y/z', true],
    ['a resource that only begins so', { Resource: 'arn:x' }, 'arn:x/y', false],
    ['a resource with signs of expressions', { Resource: 'arn:x.(y)+' }, 'arn:x.(y)+', true],
    ['a resource that such a sign would match', { Resource: 'arn:x.y' }, 'arn:xzy', false],
    ['a resource over lines', { Resource: 'arn:*' }, 'arn:x\ny', true],
    ['all but a resource', { Resource: undefined as never, NotResource: 'arn:y' }, 'arn:x', true],
    ['all but this resource', { Resource: undefined as never, NotResource: 'arn:*' }, 'arn:x', false],
    ["the site's", { Resource: `arn:${SITE}/*` }, 'arn:a/x', true],
    ["another site's", { Resource: `arn:${SITE}/*` }, 'arn:b/x', false],
    ['a literal star', { Resource: ['arn:$', '{*}'].join('') }, 'arn:*', true],
    ['no literal star', { Resource: ['arn:$', '{*}'].join('') }, 'arn:x', false],
    ['what a tag names that is not there', { Resource: `arn:${STUDY}*` }, 'arn:x', false],
    ['a principal', { Principal: { AWS: ['arn:aws:iam::1:role/data'] } }, 'arn:x', true],
    ['any principal', { Principal: '*' }, 'arn:x', true],
    ['another principal', { Principal: { AWS: 'arn:aws:iam::1:role/other' } }, 'arn:x', false],
    ['a service', { Principal: { Service: 's3.amazonaws.com' } }, 'arn:x', false],
  ])('allows %s or not', (_, statement, resource, expected) => {
    const whole = Object.fromEntries(Object.entries(allow(statement)).filter(([, value]) => value !== undefined));
    expect(allowed(who([whole as unknown as Statement]), call({}, resource))).toBe(expected);
  });

  it('takes no star or question mark from a tag', () => {
    const statement = allow({ Resource: `arn:${SITE}/*` });
    for (const site of ['*', '?', 'a*', '\\*', '[a]']) {
      expect(allowed(who([statement], { site }), call({}, 'arn:a/x'))).toBe(false);
      expect(allowed(who([statement], { site }), call({}, `arn:${site}/x`))).toBe(true);
    }
  });

  it('is nothing without another that allows', () => {
    expect(allowed(who([]), call())).toBe(false);
    expect(allowed(who([deny({ Action: 's3:PutObject' })]), call())).toBe(false);
  });
});

const KEYS = 'dynamodb:LeadingKeys';

describe('A condition', () => {
  it.each<[string, NonNullable<Statement['Condition']>, Context, boolean]>([
    ['equal', { StringEquals: { k: ['x', 'y'] } }, { k: 'y' }, true],
    ['equal to a star', { StringEquals: { k: '*' } }, { k: 'y' }, false],
    ['equal to the tag', { StringEquals: { k: SITE } }, { k: 'a' }, true],
    ['equal to a tag that is absent', { StringEquals: { k: STUDY } }, { k: '' }, false],
    ['equal, absent', { StringEquals: { k: 'x' } }, {}, false],
    ['equal if it exists', { StringEqualsIfExists: { k: 'x' } }, {}, true],
    ['equal if it exists, other', { StringEqualsIfExists: { k: 'x' } }, { k: 'y' }, false],
    ['equal in any case', { StringEqualsIgnoreCase: { k: 'X' } }, { k: 'x' }, true],
    ['key in any case', { StringEquals: { 'S3:Prefix': 'x' } }, { 's3:prefix': 'x' }, true],
    ['not equal', { StringNotEquals: { k: ['x', 'y'] } }, { k: 'y' }, false],
    ['not equal, absent', { StringNotEquals: { k: 'x' } }, {}, true],
    ['like', { StringLike: { k: `sites/${SITE}/*` } }, { k: 'sites/a/x' }, true],
    ['like, other', { StringLike: { k: `sites/${SITE}/*` } }, { k: 'sites/b/x' }, false],
    ['like, empty', { StringLike: { k: '*' } }, { k: '' }, true],
    ['not like', { StringNotLike: { k: 'x*' } }, { k: 'xy' }, false],
    ['of several values one', { StringLike: { k: 'x*' } }, { k: ['a', 'xy'] }, true],
    ['of several values none', { StringNotLike: { k: 'x*' } }, { k: ['a', 'xy'] }, false],
    ['all', { 'ForAllValues:StringLike': { [KEYS]: `${SITE}#*` } }, { [KEYS]: ['a#1', 'a#2'] }, true],
    ['not all', { 'ForAllValues:StringLike': { [KEYS]: `${SITE}#*` } }, { [KEYS]: ['a#1', 'b#2'] }, false],
    ['all of none', { 'ForAllValues:StringLike': { [KEYS]: `${SITE}#*` } }, {}, true],
    ['all of none, and one', { 'ForAllValues:StringLike': { [KEYS]: 'a#*' }, Null: { [KEYS]: 'false' } }, {}, false],
    [
      'all equal',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['site', 'study'] } },
      { 'aws:TagKeys': ['site'] },
      true,
    ],
    [
      'all equal but one',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['site'] } },
      { 'aws:TagKeys': ['site', 'x'] },
      false,
    ],
    ['any', { 'ForAnyValue:StringEquals': { k: 'x' } }, { k: ['y', 'x'] }, true],
    ['any of none', { 'ForAnyValue:StringEquals': { k: 'x' } }, { k: [] }, false],
    ['any other', { 'ForAnyValue:StringNotEquals': { k: 'x' } }, { k: ['y', 'x'] }, true],
    ['null', { Null: { k: 'true' } }, {}, true],
    ['null, there', { Null: { k: 'true' } }, { k: 'x' }, false],
    ['true', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'true' }, false],
    ['false', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'false' }, true],
    ['less', { NumericLessThan: { 's3:TlsVersion': '1.2' } }, { 's3:TlsVersion': '1.1' }, true],
    ['not less', { NumericLessThan: { 's3:TlsVersion': '1.2' } }, { 's3:TlsVersion': '1.2' }, false],
    ['a number of the template', { NumericLessThan: { 's3:TlsVersion': 1.2 } }, { 's3:TlsVersion': '1.1' }, true],
    ['a truth value of the template', { Bool: { k: true }, Null: { k: false } }, { k: 'true' }, true],
    ['less or equal', { NumericLessThanEquals: { k: '10' } }, { k: '9' }, true],
    ['no number', { NumericLessThanEquals: { k: '10' } }, { k: 'many' }, false],
    ['an ARN', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, { 'aws:SourceArn': 'arn:aws:s3:::b' }, true],
    ['an ARN over its parts', { ArnLike: { k: 'arn:*:b' } }, { k: 'arn:aws:s3:::b' }, false],
    ['of the account', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::1:role/*' } }, {}, true],
    ['both', { StringEquals: { k: 'x', l: 'y' } }, { k: 'x', l: 'z' }, false],
  ])('%s holds or not', (_, Condition, context, expected) => {
    expect(allowed(who([allow({ Condition })]), call(context))).toBe(expected);
  });

  it.each<[string, Partial<Statement>]>([
    ['operator', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['operator behind a false one', { Condition: { StringEquals: { k: 'other' }, BinaryEquals: { k: 'eA==' } } }],
    ['variable', { Resource: ['arn:$', '{aws:SourceVpc}/*'].join('') }],
    ['variable with a default', { Resource: ['arn:$', "{aws:PrincipalTag/site, 'x'}/*"].join('') }],
    ['element', { NotPrincipal: '*' } as never],
    ['principal', { Principal: { AWS: 'arn:aws:iam::1:root' } }],
  ])('with an unknown %s throws, whatever else allows', (_, statement) => {
    expect(() => allowed(who([allow(), allow(statement)]), call())).toThrow(/cannot evaluate/);
  });
});

describe('A document', () => {
  it('is taken apart where everything in it can be evaluated', () => {
    expect(statementsOf({ Version: '2012-10-17', Statement: allow() })).toEqual([allow()]);
    expect(() => statementsOf({ Statement: [{ ...allow(), Effect: 'Perhaps' }] })).toThrow(/Perhaps/);
    expect(() => statementsOf({ Statement: [{ Effect: 'Allow', Action: 's3:*' }] })).toThrow(/without a resource/);
    expect(() => statementsOf({})).toThrow(/cannot evaluate/);
  });
});

describe('The evaluation', () => {
  const pattern = fc.stringMatching(/^[ab*?]{0,4}$/);
  const statement = fc.record({
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Action: pattern,
    Resource: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    Condition: fc.constantFrom({}, { StringLike: { k: 'a*' } }, { Null: { k: 'true' } }),
  });
  const asked = fc.record({
    action: fc.stringMatching(/^[ab]{0,3}$/),
    resource: fc.stringMatching(/^[ab]{0,3}$/),
    context: fc.constantFrom<Context>({}, { k: 'a' }, { k: 'b' }),
  });

  it('does not depend on the order of statements', () => {
    const shuffled = fc
      .array(statement, { maxLength: 6 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, asked, ([all, other], one) => {
        expect(allowed(who(other), one)).toBe(allowed(who(all), one));
      }),
    );
  });

  it('is ended by a denial, and never widened by one', () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 6 }), statement, asked, (all, more, one) => {
        const before = allowed(who(all), one);
        const denied = allowed(who([...all, { ...more, Effect: 'Deny' }]), one);
        const applies = allowed(who([{ ...more, Effect: 'Allow' }]), one);
        expect(denied).toBe(before && !applies);
      }),
    );
  });

  it('matches as a plain search does', () => {
    const slow = (p: string, t: string): boolean =>
      p === ''
        ? t === ''
        : p[0] === '*'
          ? slow(p.slice(1), t) || (t !== '' && slow(p, t.slice(1)))
          : t !== '' && (p[0] === '?' || p[0] === t[0]) && slow(p.slice(1), t.slice(1));
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*?]{0,8}$/), fc.stringMatching(/^[ab*?]{0,10}$/), (p, t) => {
        expect(allowed(who([allow({ Resource: p })]), call({}, t))).toBe(slow(p, t));
      }),
      { numRuns: 1000 },
    );
  });
});
