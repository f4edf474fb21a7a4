import { DAYS_PER_MONTH, DAYS_PER_YEAR, dayNumber } from '../../lib/base/index.ts';
import type { Random } from '../../lib/stats/index.ts';
import { DRIVERS, GENES, type PanelName } from './genes.ts';
import { CONVERSION, CUT, DEATH, LOSS_PER_YEAR, MEASURES, SHARES, V2_FROM, WINDOW } from './laws.ts';
import { choose, stream, whole } from './streams.ts';

type Primary = 'right' | 'left' | 'rectum';
type Nodes = 'N0' | 'N1' | 'N2';

/** A patient as she is, whatever her site writes of her. Days are day numbers. */
export interface Patient {
  /** Her place among all that are drawn with the seed: the key of her streams. */
  readonly index: number;
  readonly id: string;
  readonly age: number;
  readonly male: boolean;
  readonly primary: Primary;
  readonly nodes: Nodes;
  readonly number: number;
  readonly cm: number;
  readonly cea: number;
  readonly extrahepatic: boolean;
  readonly kras: boolean;
  readonly nras: boolean;
  readonly braf: boolean;
  /** The other genes that are altered in her tumour, on her panel or not. */
  readonly altered: ReadonlySet<string>;
  readonly panel: PanelName;
  readonly diagnosed: number;
  readonly metastases: number;
  /** First systemic dose: time zero. */
  readonly t0: number;
  /** The day on which she was converted: alive and followed then. */
  readonly conversion: number | undefined;
  /** The last day of what is known of her; where she died, that of her death. */
  readonly end: number;
  readonly died: boolean;
}

/** What a planted patient has otherwise than by the laws. */
export interface Otherwise {
  readonly diagnosed?: number;
  /** Days from diagnosis to the metastases; treatment then begins after those. */
  readonly metastasesAfter?: number;
}

/** A calendar day of the laws as a day number. */
export function day(iso: string): number {
  const [year, month, date] = iso.split('-').map(Number) as [number, number, number];
  return dayNumber(year, month, date)!;
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, value));
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Tumor Burden Score. */
export function tbs({ cm, number }: Pick<Patient, 'cm' | 'number'>): number {
  return Math.sqrt(cm * cm + number * number); // correctly rounded everywhere, as hypot is not
}

/** Clinical Risk Score, without the items named: the interval item is everyone's but hers whose metastases came after a year. */
export function crs(patient: Patient, without: 'cea' | 'cm' | 'none' = 'none'): number {
  const { nodes, number, cm, cea, diagnosed, metastases } = patient;
  return [
    nodes !== 'N0',
    (metastases - diagnosed) / DAYS_PER_MONTH < 12,
    number > 1,
    without !== 'cm' && cm > 5,
    without !== 'cea' && cea > 200,
  ].filter(Boolean).length;
}

/** Draws the patient at a place. */
export function patientAt(seed: number, index: number, otherwise: Otherwise = {}): Patient {
  const draw = (variable: string): Random => stream(seed, index, variable);
  const { age, metastases, largestCm, cea } = MEASURES;
  const kras = draw('KRAS').uniform() < SHARES.KRAS;
  const nras = !kras && draw('NRAS').uniform() < SHARES.NRAS / (1 - SHARES.KRAS);
  const from = day(WINDOW[0]);
  const drawn = from + draw('diagnosed').below(day(WINDOW[1]) - from + 1);
  const diagnosed = otherwise.diagnosed ?? drawn;
  const after = otherwise.metastasesAfter ?? whole(draw('metastases seen'), 0, 6);
  const begin = whole(draw('first dose'), 7, 35);
  const baseline = {
    index,
    id: `SYN-${String(index + 1).padStart(4, '0')}`,
    age: Math.round(clamp(age.mean + age.sd * draw('age').normal(), age.range)),
    male: draw('sex').uniform() < SHARES.male,
    primary: choose(draw('primary'), SHARES.primary),
    nodes: choose(draw('nodes'), SHARES.node),
    number: Math.min(
      metastases.most,
      1 + Math.floor(Math.exp(metastases.logMean + metastases.logSd * draw('number').normal())),
    ),
    cm: tenths(clamp(largestCm.median * Math.exp(largestCm.logSd * draw('size').normal()), largestCm.range)),
    cea: tenths(cea.median * Math.exp(cea.logSd * draw('CEA').normal())),
    extrahepatic: draw('extrahepatic').uniform() < SHARES.extrahepatic,
    kras,
    nras,
    braf: !kras && !nras && draw('BRAF').uniform() < SHARES.BRAF,
    altered: new Set(
      GENES.filter(({ symbol, frequency }) => !DRIVERS.has(symbol) && draw(symbol).uniform() < frequency).map(
        ({ symbol }) => symbol,
      ),
    ),
    panel: (diagnosed < day(V2_FROM) ? 'v1' : 'v2') as PanelName,
    diagnosed,
    metastases: diagnosed + after,
    t0: otherwise.metastasesAfter === undefined ? diagnosed + begin : diagnosed + after + begin,
  };
  return { ...baseline, ...courseOf(baseline, draw) };
}

