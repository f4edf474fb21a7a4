import type { CheckDefinition } from '../definition/schema.ts';
import type { Rule } from '../rules/rule.ts';

/** What a column may be to a rule: whatever it is called in a cohort. */
const ROLES = [
  'birth year',
  'age',
  'diagnosis date',
  'biopsy date',
  'treatment date',
  'response date',
  'resection date',
  'progression date',
  'last contact date',
  'death date',
  'conversion date',
  'dead',
  'overall survival',
  'disease-free survival',
  'progression-free survival',
  'microsatellites',
  'margin',
  'no evidence of disease',
  'table',
  'start date',
  'end date',
  'event date',
] as const;
export type Role = (typeof ROLES)[number];

/** A rule over several columns: it runs where a definition's `checks` have it, with the columns that play its roles. */
export interface RuleTemplate extends Rule {
  readonly level: CheckDefinition['level'];
  readonly roles: readonly Role[];
  /** The column that is set aside, or named. */
  readonly column?: Role;
  /** Judges the rows of the table that plays `table`. */
  readonly ofTable?: true;
  /** CEL with roles in angle brackets. */
  readonly cel: string;
}

/** Dates in the order in which they come. */
const ORDER = [
  'diagnosis date',
  'biopsy date',
  'treatment date',
  'response date',
  'resection date',
  'progression date',
  'last contact date',
  'death date',
] as const satisfies readonly Role[];

const BOTH = 'Correct whichever of the two is wrong.';

function short(role: Role): string {
  return role.replace(/ date$/, '').replaceAll(' ', '-');
}

/** Every later date against every earlier one; death before diagnosis is a contradiction of the whole row and stands by itself. */
const IN_ORDER: readonly RuleTemplate[] = ORDER.flatMap((later, i) =>
  ORDER.slice(0, i).flatMap((earlier): RuleTemplate[] =>
    later === 'death date' && earlier === 'diagnosis date'
      ? []
      : [
          {
            id: `${short(later)}-before-${short(earlier)}`,
            level: 'cell',
            says: `The ${later} is before the ${earlier}.`,
            remedy: BOTH,
            roles: [earlier, later],
            column: later,
            cel: `<${later}> < <${earlier}>`,
          },
        ],
  ),
);

/** What comes after the diagnosis is not before birth either; of a death and a diagnosis that is said by itself. */
const AFTER_BIRTH: readonly RuleTemplate[] = ORDER.filter(
  (role) => role !== 'diagnosis date' && role !== 'death date',
).map((role) => ({
  id: `${short(role)}-before-birth`,
  level: 'cell',
  says: `The ${role} is before the year of birth.`,
  remedy: BOTH,
  roles: ['birth year', role],
  column: role,
  cel: `year(<${role}>) < <birth year>`,
}));

