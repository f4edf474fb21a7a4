import type { Stack } from '../../cdk/local/index.ts';
import type { DemoResult } from './demo.ts';
import type { Visitor } from './visitor.ts';

/** How to go on from here: addresses, token, keys, and commands that work as they are printed. */
export async function invitation(
  stack: Stack,
  visitor: Visitor,
  site: string,
  result: DemoResult | undefined,
): Promise<string> {
  const { accessKeyId, secretAccessKey } = await stack.keys({ site });
  const curl = (path: string, more = ''): string =>
    `curl -s -H "Authorization: Bearer $TOKEN" ${more}${stack.api}${path}`;
  const lines = [
    '',
    `API      ${stack.api}`,
    `S3       ${stack.s3}`,
    `bucket   ${stack.sourcesBucket}, your files under sites/${site}/cohorts/COHORT/`,
    `site     ${site}; another token: npm run --silent token -- --site ${site} --role analyst`,
    '',
    `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_DEFAULT_REGION=${stack.region}`,
    `aws s3 ls s3://${stack.sourcesBucket}/sites/${site}/ --endpoint-url ${stack.s3}`,
    '',
    `TOKEN=${visitor.token}`,
  ];
  if (!result) return [...lines, curl('/cohorts'), curl('/analyses'), curl('/limits')].join('\n');
  const { cohort, id } = result;
  const question = JSON.stringify({ analysis: 'survival', endpoint: 'os', by: 'crs', interval: 'log-log' });
  const { url, expires } = await visitor.link(cohort, id);
  return [
    ...lines,
    curl(`/cohorts/${cohort}`),
    curl(`/cohorts/${cohort}/results`, `-d '${question}' `),
    curl(`/cohorts/${cohort}/results/${id}.csv`),
    '',
    `The curves, until ${new Date(expires).toTimeString().slice(0, 5)}:`,
    url,
    'Another link:',
    curl(`/cohorts/${cohort}/results/${id}/links`, `-d '{"representation":"html"}' `),
    '',
    'Share them outside, as a link under the rules of docs/sharing.md; what it answers as link opens below the address of the API:',
    curl(`/cohorts/${cohort}/results/${id}/shares`, `-d '{"link":true}' `),
    curl('/shares'),
  ].join('\n');
}
