/** Where the local stack pretends to be; the pseudo parameters of its templates. */
export const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';
export const PARTITION = 'aws';

/** An ARN in the local account; `global` services name no region. */
export function arn(service: string, resource: string, { global = false }: { readonly global?: boolean } = {}): string {
  return `arn:${PARTITION}:${service}:${global ? '' : REGION}:${ACCOUNT}:${resource}`;
}
