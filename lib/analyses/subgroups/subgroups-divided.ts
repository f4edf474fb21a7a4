import {
  adjust as adjustedP,
  coxSubgroups,
  type FollowUp,
  logisticSubgroups,
  type SubgroupAnalysis,
  type SubgroupEffect,
} from '../../stats/index.ts';
import { columnsOf, type Term } from '../models/model-terms.ts';
import type { Grouping } from '../parts/grouping.ts';
import { stratumCodes } from '../parts/strata.ts';
import type { chooseSubgroups, SubgroupsRequest } from './subgroups-choice.ts';

/** What divides the patients, with what was found in each part. */
export interface Divided {
  readonly grouping: Grouping;
  readonly found: SubgroupAnalysis;
  /** Of the test of interaction, adjusted for their number (Holm); NaN without one. */
  readonly adjusted: number;
}

/** The effect in the parts that each factor makes; a covariate that is the factor itself is left out beside it. */
export function divide(
  chosen: ReturnType<typeof chooseSubgroups>,
  terms: readonly Term[],
  request: SubgroupsRequest,
): { readonly whole: SubgroupEffect; readonly divided: readonly Divided[] } {
  const { selection, followUp, event, covariates, groupings, strata } = chosen;
  const { rows } = selection;
  const codes = strata && stratumCodes(strata, rows).codes;
  const { level } = request;
  const analyse = (
    grouping: Pick<Grouping, 'title' | 'labels' | 'codes'>,
    asked: string | undefined,
  ): SubgroupAnalysis => {
    const kept = terms.filter((_, t) => t === 0 || covariates[t - 1]?.asked !== asked);
    const columns = columnsOf(kept);
    const model = { names: columns.map(({ name }) => name), covariates: columns.map(({ values }) => values) };
    const factor = {
      name: grouping.title,
      levels: grouping.labels,
      codes: Int32Array.from(rows, (row) => grouping.codes[row]!),
    };
    const found =
      followUp === undefined
        ? logisticSubgroups({ outcome: event, ...model }, [factor], { level })
        : coxSubgroups(
            { ...(followUp as FollowUp), ...model, ...(codes === undefined ? {} : { strata: codes }) },
            [factor],
            { level },
          );
    return found[0]!;
  };
  const found = groupings.map((grouping, i) => analyse(grouping, request.subgroups[i]));
  const tests = Float64Array.from(found, ({ interaction }) => (interaction.ok ? interaction.p : Number.NaN));
  const holm = adjustedP(tests, 'holm');
  const everybody = {
    title: 'All patients',
    labels: ['All patients'],
    codes: new Int32Array(Math.max(0, ...rows) + 1),
  };
  return {
    whole: analyse(everybody, undefined).effects[0]!,
    divided: groupings.map((grouping, i) => ({ grouping, found: found[i]!, adjusted: holm[i]! })),
  };
}
