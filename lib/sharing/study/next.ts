import type { Close } from '../documents.ts';
import { closeContent } from './closes.ts';
import type { OpenRound, Progress } from './progress.ts';
import type { StudyRecord } from './read.ts';

/** What a site does next in a study. */
export type Step =
  /** Her steward is to try the study on her own data, and approve or decline. */
  | { readonly do: 'decide' }
  | { readonly do: 'wait'; readonly for: readonly string[]; readonly until?: number }
  | { readonly do: 'answer'; readonly open: OpenRound }
  | { readonly do: 'close'; readonly open: OpenRound; readonly content: Pick<Close, 'seen' | 'without' | 'next'> }
  | { readonly do: 'attest' }
  | { readonly do: 'nothing'; readonly why: 'attested' | 'stopped' | 'left' | 'expired' };

const HOUR = 3_600_000;

/** What a site knows beside the documents: who it is, the time, and when it first saw the open round. Milliseconds since 1970. */
export interface Here {
  readonly site: string;
  readonly now: number;
  readonly opened: number;
}

/** The site's side of the protocol: what comes next, from what the documents say. */
export function nextStep(record: StudyRecord, progress: Progress, here: Here): Step {
  const { site, now } = here;
  if (record.refusals.some(({ document }) => document.site === site)) return { do: 'nothing', why: 'left' };
  if (progress.phase === 'stopped') return { do: 'nothing', why: 'stopped' };
  if (progress.phase === 'result') {
    if (!progress.sites.includes(site)) return { do: 'nothing', why: 'left' };
    if (!record.attestations.has(site)) return { do: 'attest' };
    return { do: 'nothing', why: 'attested' };
  }
  if (now >= Date.parse(record.protocol.expires)) return { do: 'nothing', why: 'expired' };
  if (progress.phase === 'approvals') {
    if (!record.approvals.has(site)) return { do: 'decide' };
    return {
      do: 'wait',
      for: record.protocol.sites.map((each) => each.site).filter((each) => !record.approvals.has(each)),
    };
  }
  return inRound(record, progress.open!, here);
}

function inRound(record: StudyRecord, open: OpenRound, here: Here): Step {
  const { site, now } = here;
  if (!open.sites.includes(site)) return { do: 'nothing', why: 'left' };
  if (now < open.notBefore) return { do: 'wait', for: open.sites, until: open.notBefore };
  const deadline = here.opened + record.protocol.hours.round * HOUR;
  const isMasked = open.asked.some(({ analysis }) => analysis.mode === 'masked');
  const own = closesOf(record, open).find(({ document }) => document.site === site)?.document;
  // who has said that the round is over adds nothing to it; nor, behind masks, does who comes late: her answer could be differenced out
  const mayAnswer = own === undefined && !(isMasked && now > deadline);
  if (!open.answers.has(site) && mayAnswer) return { do: 'answer', open };
  const content = closing(record, open, { ...here, deadline, own });
  const missing = open.sites.filter((each) => !open.answers.has(each));
  if (content === undefined || (own && closeContent(own) === closeContent(content)))
    return { do: 'wait', for: missing, ...(content === undefined && { until: deadline }) };
  return { do: 'close', open, content };
}

function closesOf({ closes }: StudyRecord, { attempt, round, sites }: OpenRound) {
  return closes.filter(
    ({ document }) => document.attempt === attempt && document.round === round && sites.includes(document.site),
  );
}

/**
 * What a close is to say: without those who refused, those who are late once the round's time is over, and those whom another site is without by
 * then, even where their answer is here: who saw more signs with fewer. Undefined where nobody is to be left out, or this site itself is.
 */
function closing(
  record: StudyRecord,
  open: OpenRound,
  { site, now, deadline, own }: Here & { readonly deadline: number; readonly own: Close | undefined },
): Pick<Close, 'seen' | 'without' | 'next'> | undefined {
  const without: Close['without'] = {};
  const others = closesOf(record, open).filter(({ document }) => document.site !== site);
  for (const each of open.sites) {
    if (each === site) continue;
    const refusal = record.refusals.find(({ document }) => document.site === each)?.document;
    const isLate = now > deadline && !open.answers.has(each);
    const isGivenUp = now > deadline && others.some(({ document }) => Object.hasOwn(document.without, each));
    if (refusal && !open.answers.has(each))
      without[each] = refusal.code === 'declined' || refusal.code === 'erasure' ? 'left' : 'refused';
    else if (isLate || isGivenUp || (own && Object.hasOwn(own.without, each))) without[each] = 'late';
  }
  if (Object.keys(without).length === 0) return undefined;
  const sites = open.sites.filter((each) => !Object.hasOwn(without, each));
  const agreeing = others.map(({ document }) => document).filter((document) => sites.includes(document.site));
  const seen = sites.flatMap((each): [string, string][] => {
    const digest = open.answers.get(each)?.digest;
    const isSeen = [...agreeing, ...(own ? [own] : [])].every((document) => document.seen[each] === digest);
    return digest !== undefined && isSeen ? [[each, digest]] : [];
  });
  const wait = own ? Date.parse(own.next.notBefore) : now + record.protocol.hours.wait * HOUR;
  const notBefore = Math.max(wait, ...agreeing.map(({ next }) => Date.parse(next.notBefore)));
  return {
    seen: Object.fromEntries(seen),
    without,
    next: { attempt: open.attempt + 1, sites, notBefore: new Date(notBefore).toISOString() },
  };
}
