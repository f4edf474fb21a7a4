import { type AnswerPorts, answeringPointer, checked, openCurrentFrame } from '../../lib/answer/index.ts';
import type { Actor, Audit } from '../../lib/audit/index.ts';
import { isSignetError } from '../../lib/base/index.ts';
import {
  type ApiRequest,
  json,
  MOST_BODY_BYTES,
  type Reply,
  StudyCohortRequest,
  wholeNumber,
} from '../../lib/http/index.ts';
import {
  answersOf,
  approveStudy,
  attestationsOf,
  type Codebook,
  documentDigest,
  dryRun,
  type Protocol,
  progressOf,
  refuseStudy,
  type SiteCohort,
  type SitePorts,
  StudyProposal,
  StudyRefusal,
  studyView,
  unknownStudy,
  viewedRecord,
} from '../../lib/sharing/index.ts';

/** Studies as the sites of a deployment take part in them. */
export interface Studies {
  /** Studies that the site is named in. */
  known(site: string): Promise<readonly { readonly study: string; readonly proposer: string }[]>;
  /** What the site works with in a study. Throws SignetError `unknown-study`. */
  ports(site: string, study: string, who: Actor): Promise<SitePorts>;
  /** Signs a study, puts it, and announces it to the sites it names. */
  propose(who: Actor, protocol: Protocol, codebook: Codebook): Promise<string>;
}

/** What the routes of studies work on. */
export interface StudyRoutePorts {
  readonly studies: Studies;
  readonly cohorts: Pick<AnswerPorts, 'cohorts' | 'documents'>;
  readonly audit: Audit;
}

/** Studies read at once for the list. */
const AT_ONCE = 8;

/** `GET /studies`: what the site is named in, and what each waits for. */
export async function listStudies(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const known = await ports.studies.known(request.site);
  const studies: object[] = [];
  for (let from = 0; from < known.length; from += AT_ONCE)
    studies.push(
      ...(await Promise.all(known.slice(from, from + AT_ONCE).map((each) => inBrief(request, each, ports)))),
    );
  return json(200, { studies });
}

async function inBrief(
  request: ApiRequest,
  { study, proposer }: { readonly study: string; readonly proposer: string },
  ports: StudyRoutePorts,
): Promise<object> {
  const at = await ports.studies.ports(request.site, study, request);
  const viewed = await viewedRecord(study, at);
  // announced, and its documents are not here yet, or its keys were replaced before they came
  if (viewed === undefined) return { study, proposer, status: 'announced' };
  const { title, status, says, next } = studyView(viewed.record, viewed.viewer);
  return { study, proposer, title, status, says, next };
}

/** `POST /studies`: signs and puts a study, and announces it to the sites that its protocol names. */
export async function propose(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const { codebook, protocol } = checked(StudyProposal, request.json());
  const named: Protocol = { ...protocol, codebook: protocol.codebook ?? documentDigest(codebook) };
  const study = await ports.studies.propose(request, named, codebook);
  return json(201, { study }, { location: `/studies/${study}` });
}

/** What the site works with in the study that is asked about, and what it knows of it. Throws SignetError `unknown-study`. */
export async function studyAsked(
  request: ApiRequest,
  { studies }: Pick<StudyRoutePorts, 'studies'>,
): Promise<{ readonly study: string; readonly at: SitePorts } & NonNullable<Awaited<ReturnType<typeof viewedRecord>>>> {
  const study = request.parameter('study');
  const at = await studies.ports(request.site, study, request);
  const viewed = await viewedRecord(study, at);
  if (viewed === undefined) throw unknownStudy();
  return { study, at, ...viewed };
}

/** `GET /studies/{study}` */
export async function getStudy(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const { record, viewer } = await studyAsked(request, ports);
  return json(200, studyView(record, viewer));
}

/** `GET /studies/{study}/answers`: as they were sent, those of closed rounds too; as many from the `from`th on as a reply holds. */
export async function getAnswers(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const from = wholeNumber(request, 'from', { least: 0, most: 1_000_000, otherwise: 0 });
  const { record } = await studyAsked(request, ports);
  const used = new Set(progressOf(record).answers);
  const all = answersOf(record).map((each) => ({ ...each, used: used.has(each.digest) }));
  const to = from + held(all.slice(from));
  return json(200, { total: all.length, from, ...(to < all.length && { next: to }), answers: all.slice(from, to) });
}

/** How many of these a reply holds; one at least. */
function held(all: readonly object[]): number {
  let characters = 0;
  const most = all.findIndex((each) => {
    characters += JSON.stringify(each).length;
    return characters > MOST_BODY_BYTES;
  });
  return most < 0 ? all.length : Math.max(1, most);
}

/** `GET /studies/{study}/attestations` */
export async function getAttestations(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const { record } = await studyAsked(request, ports);
  return json(200, { attestations: attestationsOf(record) });
}

/** The cohort that a steward names, as it is now. */
async function cohortAsked(
  request: ApiRequest,
  { cohorts }: Pick<StudyRoutePorts, 'cohorts'>,
): Promise<{ readonly cohort: SiteCohort; readonly headers: Readonly<Record<string, string>> }> {
  const { cohort: name } = checked(StudyCohortRequest, request.json());
  const { frame, keys, waiting } = await openCurrentFrame({ site: request.site, cohort: name }, cohorts);
  return {
    cohort: { name, frame, keys },
    headers: waiting === undefined ? {} : { 'signet-waiting': waiting },
  };
}

/** `POST /studies/{study}/dry-runs`: what would leave, by every rule's verdict, tried on the site's own data. */
export async function tryStudy(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const { study, at, record } = await studyAsked(request, ports);
  const { cohort, headers } = await cohortAsked(request, ports);
  const tried = await dryRun(study, cohort, at);
  const failing = tried.verdicts.filter(({ holds, waived }) => !holds && !waived).map(({ rule }) => rule);
  await ports.audit.record(request, {
    what: 'study.tried',
    cohort: cohort.name,
    object: study,
    decisions: { faults: tried.faults.length, refusing: [...new Set(failing)].join(', ') },
  });
  return json(200, { study, title: record.protocol.title, cohort: cohort.name, ...tried }, headers);
}

/** `POST /studies/{study}/approvals`: freezes who is answered about, and signs; from then on the worker answers. */
export async function approve(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const { study, at } = await studyAsked(request, ports);
  const { cohort, headers } = await cohortAsked(request, ports);
  const isCurrent = async (): Promise<boolean> => {
    const { frame } = await answeringPointer({ site: request.site, cohort: cohort.name }, ports.cohorts);
    return frame === cohort.frame.digest;
  };
  try {
    const approval = await approveStudy(study, cohort, at, isCurrent);
    return json(201, approval, { ...headers, location: `/studies/${study}` });
  } catch (error) {
    if (isSignetError(error, 'rule-refuses'))
      await ports.audit.record(request, {
        what: 'approval.refused',
        cohort: cohort.name,
        object: study,
        decisions: { rule: error.message },
      });
    throw error;
  }
}

/** `POST /studies/{study}/refusals`: declines the study, or leaves it. */
export async function refuse(request: ApiRequest, ports: StudyRoutePorts): Promise<Reply> {
  const { code } = checked(StudyRefusal, request.text() === '' ? {} : request.json());
  const { study, at } = await studyAsked(request, ports);
  return json(201, await refuseStudy(study, code, at), { location: `/studies/${study}` });
}