/** Rules by role, which proposals write into `checks`. */
export const RULE_TEMPLATES: readonly RuleTemplate[] = [
  {
    id: 'death-before-birth',
    level: 'error',
    says: 'The date of death is before the year of birth.',
    remedy: BOTH,
    roles: ['birth year', 'death date'],
    column: 'death date',
    cel: 'year(<death date>) < <birth year>',
  },
  {
    id: 'death-before-diagnosis',
    level: 'error',
    says: 'The date of death is before the diagnosis.',
    remedy: BOTH,
    roles: ['diagnosis date', 'death date'],
    column: 'death date',
    cel: '<death date> < <diagnosis date>',
  },
  {
    id: 'diagnosis-before-birth',
    level: 'cell',
    says: 'The diagnosis is before the year of birth.',
    remedy: BOTH,
    roles: ['birth year', 'diagnosis date'],
    column: 'diagnosis date',
    cel: 'year(<diagnosis date>) < <birth year>',
  },
  ...AFTER_BIRTH,
  ...IN_ORDER,
  {
    id: 'age-against-dates',
    level: 'cell',
    says: 'The age differs by more than a year from the years between birth and diagnosis.',
    remedy: 'Correct the age, the year of birth or the date of diagnosis.',
    roles: ['age', 'birth year', 'diagnosis date'],
    column: 'age',
    cel: '<age> > year(<diagnosis date>) - <birth year> + 1 || <age> < year(<diagnosis date>) - <birth year> - 1',
  },
  {
    id: 'death-without-date',
    level: 'warning',
    says: 'The patient died and the date of death is not known.',
    remedy: 'Add the date of death.',
    roles: ['dead', 'death date'],
    column: 'death date',
    cel: '<dead> && missing(<death date>)',
  },
  {
    id: 'date-without-death',
    level: 'warning',
    says: 'There is a date of death, and the patient is alive.',
    remedy: 'Correct the vital status or take out the date.',
    roles: ['dead', 'death date'],
    column: 'death date',
    cel: '!(<dead>) && !missing(<death date>)',
  },
  {
    id: 'overall-survival-negative',
    level: 'error',
    says: 'Overall survival is below zero.',
    remedy: 'Correct the dates it was computed from.',
    roles: ['overall survival'],
    column: 'overall survival',
    cel: '<overall survival> < 0',
  },
  {
    id: 'overall-survival-zero',
    level: 'warning',
    says: 'Overall survival is zero.',
    remedy: 'Look whether the patient was followed at all.',
    roles: ['overall survival'],
    column: 'overall survival',
    cel: '<overall survival> == 0',
  },
  {
    id: 'disease-free-beyond-overall',
    level: 'cell',
    says: 'Disease-free survival is longer than overall survival.',
    remedy: BOTH,
    roles: ['disease-free survival', 'overall survival'],
    column: 'disease-free survival',
    cel: '<disease-free survival> > <overall survival>',
  },
  {
    id: 'progression-free-beyond-overall',
    level: 'cell',
    says: 'Progression-free survival is longer than overall survival.',
    remedy: BOTH,
    roles: ['progression-free survival', 'overall survival'],
    column: 'progression-free survival',
    cel: '<progression-free survival> > <overall survival>',
  },
  {
    id: 'last-contact-after-cut',
    level: 'warning',
    says: 'The patient was seen after the data cut.',
    remedy: 'Correct the date, or the cut in the definition.',
    roles: ['last contact date'],
    column: 'last contact date',
    cel: '<last contact date> > cut',
  },
  {
    id: 'msi-high',
    level: 'warning',
    says: 'The tumour is MSI-high, in a cohort defined as microsatellite stable.',
    remedy: 'Look whether the patient belongs to the cohort.',
    roles: ['microsatellites'],
    column: 'microsatellites',
    cel: '<microsatellites> == "MSI-H"',
  },
  {
    id: 'r2-called-free',
    level: 'warning',
    says: 'Tumour was left behind (R2), and the patient is called free of disease.',
    remedy: 'Look at the reports of surgery and pathology.',
    roles: ['margin', 'no evidence of disease'],
    column: 'margin',
    cel: '<margin> == "R2" && <no evidence of disease>',
  },
  {
    id: 'conversion-before-treatment',
    level: 'warning',
    says: 'The conversion is before treatment began.',
    remedy: BOTH,
    roles: ['conversion date', 'treatment date'],
    column: 'conversion date',
    cel: '<conversion date> < <treatment date>',
  },
  {
    id: 'end-before-start',
    level: 'cell',
    says: 'It ends before it starts.',
    remedy: BOTH,
    roles: ['table', 'start date', 'end date'],
    column: 'end date',
    ofTable: true,
    cel: '<end date> < <start date>',
  },
  {
    id: 'death-before-event',
    level: 'cell',
    says: 'The date of death is before a dated row of the patient.',
    remedy: BOTH,
    roles: ['table', 'event date', 'death date'],
    column: 'death date',
    cel: 'exists(<table>, <event date> > <death date>)',
  },
];

/** How a role is filled: the name of a column, or for `dead` a condition; of `microsatellites` and `margin` the code, where it differs. */
export interface Filled {
  readonly names: Partial<Readonly<Record<Role, string>>>;
  /** What the codes of a role are called here: `MSI-H`, `R2`. */
  readonly codes?: Partial<Readonly<Record<Role, string>>>;
}

const CODES: Partial<Readonly<Record<Role, string>>> = { microsatellites: '"MSI-H"', margin: '"R2"' };

/** A template as a check of a cohort; undefined where a role has no column. */
export function checkOf(
  template: RuleTemplate,
  { names, codes = {} }: Filled,
  id = template.id,
): CheckDefinition | undefined {
  const { roles, cel, level, says, remedy, column, ofTable } = template;
  if (roles.some((role) => names[role] === undefined)) return undefined;
  let text = cel;
  for (const role of roles) {
    text = text.replaceAll(`<${role}>`, names[role]!);
    const [usual, here] = [CODES[role], codes[role]];
    if (usual !== undefined && here !== undefined) text = text.replaceAll(usual, JSON.stringify(here));
  }
  const named = column === undefined ? undefined : names[column];
  return {
    id,
    level,
    ...(ofTable && { of: names.table! }),
    ...(named !== undefined && /^\w+$/.test(named) && { column: named }),
    cel: text,
    says,
    remedy,
  };
}
