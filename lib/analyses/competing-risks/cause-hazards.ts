import type { ResultTable } from '../../result/index.ts';
import { type CauseFollowUp, nelsonAalen } from '../../stats/index.ts';
import type { Groups } from '../curves/survival-curves.ts';
import { cell } from '../parts/cells.ts';

/** Share of a time by which a duration that was rounded may lie beyond it. */
const SAME_TIME = 1e-9;

/**
 * How many had each event by given times, and its cause-specific cumulative hazard: the rate among those who had none yet, added up. A row a
 * cause, group and time. Yardstick: survival::survfit(Surv(time, cause == k) ~ 1)$cumhaz.
 */
export function causeHazardTable(
  f: CauseFollowUp,
  causes: readonly string[],
  { labels, codes }: Groups,
  of: { readonly times: readonly number[]; readonly level: number; readonly head: string },
): ResultTable {
  const { times, level, head } = of;
  const curves = causes.map((_, k) =>
    labels.map((_, g) => {
      const rows = [...codes.keys()].filter((i) => codes[i] === g);
      const { entry } = f;
      const followUp = {
        time: Float64Array.from(rows, (i) => f.time[i]!),
        event: Uint8Array.from(rows, (i) => (f.cause[i] === k + 1 ? 1 : 0)),
        ...(entry === undefined ? {} : { entry: Float64Array.from(rows, (i) => entry[i]!) }),
      };
      return nelsonAalen.solve(nelsonAalen.accumulate(followUp), { level });
    }),
  );
  return {
    id: 'cause-specific-hazards',
    title: 'Events by given times, and their cause-specific cumulative hazards',
    columns: [
      { key: 'cause', label: 'Event', format: 'text' },
      { key: 'group', label: head, format: 'text' },
      { key: 'time', label: 'Time', format: times.every(Number.isInteger) ? 'count' : 'number', unit: 'months' },
      { key: 'events', label: 'Had it by then, first', format: 'count' },
      {
        key: 'hazard',
        label: 'Cumulative hazard',
        format: 'number',
        low: 'hazard_low',
        high: 'hazard_high',
        why: 'hazard_why',
      },
    ],
    rows: causes.flatMap((cause, k) =>
      labels.flatMap((group, g) => {
        const curve = curves[k]![g]!;
        return times.map((time) => {
          const until = curve.time.findLastIndex((at) => at <= time * (1 + SAME_TIME));
          const beyond = time > (curve.time.at(-1) ?? 0);
          const hazard = until < 0 ? 0 : curve.cumulativeHazard[until]!;
          return {
            cause,
            group,
            time,
            events: curve.event.slice(0, until + 1).reduce((sum, d) => sum + d, 0),
            hazard: beyond ? null : hazard,
            hazard_low: beyond || hazard === 0 ? null : cell(curve.lower[until]!),
            hazard_high: beyond || hazard === 0 ? null : cell(curve.upper[until]!),
            hazard_why: beyond ? 'beyond the last follow-up' : hazard === 0 ? 'no event yet, no interval' : '',
            standard_error: beyond ? null : until < 0 ? 0 : cell(curve.standardError[until]!),
          };
        });
      }),
    ),
    notes: [
      'Who had another event first is no longer at risk of this one. The cumulative hazard is no share of patients: it is what would have been added up of the rate among those who had neither event yet.',
    ],
  };
}
