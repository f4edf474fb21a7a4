import { SignetError } from '../../lib/base/index.ts';
import type { LocalFunction } from './function.ts';
import type { Resource } from './template.ts';

const UNITS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** Seconds between two runs of `rate(15 minutes)`. Also takes seconds, which the service does not. Throws SignetError `unresolved`. */
function secondsOf(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (\w+?)s?\)$/.exec(expression) ?? [];
  const seconds = unit === 'second' ? 1 : UNITS[unit];
  if (count === undefined || seconds === undefined)
    throw new SignetError('unresolved', `the local stack keeps no schedule ${expression}`);
  return Number(count) * seconds;
}

/** Runs the functions of a scheduled rule; what fails is left to the next time. Returns how to stop. */
export function keepSchedule(
  { properties, name }: Resource,
  functions: ReadonlyMap<string, LocalFunction>,
): () => void {
  const targets = (properties['Targets'] ?? []) as { Arn: string }[];
  const timer = setInterval(
    () => {
      for (const { Arn } of targets)
        functions
          .get(Arn)
          ?.invoke({ source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [name], detail: {} })
          .catch(() => undefined);
    },
    secondsOf(String(properties['ScheduleExpression'])) * 1000,
  );
  return () => clearInterval(timer);
}
