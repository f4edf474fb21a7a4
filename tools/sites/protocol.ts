import {
  type Codebook,
  DEFAULT_THRESHOLDS,
  documentDigest,
  type Protocol,
  type StudyAnalysis,
} from '../../lib/sharing/index.ts';

/** What a study of the tools is about. */
export interface StudyPlan {
  readonly title: string;
  readonly codebook: Codebook;
  readonly analyses: readonly StudyAnalysis[];
  /** Its sites, the proposer first, each with the fingerprint of its keys. */
  readonly sites: readonly { readonly site: string; readonly fingerprint: string }[];
}

/** The protocol of a study under the thresholds that sites begin with; `more` says what is to be otherwise. */
export function protocolOf(
  { title, codebook, analyses, sites }: StudyPlan,
  more: Partial<Omit<Protocol, 'waivers'>> & { readonly waivers?: NonNullable<Protocol['waivers']> } = {},
): Protocol {
  return {
    type: 'protocol/1',
    title,
    proposer: sites[0]!.site,
    sites: sites.map(({ site, fingerprint }) => ({ site, fingerprint })),
    codebook: documentDigest(codebook),
    cohort: { criteria: [] },
    analyses: [...analyses],
    thresholds: DEFAULT_THRESHOLDS,
    rounds: Math.max(
      ...analyses.map((each) =>
        'rounds' in each ? each.rounds + ('concordance' in each && each.concordance ? 1 : 0) : 1,
      ),
    ),
    hours: { round: 24, wait: 24 },
    expires: '2027-06-01T00:00:00Z',
    use: ['DUO:0000007'],
    duplicates: 'site of first treatment',
    ...more,
  };
}
