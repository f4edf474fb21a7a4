import type { Checklist, ReportPart } from '../../result/index.ts';

/** What answers an item: analyses by name, or the report's own methods or table of sensitivities. */
type Answer = { readonly analyses: readonly string[] } | 'methods' | 'sensitivity';

interface Item {
  readonly item: string;
  readonly says: string;
  /** The first that the report holds; without any the authors write it. */
  readonly by?: readonly Answer[];
}

interface Guideline {
  readonly name: string;
  readonly citation: string;
  readonly items: readonly Item[];
}

const by = (...analyses: string[]): Answer => ({ analyses });

/** Reporting recommendations for tumour marker prognostic studies. */
const REMARK: Guideline = {
  name: 'REMARK',
  citation: 'Altman DG, McShane LM, Sauerbrei W, Taube SE. PLoS Med 2012;9:e1001216.',
  items: [
    { item: '1', says: 'Marker examined, objectives, hypotheses' },
    { item: '2', says: 'Patients: source, inclusion and exclusion criteria', by: [by('eligibility')] },
    { item: '3', says: 'Treatments received and how they were chosen', by: [by('table-one')] },
    { item: '4', says: 'Specimens', by: ['methods'] },
    { item: '5', says: 'Assay' },
    { item: '6', says: 'Case selection, period, end and median of follow-up', by: [by('survival')] },
    { item: '7', says: 'Endpoints', by: ['methods'] },
    { item: '8', says: 'Candidate variables', by: ['methods'] },
    { item: '9', says: 'Rationale of the sample size' },
    { item: '10', says: 'Statistical methods, variable selection, assumptions, missing data', by: ['methods'] },
    { item: '11', says: 'How marker values were handled, cut-points', by: ['methods'] },
    { item: '12', says: 'Flow of patients, numbers and events at each stage', by: [by('eligibility')] },
    {
      item: '13',
      says: 'Distribution of demographic and prognostic variables, with missing values',
      by: [by('table-one')],
    },
    {
      item: '14',
      says: 'Relation of the marker to standard prognostic variables',
      by: [by('association-scan'), by('logistic')],
    },
    {
      item: '15',
      says: 'Univariable effects of marker and standard variables on outcome',
      by: [by('survival'), by('cox')],
    },
    { item: '16', says: 'Multivariable effects with intervals', by: [by('survival', 'cox', 'prediction')] },
    {
      item: '17',
      says: 'Effects with all standard variables in the model whatever their significance',
      by: [by('prediction'), by('cox', 'survival')],
    },
    {
      item: '18',
      says: 'Further investigations: assumptions, sensitivity, internal validation',
      by: ['sensitivity', by('prediction')],
    },
    { item: '19', says: 'Interpretation and limitations' },
    { item: '20', says: 'Implications' },
  ],
};

/** Reporting of a multivariable prediction model. */
const TRIPOD: Guideline = {
  name: 'TRIPOD',
  citation: 'Collins GS, Reitsma JB, Altman DG, Moons KGM. Ann Intern Med 2015;162:55-63.',
  items: [
    { item: '1', says: 'Title' },
    { item: '2', says: 'Abstract' },
    { item: '3', says: 'Background and objectives' },
    { item: '4', says: 'Source of data', by: ['methods'] },
    { item: '5', says: 'Participants: setting, eligibility, treatments', by: [by('eligibility')] },
    { item: '6', says: 'Outcome', by: ['methods'] },
    { item: '7', says: 'Predictors', by: [by('prediction')] },
    { item: '8', says: 'Sample size' },
    { item: '9', says: 'Missing data', by: ['methods'] },
    { item: '10', says: 'Statistical analysis methods', by: [by('prediction')] },
    { item: '11', says: 'Risk groups', by: [by('prediction')] },
    { item: '12', says: 'Development against validation', by: [by('validate')] },
    { item: '13', says: 'Flow and characteristics of participants', by: [by('eligibility')] },
    { item: '14', says: 'Model development: participants, events, unadjusted associations', by: [by('prediction')] },
    { item: '15', says: 'Model specification', by: [by('prediction')] },
    { item: '16', says: 'Model performance', by: [by('prediction')] },
    { item: '17', says: 'Model updating', by: [by('validate')] },
    { item: '18', says: 'Limitations' },
    { item: '19', says: 'Interpretation' },
    { item: '20', says: 'Implications' },
    { item: '21', says: 'Supplementary information: the model document', by: [by('prediction')] },
    { item: '22', says: 'Funding' },
  ],
};

