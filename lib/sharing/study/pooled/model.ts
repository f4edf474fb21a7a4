import type { ResultTable } from '../../../result/index.ts';
import { combinedByInformation, type ModelAnswer, type ModelState } from '../../methods/model-rounds.ts';
import { columnCount } from '../../methods/site-rows.ts';
import { modelAnswers, modelStateAfter } from '../model-state.ts';
import type { Finished } from '../progress.ts';
import type { Model } from '../protocol.ts';
import { concordanceOf, interceptNumbers, interceptTable } from './model-beside.ts';
import {
  EFFECT,
  errorsOf,
  forest,
  metaNumbers,
  metasOf,
  metaTable,
  type Pooled,
  siteFits,
  siteTable,
} from './model-sites.ts';
import { cell, columnNames, number, type Part, type Pooling, pValue, ratio, ratioCells, text } from './part.ts';

const METHOD: Readonly<Record<Model['method'], string>> = {
  'cox/1':
    'Cox regression stratified by site: each site’s risk sets stay its own, exact times are used where they are.',
  'fine-gray/1':
    'Fine-Gray regression stratified by site, with censoring weights made within each site and Breslow’s ties.',
  'logistic/1': 'Logistic regression with an intercept for each site.',
};

const TITLE: Readonly<Record<Model['method'], string>> = {
  'cox/1': 'Cox regression stratified by site',
  'fine-gray/1': 'Fine-Gray regression stratified by site',
  'logistic/1': 'logistic regression with an intercept for each site',
};

const CITATIONS = [
  'Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220.',
  'DerSimonian R, Laird N. Meta-analysis in clinical trials. Control Clin Trials 1986;7:177-88.',
  'Hartung J, Knapp G. A refined method for the meta-analysis of controlled clinical trials with binary outcome. Stat Med 2001;20:3875-89.',
];

/** A model over sites: the pooled coefficients, and where it was asked open each site's own with their meta-analysis and forest plot. */
export function pooledModel(finished: Finished, model: Model, pooling: Pooling): Part {
  const { codebook } = pooling;
  const size = columnCount(codebook, model.covariates);
  const names = columnNames(codebook, model.covariates);
  const state = modelStateAfter(model, finished.rounds, size);
  if (state?.variance === undefined)
    return {
      numbers: {},
      tables: [],
      figures: [],
      method: [],
      citations: [],
      warnings: [{ code: 'undetermined', says: `${model.id}: the sites together do not determine its coefficients.` }],
    };
  const first = modelAnswers(finished.rounds[0]!, 1, size);
  const fits = model.mode === 'open' ? siteFits(finished, first, size) : [];
  const metas = names.map((_, j) => metasOf(fits, j));
  const errors = errorsOf(state.variance, size);
  const pairs = concordanceOf(finished, model);
  const pooledRow = names.map((name, j) => ({ term: name, ...ratioCells(state.beta[j]!, errors[j]!) }));
  const tables: ResultTable[] = [
    {
      id: model.id,
      title: `${model.id}: ${TITLE[model.method]}`,
      columns: [
        text('term', 'Term'),
        ratio(EFFECT[model.method]),
        pValue,
        number('coefficient', 'Coefficient'),
        number('standard_error', 'Standard error'),
      ],
      rows: pooledRow,
      notes: [
        `Sites: ${finished.sites.join(', ')}. Rounds: ${model.rounds}.`,
        `The Newton step from the coefficients at which the sites were last asked: ${(state.step ?? 0).toExponential(1)} standard errors.`,
      ],
    },
    ...(fits.length > 0 ? [siteTable(model, names, fits), metaTable(model, names, metas)] : []),
    ...interceptTable(finished, model, state.beta),
    ...(pairs ? [pairs.table] : []),
  ];
  return {
    numbers: {
      ...modelNumbers(model, state, errors, finished, first, size),
      ...metaNumbers(model, fits, metas),
      ...interceptNumbers(finished, model, state.beta),
      ...pairs?.numbers,
    },
    tables,
    figures: fits.length > 0 ? [forest(model, names, fits, pooledRow, pooledOver(finished, pooling))] : [],
    method: [
      METHOD[model.method],
      model.mode === 'open'
        ? `${model.id}: the sites' own fits were combined by their information, then improved by ${steps(model.rounds - 1)} of the sum of their likelihoods.`
        : `${model.id}: ${steps(model.rounds)} from zero on sums behind masks, so that no site's own numbers were seen.`,
    ],
    citations: CITATIONS,
    warnings: finished.sites.flatMap((site, i) =>
      model.mode === 'open' && !first[i]!.own
        ? [
            {
              code: 'no-finite-fit',
              says: `${model.id}: ${site} has no finite fit of its own; it joined in the second round.`,
            },
          ]
        : [],
    ),
  };
}

const steps = (count: number): string => `${count} Newton ${count === 1 ? 'step' : 'steps'}`;

/** Patients of the sites that it is finished with. */
function patientsOf({ sites }: Finished, { patients }: Pooling): number {
  return sites.reduce((sum, site) => sum + (patients.get(site) ?? 0), 0);
}

function modelNumbers(
  { id }: Model,
  state: ModelState,
  errors: readonly number[],
  finished: Finished,
  first: readonly ModelAnswer[],
  size: number,
): Part['numbers'] {
  const own = first.flatMap((answer) => (answer.own ? [answer.own] : []));
  const combined = combinedByInformation(own, size);
  const second =
    finished.rounds.length > 1
      ? modelStateAfter(finished.analysis as Model, finished.rounds.slice(0, 2), size)
      : undefined;
  return {
    [`${id}.beta`]: [...state.beta],
    [`${id}.se`]: [...errors],
    [`${id}.variance`]: [...state.variance!],
    [`${id}.step`]: cell(state.step),
    [`${id}.events`]: first.reduce((sum, { events }) => sum + events, 0),
    [`${id}.loglik`]: cell(state.last?.loglik),
    [`${id}.loglik-at-zero`]: cell(state.atZero?.loglik),
    ...(combined && {
      [`${id}.combined.beta`]: [...combined.beta],
      [`${id}.combined.variance`]: [...combined.variance],
    }),
    ...(second && { [`${id}.second.beta`]: [...second.beta] }),
  };
}

/** The sites of a model: all of the study, or all but who was lost. */
function pooledOver(finished: Finished, pooling: Pooling): Pooled {
  const [lost, ...others] = [...pooling.patients.keys()].filter((site) => !finished.sites.includes(site));
  const but = others.length === 0 ? lost : `${others.length + 1} sites`;
  return { sites: lost === undefined ? 'all sites' : `all but ${but}`, patients: patientsOf(finished, pooling) };
}