type Baseline = Omit<Patient, 'conversion' | 'end' | 'died'>;

/** Conversion and death after time zero, as far as they are seen until the loss or the cut. */
function courseOf(patient: Baseline, draw: (variable: string) => Random): Pick<Patient, 'conversion' | 'end' | 'died'> {
  const { t0 } = patient;
  const { median, sd, range } = CONVERSION.month;
  const would = draw('conversion').uniform() < 1 / (1 + Math.exp(-conversionLogit(patient)));
  const month = clamp(median * Math.exp(sd * draw('conversion month').normal()), range);
  const hazard = Math.exp(deathLogHazard(patient));
  const toDie = -Math.log(1 - draw('death').uniform());
  const at = (cumulative: number): number => DEATH.scaleMonths * cumulative ** (1 / DEATH.shape);
  const unconverted = at(toDie / hazard);
  const by = (month / DEATH.scaleMonths) ** DEATH.shape;
  const converts = would && month < unconverted;
  const months = converts ? at(by + (toDie - hazard * by) / (hazard * Math.exp(DEATH.conversion))) : unconverted;
  const lostYears = -Math.log(1 - draw('loss').uniform()) / LOSS_PER_YEAR;
  const conversion = t0 + Math.round(month * DAYS_PER_MONTH);
  const death = Math.max(t0 + Math.ceil(months * DAYS_PER_MONTH), converts ? conversion + 1 : t0 + 1);
  const seen = Math.min(day(CUT), t0 + Math.ceil(lostYears * DAYS_PER_YEAR));
  const died = death <= seen;
  const end = died ? death : seen;
  return { conversion: converts && conversion < end ? conversion : undefined, end, died };
}

/** The conversion's log odds; `ras` of whoever has a mutation of KRAS or NRAS. */
function conversionLogit(patient: Baseline): number {
  const { kras, nras, braf, altered, extrahepatic } = patient;
  const held = (holds: boolean, effect: number): number => (holds ? effect : 0);
  return (
    CONVERSION.intercept +
    held(kras || nras, CONVERSION.ras) +
    held(braf, CONVERSION.braf) +
    held(altered.has('SMAD4'), CONVERSION.SMAD4) +
    CONVERSION.tbs * tbs(patient) +
    held(extrahepatic, CONVERSION.extrahepatic)
  );
}

function deathLogHazard(patient: Baseline): number {
  const { kras, nras, braf, primary, extrahepatic, age } = patient;
  const held = (holds: boolean, effect: number): number => (holds ? effect : 0);
  return (
    held(kras || nras, DEATH.ras) +
    held(braf, DEATH.braf) +
    DEATH.tbs * (tbs(patient) - 8) +
    held(primary === 'right', DEATH.right) +
    held(extrahepatic, DEATH.extrahepatic) +
    (DEATH.age * (age - 58)) / 10
  );
}
