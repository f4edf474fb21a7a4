import { SignetError } from '../../base/index.ts';
import type { CohortFrame } from '../../cohort/index.ts';
import type { Findings } from '../../result/index.ts';
import { membersOf } from '../curves/members.ts';
import { chooseCompared, describedVariables } from '../description/comparison-groups.ts';
import { groupComparison } from '../description/group-comparison.ts';
import { tableOne } from '../description/table-one.ts';
import { associationScan } from '../genes/association-scan.ts';
import { binaryOutcome, withOutcome } from '../parts/binary-outcome.ts';
import { entryOf, followUpOf, withEndpoint } from '../parts/follow-up.ts';
import { groupingOf } from '../parts/grouping.ts';
import { endpointTitle } from '../parts/naming.ts';
import { leaveOut, select } from '../parts/selection.ts';
import { strataOf, withStrata } from '../parts/strata.ts';
import { survival } from '../survival/survival.ts';
import { factorsAsked } from '../survival/survival-factors.ts';
import { releasedCox, releasedLogistic, releasedPrediction } from './released-models.ts';
import { checkNamed, notReleased, outcomeNamed, type ReleaseBasis, refuseEntry, variableOf } from './released-parts.ts';

/**
 * What a release of a result is made from. `frame` is the one that the result is of, under its sensitivity. Throws SignetError `not-released` where no
 * rule lets anything of such a result out, with why in words, and what the request's names throw.
 */
export function releaseBasis(
  frame: CohortFrame,
  { request, findings }: { readonly request: Readonly<Record<string, unknown>>; readonly findings: Findings },
): ReleaseBasis {
  if (request['naive'] === true)
    throw notReleased('It compares what was known only later as if it had been known from the start (naive)');
  const basis = basisOf(frame, request, findings);
  if (basis.rows.length === findings.counts.used) return basis;
  throw new SignetError('other-patients', 'The cohort as it is read now gives other patients than the result is of', {
    remedy: 'Ask the question anew, and share that result.',
  });
}

function basisOf(frame: CohortFrame, request: Readonly<Record<string, unknown>>, findings: Findings): ReleaseBasis {
  switch (request['analysis']) {
    case 'survival':
      return curves(frame, request);
    case 'cox':
      return releasedCox(frame, request);
    case 'logistic':
      return releasedLogistic(frame, request);
    case 'prediction':
      return releasedPrediction(frame, request, findings.model);
    case 'table-one':
    case 'group-comparison':
      return table(frame, request);
    case 'association-scan':
      return scores(frame, request, findings);
    default:
      throw notReleased(WHY[String(request['analysis'])] ?? 'No rule says what of such a result may leave');
  }
}

/** Why nothing of these leaves. */
const WHY: Readonly<Record<string, string>> = {
  oncoprint: 'An oncoprint has a column a patient',
  report: 'A report holds many results: share those of its items that are asked for, each by itself',
  subgroups: 'Subgroups are many overlapping sets of patients, whose differences are of few: share a model of one',
  meta: 'It holds what other cohorts found: that is theirs to share',
  multistate: 'Its curves step at the times of single patients, and no grid is described for them',
  'competing-risks': 'Its curves step at the times of single patients, and no grid is described for them',
  validate: 'Calibration and decision curves are made of order statistics of single patients',
  eligibility: 'It counts who left at each step, down to single patients',
};

