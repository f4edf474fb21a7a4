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
}

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

/** Enters every receipt that lies in a site's folder and isn't in her log yet: what events missed. Answers how many. */
export async function enterReceipts(site: string, ports: ReceiptPorts): Promise<number> {
  let entered = 0;
  for await (const page of ports.shares.list(site))
    for (const { owner, name } of page) if (await enterReceipt(site, owner, name, ports)) entered += 1;
  return entered;
}
