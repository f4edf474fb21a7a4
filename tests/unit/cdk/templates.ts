import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { signet } from '../../../cdk/signet.ts';

/** A resource as a template states it; properties are read as they are needed. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is a tree whose shape each test states by what it reads
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** Both stacks as synthesised, without bundles: what they state doesn't depend on the code they run. */
export function synthesised(context: Readonly<Record<string, unknown>> = {}) {
  const app = new App({ context: { region: 'eu-central-1', 'aws:cdk:bundling-stacks': [], ...context } });
  const { data, functions } = signet(app);
  return { app, data: Template.fromStack(data), functions: Template.fromStack(functions) };
}

/** The resources of a type, by logical id. */
export function resources(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

/** A statement of a policy, its actions and resources always lists. */
export interface Statement {
  readonly where: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const listed = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

interface Written {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: Statement['conditions'];
}

/** The statements of a policy document. */
export function statementsOf(where: string, document: { readonly Statement: readonly Written[] }): Statement[] {
  return document.Statement.map(({ Effect, Action, Resource, Condition }) => ({
    where,
    effect: Effect,
    actions: listed(Action),
    resources: listed(Resource),
    conditions: Condition ?? {},
  }));
}

/** Every statement of a template: of roles, queues, topics, buckets and keys. */
export function statements(template: Template): Statement[] {
  const found: Statement[] = [];
  const documents = ['PolicyDocument', 'KeyPolicy', 'AssumeRolePolicyDocument', 'ResourcePolicy'];
  for (const [id, { Properties }] of Object.entries(template.toJSON()['Resources'] as Record<string, Resource>)) {
    for (const name of documents) {
      if (Properties?.[name]) found.push(...statementsOf(id, Properties[name]));
    }
  }
  return found;
}