/** Of a survival result: whose curves, by which groups. */
function curves(frame: CohortFrame, asked: unknown): ReleaseBasis {
  const request = survival.request.parse(asked);
  const { by } = request;
  if (factorsAsked(frame, by) !== undefined || Array.isArray(by))
    throw notReleased('It is of several factors: share a result of each by itself, or a model of them');
  const endpoint = frame.endpoint(request.endpoint, '/endpoint');
  refuseEntry(entryOf(frame, endpoint, request.entry) !== undefined);
  const strata = strataOf(frame, request.strata);
  const timed = withEndpoint(select(frame, request.where), endpoint);
  const grouping = typeof by === 'string' ? groupingOf(frame, by, '/by') : undefined;
  if (grouping?.known !== undefined)
    throw notReleased('Its groups are joined only in time, so that its curves count patients in more than one');
  const selection = grouping
    ? withStrata(
        leaveOut(
          timed,
          { reason: `without ${grouping.title}`, columns: grouping.columns, pointer: '/by' },
          (row) => grouping.codes[row]! < 0,
        ),
        strata,
      )
    : timed;
  const { rows } = selection;
  const members = grouping && membersOf(grouping, rows).groups;
  const { time, event } = followUpOf(endpoint, rows);
  return {
    kind: 'curves',
    rows,
    outcome: { name: endpoint.name, title: endpointTitle(endpoint.name), origin: endpoint.origin, time, event },
    ...(members && {
      groups: { title: grouping.title, levels: members.labels, values: Float64Array.from(members.codes) },
    }),
    ...(strata && { strata: { title: strata.title, levels: [], values: new Float64Array() } }),
    variables: [],
    genes: [],
    without: [
      'medians and survival at times: they are read from the grid',
      ...(members ? ['hazard ratios: share a model'] : []),
      ...(request.adjust ? ['the adjusted comparison: share it as a model'] : []),
      ...(request.tests ? ['the further tests'] : []),
    ],
  };
}

/** Of a table: whom it describes, in which groups, and what they are like. */
function table(frame: CohortFrame, asked: Readonly<Record<string, unknown>>): ReleaseBasis {
  const analysis = asked['analysis'] === 'table-one' ? tableOne : groupComparison;
  const request = analysis.request.parse(asked);
  const { selection, groups, by } = chooseCompared(frame, request);
  const { rows } = selection;
  return {
    kind: 'table',
    rows,
    ...(by !== undefined && { groups: { title: by, levels: groups.labels, values: Float64Array.from(groups.codes) } }),
    variables: describedVariables(frame, request).map(({ covariate }) => {
      const described = covariate();
      checkNamed(described);
      return variableOf(described, rows);
    }),
    genes: [],
    without: ['medians and quartiles: they are values of single patients', 'tests between the groups'],
  };
}

/** As many genes as a study may name. */
const MOST_GENES = 200;

/** Of a scan: each gene's score, of an endpoint or an outcome. */
function scores(frame: CohortFrame, asked: unknown, { tables }: Findings): ReleaseBasis {
  const request = associationScan.request.parse(asked);
  if (request.scan !== 'genes') throw notReleased('Pathways are made of genes, which are shared one by one');
  if (request.adjust !== undefined || request.strata !== undefined)
    throw notReleased('Its effects are adjusted or stratified: a score is of a gene alone');
  const genes = (tables.find(({ id }) => id === 'genes')?.rows ?? []).map((row) => String(row['gene']));
  if (genes.length > MOST_GENES)
    throw notReleased(
      `It tells of ${genes.length} genes: whoever knows who carries which would solve for who had the event. Ask with a larger minAltered`,
    );
  const begun = select(frame, request.where);
  const rest = {
    kind: 'scores' as const,
    variables: [],
    // an order by p would tell of outcomes
    genes: genes.sort(),
    without: ['effects and p values: they follow from the scores', ...(request.apart ? ['what stands apart'] : [])],
  };
  if (request.endpoint !== undefined) {
    const endpoint = frame.endpoint(request.endpoint, '/endpoint');
    refuseEntry(entryOf(frame, endpoint, request.entry) !== undefined);
    const { rows } = withEndpoint(begun, endpoint);
    const { time, event } = followUpOf(endpoint, rows);
    return {
      ...rest,
      rows,
      outcome: { name: endpoint.name, title: endpointTitle(endpoint.name), origin: endpoint.origin, time, event },
    };
  }
  const outcome = binaryOutcome(frame, outcomeNamed(request.outcome!));
  const { rows } = withOutcome(begun, outcome);
  return {
    ...rest,
    rows,
    outcome: {
      name: request.outcome!,
      title: `${outcome.title} (${outcome.labels[1]})`,
      origin: '',
      // all at one time: the log-rank score of it is that of Fisher's margins
      time: new Float64Array(rows.length).fill(1),
      event: Uint8Array.from(rows, (row) => outcome.codes[row]!),
    },
  };
}
