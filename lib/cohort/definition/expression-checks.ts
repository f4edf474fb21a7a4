import { compile, type Variables } from '../expressions/compile.ts';
import { type Expression, ExpressionError, type ValueType } from '../expressions/expression.ts';
import { pointerOf } from './definition-text.ts';
import type { DefinitionFault, Dictionary } from './dictionary.ts';
import { type Definition, DURATION_UNITS, type EndpointDefinition } from './schema.ts';

/** Tells a fault: the part, what is wrong, what to do. */
export type Report = (path: readonly (string | number)[], says: string, remedy: string, value?: string) => void;

/** Type-checks the expressions outside the derived variables. */
export class ExpressionChecks {
  readonly #dictionary: Dictionary;
  readonly #faults: DefinitionFault[];

  constructor(dictionary: Dictionary, faults: DefinitionFault[]) {
    this.#dictionary = dictionary;
    this.#faults = faults;
  }

  type(
    path: readonly string[],
    cel: string,
    kinds: readonly ValueType['kind'][],
    scope?: Variables,
  ): Expression | undefined {
    try {
      const expression = compile(cel, scope ?? this.#dictionary.scope);
      const { type } = expression;
      if (kinds.includes(type.kind)) return expression;
      this.#fault(
        path,
        cel,
        0,
        `this is a ${type.kind}, where a ${kinds.join(' or ')} is needed`,
        'Compare it with something.',
      );
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      if (error.start >= 0) this.#fault(path, cel, error.start, error.message, error.remedy);
    }
    return undefined;
  }

  endpoint(path: readonly string[], endpoint: EndpointDefinition): void {
    if ('time' in endpoint) {
      for (const key of ['time', 'entry'] as const) this.duration([...path, key], endpoint[key]);
      this.type([...path, 'event'], endpoint.event, ['boolean']);
      this.#competing([...path, 'competing'], endpoint.competing);
      return;
    }
    for (const key of ['origin', 'entry', 'seen', 'censor'] as const) {
      const cel = endpoint[key];
      if (cel !== undefined) this.type([...path, key], cel, ['date']);
    }
    for (const key of ['events', 'competing'] as const)
      endpoint[key]?.forEach(({ date, when }, i) => {
        this.type([...path, key, String(i), 'date'], date, ['date']);
        if (when !== undefined) this.type([...path, key, String(i), 'when'], when, ['boolean']);
      });
  }

  #competing(path: readonly string[], competing: Extract<EndpointDefinition, { time: string }>['competing']): void {
    if (typeof competing === 'string') this.type(path, competing, ['boolean']);
    else
      competing?.forEach(({ event, time }, i) => {
        this.type([...path, String(i), 'event'], event, ['boolean']);
        this.duration([...path, String(i), 'time'], time);
      });
  }

  /** A number with a unit of time. */
  duration(path: readonly string[], cel: string | undefined): void {
    const time = cel === undefined ? undefined : this.type(path, cel, ['number'])?.type;
    if (cel === undefined || !time || DURATION_UNITS.some((unit) => unit === time.unit)) return;
    this.#fault(
      path,
      cel,
      0,
      'the unit of this time is not known',
      'Name a column of type duration, or use months(from, to).',
    );
  }

  group(path: readonly string[], { by, labels, known }: Definition['groups'][string]): void {
    const type = this.type([...path, 'by'], by, ['boolean', 'text', 'number'])?.type;
    if (known !== undefined) this.type([...path, 'known'], known, ['date']);
    if (!type || !labels) return;
    const values = type.kind === 'boolean' ? ['false', 'true'] : type.levels;
    const seen = new Set<string>();
    for (const [value] of labels) {
      if (seen.has(value)) this.#fault([...path, 'labels'], value, 0, `${value} is labelled twice`, 'Leave one out.');
      seen.add(value);
      if (values && !values.includes(value))
        this.#fault(
          [...path, 'labels', value],
          value,
          undefined,
          `${value} is none of the values of ${by}`,
          `They are ${values.join(', ')}.`,
        );
    }
  }

  #fault(path: readonly string[], value: string, start: number | undefined, says: string, remedy: string): void {
    this.#faults.push({ pointer: pointerOf(path), value, ...(start !== undefined && { start }), says, remedy });
  }
}
