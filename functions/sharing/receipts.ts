import type { Audit } from '../../lib/audit/index.ts';
import { isSignetError } from '../../lib/base/index.ts';
import { type Card, type Receipt, readDocument } from '../../lib/sharing/index.ts';
import type { Releases, Shares } from '../../lib/store/index.ts';

/** What receipts are entered with. */
export interface ReceiptPorts {
  readonly shares: Shares;
  readonly releases: Releases;
  readonly audit: Audit;
  /** Cards that people confirmed. */
  readonly peers: ReadonlyMap<string, Card>;
  now(): number;
}

/** Events have so long to tell of a receipt before it is looked for, and a mark is set back by so much, since clocks and listings lag. */
const HEAD_START = 5 * 60_000;
const OVERLAP = 60 * 60_000;

/** Whether a name in a folder is a receipt's. */
function isReceipt(name: string): boolean {
  return /^receipt-[0-9a-z]{26}\.json$/.test(name);
}

/**
 * Enters a receipt that another site put into a site's folder in her log: who saw what, and when she says so. One that its signer, folder or share doesn't hold
 * for is passed over. Whoever is interrupted enters it again.
 */
export async function enterReceipt(site: string, from: string, name: string, ports: ReceiptPorts): Promise<boolean> {
  if (!isReceipt(name) || (await ports.releases.isEntered(site, from, name))) return false;
  const receipt = await readReceipt(site, from, name, ports);
  const given = receipt && (await ports.releases.read(site, receipt.share));
  const holds = receipt && given?.release === receipt.release && given.receiver === from;
  if (holds) {
    await ports.audit.record(
      { site, agent: `site:${from}` },
      {
        what: 'release.viewed',
        cohort: given.cohort,
        object: given.release,
        decisions: { share: given.share, seen: receipt.at },
      },
    );
    await ports.releases.view(site, given.share, receipt.at);
  }
  await ports.releases.entered(site, from, name);
  return holds === true;
}

async function readReceipt(
  site: string,
  from: string,
  name: string,
  ports: ReceiptPorts,
): Promise<Receipt | undefined> {
  const card = ports.peers.get(from);
  const jws = card && (await ports.shares.get({ receiver: site, owner: from, name }));
  if (jws === undefined) return undefined;
  try {
    const { document } = await readDocument(jws, card!.sign);
    return document.type === 'receipt/1' && document.site === from && document.owner === site ? document : undefined;
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}

/** Enters receipts that lie in a site's folder since it was last looked through and aren't in her log: what events missed. Answers how many. */
export async function enterReceipts(site: string, ports: ReceiptPorts): Promise<number> {
  const from = (await ports.releases.lookedThrough(site)) - OVERLAP;
  const until = ports.now() - HEAD_START;
  let entered = 0;
  for await (const page of ports.shares.list(site))
    for (const { owner, name, modified } of page)
      if (modified >= from && modified < until && (await enterReceipt(site, owner, name, ports))) entered += 1;
  await ports.releases.lookThrough(site, until);
  return entered;
}