/** Cohort, cross-sectional and case-control studies in surgery, as of 2021. */
const STROCSS: Guideline = {
  name: 'STROCSS',
  citation: 'Mathew G, Agha R, STROCSS Group. Int J Surg 2021;96:106165.',
  items: [
    { item: '1', says: 'Title: design and focus of the study' },
    { item: '2a-2d', says: 'Abstract: introduction, methods, results, conclusion' },
    { item: '3', says: 'Introduction: background, question, aims' },
    { item: '4a', says: 'Registration' },
    { item: '4b', says: 'Ethical approval' },
    { item: '4c', says: 'Protocol: the plan of analyses and its digest', by: ['methods'] },
    { item: '4d', says: 'Involvement of patients and public' },
    { item: '5a', says: 'Study design' },
    { item: '5b', says: 'Setting and timeframe: recruitment, follow-up, data cut', by: ['methods'] },
    { item: '5c', says: 'Study groups: who is in which', by: [by('table-one')] },
    { item: '5d', says: 'Subgroup and sensitivity analyses', by: [by('subgroups'), 'sensitivity'] },
    { item: '6a', says: 'Participants: eligibility, exclusions', by: [by('eligibility')] },
    { item: '6b', says: 'Recruitment' },
    { item: '6c', says: 'Sample size and its justification' },
    { item: '7a', says: 'Considerations before the intervention' },
    { item: '7b', says: 'Intervention' },
    { item: '7c', says: 'Considerations during the intervention' },
    { item: '7d', says: 'Operators: training and experience' },
    { item: '7e', says: 'Quality control' },
    { item: '7f', says: 'After the intervention: care and follow-up' },
    { item: '8', says: 'Outcomes: definitions', by: ['methods'] },
    { item: '9', says: 'Statistics: tests, models, missing data', by: ['methods'] },
    { item: '10a', says: 'Participants: flow, losses, characteristics', by: [by('eligibility')] },
    { item: '10b', says: 'Comparison of the groups', by: [by('table-one')] },
    { item: '10c', says: 'Intervention: changes to what was planned' },
    { item: '11a', says: 'Outcomes, by group, with intervals', by: [by('survival', 'competing-risks')] },
    { item: '11b', says: 'Tolerance: losses, adherence' },
    { item: '11c', says: 'Complications' },
    { item: '11d', says: 'Key results, adjusted and unadjusted', by: [by('survival', 'cox'), by('logistic')] },
    { item: '12', says: 'Discussion' },
    { item: '13', says: 'Strengths and limitations' },
    { item: '14', says: 'Relevance and implications' },
    { item: '15', says: 'Conclusions' },
    { item: '16', says: 'Conflicts of interest, funding, contributors' },
  ],
};

function placeOf(answer: Answer, answered: readonly ReportPart[]): string | undefined {
  if (answer === 'methods') return 'Methods';
  if (answer === 'sensitivity')
    return answered.some(({ sensitivity }) => sensitivity) ? 'Sensitivity of the primary analysis' : undefined;
  const items = answered.filter(({ analysis, sensitivity }) => !sensitivity && answer.analyses.includes(analysis));
  return items.length === 0 ? undefined : items.map(({ id }) => id).join(', ');
}

/**
 * The guidelines with the place in the report that answers each item; null where the authors must write it. That of prediction models is
 * left out where the report has none.
 */
export function checklistsOf(parts: readonly ReportPart[]): Checklist[] {
  const answered = parts.filter(({ findings }) => findings !== null);
  const predicts = answered.some(({ analysis }) => analysis === 'prediction' || analysis === 'validate');
  return [STROCSS, REMARK, ...(predicts ? [TRIPOD] : [])].map(({ name, citation, items }) => ({
    name,
    citation,
    items: items.map(({ item, says, by: answers = [] }) => ({
      item,
      says,
      where: answers.map((answer) => placeOf(answer, answered)).find((place) => place !== undefined) ?? null,
    })),
  }));
}
