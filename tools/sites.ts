/**
 * `npm run sites -- add ID --name NAME --claim CLAIM [--address URL] [--k N] [--ledger SHARE] [--new-keys] --bucket BUCKET`: adds a site to a deployment with the
 * operator's own credentials: its keys in the key service, its card, and its row in `deployment/sites.json` of the derived bucket. Asked again, it keeps the keys
 * and offers a newer card; with --new-keys it makes others, and every other site confirms the card again. --k and --ledger are what the card asks of studies.
 *
 * `npm run sites -- card ID --bucket BUCKET`: prints the card, to be sent to sites of other deployments.
 */
import { parseArgs } from 'node:util';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { isSignetError } from '../lib/base/index.ts';
import { addSite, type Operator, offeredCard } from './local/sites.ts';

const USAGE =
  'npm run sites -- add ID --name NAME --claim CLAIM [--address URL] [--k N] [--ledger SHARE] [--new-keys] --bucket BUCKET, or npm run sites -- card ID --bucket BUCKET';

/** A threshold that was given, by its name. Throws TypeError where it is none. */
function numberIn<N extends 'k' | 'ledger'>(
  values: { readonly [n in N]?: string },
  name: N,
): { readonly [n in N]?: number } {
  const text: string | undefined = values[name];
  if (text === undefined) return {};
  const value = Number(text);
  if (!(name === 'k' ? Number.isInteger(value) && value >= 2 : value >= 0 && value <= 1)) throw new TypeError(USAGE);
  return { [name]: value } as { readonly [n in N]?: number };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      claim: { type: 'string' },
      address: { type: 'string' },
      k: { type: 'string' },
      ledger: { type: 'string' },
      'new-keys': { type: 'boolean', default: false },
      bucket: { type: 'string' },
    },
  });
  const [verb, id] = positionals;
  const { name, claim, address = null, bucket } = values;
  if (!id || !bucket || !(verb === 'add' || verb === 'card')) throw new TypeError(USAGE);
  const operator: Operator = { keys: new KMSClient({}), objects: new S3Client({}), bucket };
  if (verb === 'card') {
    console.log(await offeredCard(id, operator));
    return;
  }
  if (!name || !claim) throw new TypeError(USAGE);
  const thresholds = { ...numberIn(values, 'k'), ...numberIn(values, 'ledger') };
  const fingerprint = await addSite({ id, name, claim, address, thresholds, anew: values['new-keys'] }, operator);
  console.log(`${id} is a site of the deployment. The fingerprint of its keys: ${fingerprint}`);
}

try {
  await main();
} catch (error) {
  const remedy = isSignetError(error) ? error.remedy : undefined;
  console.error([error instanceof Error ? error.message : String(error), remedy].filter(Boolean).join('. '));
  process.exitCode = 1;
}
