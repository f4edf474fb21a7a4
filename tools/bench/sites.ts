import { Progress } from '../local/progress.ts';
import { benchFifty, type FiftyBench } from './sites/fifty.ts';
import { benchLarge, type LargeBench } from './sites/large.ts';
import { benchMethods, type FoundingRow, type MethodRow } from './sites/methods.ts';

/** What studies over sites cost, the sites in memory. */
export interface SitesBench {
  readonly methods: { readonly rows: readonly MethodRow[]; readonly founding: readonly FoundingRow[] };
  readonly large: LargeBench;
  readonly fifty: FiftyBench;
}

/** Small sites first: what compiles then is no part of the large ones' time. */
const WARM_PATIENTS = 2000;
const LARGE_PATIENTS = 100_000;

/** Measures bytes and rounds of each method, a Cox model over large sites beside one place, and many sites of which one is slow and one gone. */
export async function benchSites(): Promise<SitesBench> {
  const progress = new Progress();
  progress.show('each method');
  const methods = await benchMethods();
  await benchLarge(WARM_PATIENTS, () => undefined);
  const large = await benchLarge(LARGE_PATIENTS, (says) => progress.show(`large sites: ${says}`));
  const fifty = await benchFifty((says) => progress.show(`fifty sites: ${says}`));
  progress.done('sites: measured');
  return { methods, large, fifty };
}

const count = (value: number): string => value.toLocaleString('en');
const seconds = (value: number): string => `${value.toPrecision(3)} s`;
const inErrors = (value: number): string => `${value.toExponential(1)} SE`;

/** Titles and tables to read. */
export function printSites({ methods, large, fifty }: SitesBench): { title: string; rows: string[][] }[] {
  return [
    {
      title: 'What crosses: of three sites (120, 96 and 70 patients), the one that sends most; bytes with signatures',
      rows: [
        ['method', 'mode', 'rounds', 'answers, bytes', 'approval to attestation, bytes'],
        ...methods.rows.map(({ method, mode, answers, bytes }) => [
          method,
          mode,
          String(answers.length),
          answers.map(count).join(', '),
          count(bytes),
        ]),
        ...methods.founding.map(({ document, bytes }) => [document, '', '', count(bytes), '']),
      ],
    },
    { title: 'Cox over large sites, open, two rounds; processor time', rows: largeRows(large) },
    {
      title: 'Many sites, one slow (it comes every 20 hours) and one gone; a round ends after 24 hours',
      rows: fiftyRows(fifty),
    },
  ];
}

function largeRows(large: LargeBench): string[][] {
  const { sites, patients, events, approval, rounds, all, onePlace, bytes, distance, step } = large;
  return [
    ['what', 'cost'],
    ['sites, patients, events', `${sites} x ${count(patients)}, ${count(events)}`],
    ['approval, a site: taking the set, judging it, signing', seconds(approval)],
    ['what the busiest site did in turn, until it attested', rounds.map(seconds).join(', ')],
    ['the rounds of all sites together', seconds(all)],
    ['the same rows in one place, strata(site)', seconds(onePlace)],
    ['busiest site / one place', (rounds.reduce((sum, each) => sum + each, 0) / onePlace).toFixed(2)],
    ['all sites / one place', (all / onePlace).toFixed(2)],
    ['sent by a site, bytes', count(bytes)],
    ['distance from one place; Newton step told', `${inErrors(distance)}; ${inErrors(step)}`],
  ];
}

function fiftyRows(fifty: FiftyBench): string[][] {
  const { sites, attempts, rounds, documents, bytes, most, hours, processor, perSite, distance } = fifty;
  return [
    ['what', 'cost'],
    ['sites; attempts; rounds that were open', `${sites}; ${attempts}; ${rounds}`],
    ...hours.map(({ what, at }) => [`after ${at.toFixed(1)} hours`, what]),
    ['documents; bytes of all sites, of the one that sent most', `${documents}; ${count(bytes)}; ${count(most)}`],
    ['processor time of all sites; of a site', `${seconds(processor)}; ${seconds(perSite)}`],
    ['distance from the rows of those who stayed in one place', inErrors(distance)],
  ];
}
