import { SignetError } from '../../lib/base/index.ts';
import type { Assembly, ResourceStatement, Template, TemplateValue } from './assembly.ts';
import { ACCOUNT, PARTITION, REGION } from './place.ts';
import { checkProperties } from './resource-properties.ts';
import { referenceOf } from './resource-types.ts';

/** A value whose intrinsic functions have been worked out; `undefined` is AWS::NoValue. */
export type Resolved = string | number | boolean | null | undefined | Resolved[] | { [key: string]: Resolved };

/** A resource that exists: its id in its stack, its name, and its properties worked out. */
export interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly type: string;
  readonly name: string;
  readonly properties: { readonly [name: string]: Resolved };
}

/** What the templates leave open. */
export interface Surroundings {
  /** Values of the stacks' parameters, the same name meaning the same in each. */
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly addresses: { readonly queues: string; readonly api: string };
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': PARTITION,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Letters of a name that buckets, queues and tables all allow, and short enough for each of them. */
function nameOf(stack: string, id: string, { Type, Properties }: ResourceStatement): string {
  const plain = `${stack}-${id}`.toLowerCase().replace(/[^a-z0-9-]/g, '');
  const name = plain.length <= 58 ? plain : `${plain.slice(0, 49)}-${plain.slice(-8)}`;
  return Type === 'AWS::SQS::Queue' && Properties?.['FifoQueue'] === true ? `${name}.fifo` : name;
}

/** Works the intrinsic functions of an assembly's templates out. */
export class Templates {
  readonly #stacks: ReadonlyMap<string, Template>;
  readonly #surroundings: Surroundings;

  constructor({ stacks }: Assembly, surroundings: Surroundings) {
    this.#stacks = stacks;
    this.#surroundings = surroundings;
  }

  /** Every resource whose condition holds. Throws SignetError `unknown-resource-type`, `unknown-property`, `unresolved`. */
  resources(): Resource[] {
    return [...this.#stacks].flatMap(([stack, template]) =>
      Object.entries(template.Resources).flatMap(([id, statement]) => {
        referenceOf(statement.Type);
        if (statement.Condition !== undefined && !this.#holds(stack, statement.Condition)) return [];
        const properties = this.resolve(statement.Properties ?? {}, stack) as Resource['properties'];
        checkProperties(statement.Type, id, properties);
        return [{ id, stack, type: statement.Type, name: nameOf(stack, id, statement), properties }];
      }),
    );
  }

  /** The value of a stack's output. Throws SignetError `unresolved`. */
  output(stack: string, name: string): string {
    const output = this.#stacks.get(stack)?.Outputs?.[name];
    if (!output) throw new SignetError('unresolved', `${stack} has no output ${name}`);
    return String(this.resolve(output.Value, stack));
  }

  /** A value of a stack without its intrinsic functions. Throws SignetError `unresolved`. */
  resolve(value: TemplateValue, stack: string): Resolved {
    if (Array.isArray(value)) {
      return (value as readonly TemplateValue[])
        .map((each) => this.resolve(each, stack))
        .filter((each) => each !== undefined);
    }
    if (value === null || typeof value !== 'object') return value as Resolved;
    const [only, ...others] = Object.entries(value);
    if (only && others.length === 0 && (only[0] === 'Ref' || only[0].startsWith('Fn::')))
      return this.#intrinsic(only[0], only[1], stack);
    const pairs = Object.entries(value).map(([key, each]) => [key, this.resolve(each, stack)] as const);
    return Object.fromEntries(pairs.filter(([, each]) => each !== undefined));
  }

  #intrinsic(name: string, argument: TemplateValue, stack: string): Resolved {
    const parts = argument as readonly TemplateValue[];
    switch (name) {
      case 'Ref':
        return this.#ref(argument as string, stack);
      case 'Fn::GetAtt':
        return this.#attribute(parts[0] as string, parts[1] as string, stack);
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = argument as { StackName: string; OutputName: string };
        return this.output(StackName, OutputName);
      }
      case 'Fn::Join':
        return (this.resolve(parts[1]!, stack) as string[]).join(parts[0] as string);
      case 'Fn::Split':
        return String(this.resolve(parts[1]!, stack)).split(parts[0] as string);
      case 'Fn::Select':
        return (this.resolve(parts[1]!, stack) as Resolved[])[Number(parts[0])];
      case 'Fn::Sub':
        return (argument as string).replace(/\$\{([^}]+)\}/g, (_, each: string) => String(this.#ref(each, stack)));
      case 'Fn::If':
        return this.resolve(parts[this.#holds(stack, parts[0] as string) ? 1 : 2]!, stack);
      case 'Fn::Equals':
        return String(this.resolve(parts[0]!, stack)) === String(this.resolve(parts[1]!, stack));
      case 'Fn::Not':
        return !this.resolve(parts[0]!, stack);
      default:
        throw new SignetError('unresolved', `${name} is not worked out by the local stack`);
    }
  }

  #holds(stack: string, condition: string): boolean {
    const stated = this.#stacks.get(stack)?.Conditions?.[condition];
    if (stated === undefined) throw new SignetError('unresolved', `${stack} has no condition ${condition}`);
    return this.resolve(stated, stack) === true;
  }

  #ref(name: string, stack: string): Resolved {
    if (name === 'AWS::NoValue') return undefined;
    const pseudo = PSEUDO[name];
    if (pseudo !== undefined) return pseudo;
    const parameter = this.#stacks.get(stack)?.Parameters?.[name];
    if (!parameter) return this.#named(name, stack, ({ ref }) => ref);
    const value = this.#surroundings.parameters[name] ?? parameter.Default;
    if (value === undefined) throw new SignetError('unresolved', `the parameter ${name} of ${stack} has no value`);
    return parameter.Type === 'Number' ? Number(value) : value;
  }

  #attribute(id: string, attribute: string, stack: string): Resolved {
    return this.#named(id, stack, ({ attributes }, type) => {
      const known = attributes?.[attribute];
      if (!known) throw new SignetError('unresolved', `${attribute} of ${type} is not known to the local stack`);
      return known;
    });
  }

  #named(
    id: string,
    stack: string,
    pick: (
      reference: ReturnType<typeof referenceOf>,
      type: string,
    ) => (named: { name: string; addresses: Surroundings['addresses'] }) => string,
  ): string {
    const statement = this.#stacks.get(stack)?.Resources[id];
    if (!statement) throw new SignetError('unresolved', `${stack} has neither a parameter nor a resource ${id}`);
    const way = pick(referenceOf(statement.Type), statement.Type);
    return way({ name: nameOf(stack, id, statement), addresses: this.#surroundings.addresses });
  }
}
