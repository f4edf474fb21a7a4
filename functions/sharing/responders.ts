import type { ApiRequest, OpenRequest, Reply, Responders } from '../../lib/http/index.ts';
import * as exchange from './exchange.ts';
import { type LockPorts, liftLock, listLocks } from './locks.ts';
import { getStudyResult } from './result.ts';
import { offered, release } from './served-releases.ts';
import { getReceived, getShared } from './shared.ts';
import { listShares, revokeShare, type ShareRoutePorts, shareResult } from './shares.ts';
import * as studies from './studies.ts';

/** What this function works on. */
export type SharingPorts = studies.StudyRoutePorts & LockPorts & exchange.ExchangeRoutePorts & ShareRoutePorts;

/** Every route of this function, on the ports given. */
export function respondersOn(ports: SharingPorts): Responders<'sharing'> {
  const on = (answer: (request: ApiRequest, ports: SharingPorts) => Promise<Reply>) => (request: ApiRequest) =>
    answer(request, ports);
  const open = (answer: (request: OpenRequest, ports: SharingPorts) => Promise<Reply>) => (request: OpenRequest) =>
    answer(request, ports);
  return {
    'GET /studies': on(studies.listStudies),
    'POST /studies': on(studies.propose),
    'GET /studies/{study}': on(studies.getStudy),
    'GET /studies/{study}/answers': on(studies.getAnswers),
    'GET /studies/{study}/attestations': on(studies.getAttestations),
    'GET /studies/{study}/result': on(getStudyResult),
    'POST /studies/{study}/dry-runs': on(studies.tryStudy),
    'POST /studies/{study}/approvals': on(studies.approve),
    'POST /studies/{study}/refusals': on(studies.refuse),
    'POST /cohorts/{cohort}/results/{result}/shares': on(shareResult),
    'GET /shares': on(listShares),
    'DELETE /shares/{share}': on(revokeShare),
    'GET /shares/received/{share}': on(getReceived),
    'GET /shared/{site}/{share}': open(getShared),
    'GET /locks': on(listLocks),
    'DELETE /locks/{lock}': on(liftLock),
    'GET /exchange': open(exchange.announced),
    'GET /exchange/{study}/{site}': open(exchange.folder),
    'GET /exchange/{study}/{site}/{name}': open(exchange.document),
    'GET /releases/{site}': open(offered),
    'GET /releases/{site}/{share}': open(release),
  };
}
