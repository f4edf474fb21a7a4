/** Where documents lie in the derived bucket, under the cohort's prefix. */
export const documentName = {
  result: (id: string, suffix = 'json'): string => `results/${id}.${suffix}`,
  definition: (digest: string): string => `definitions/${digest}.json`,
  job: (id: string): string => `jobs/${id}.json`,
  annotated: (id: string): string => `annotated/${id}.xlsx`,
  study: (id: string): string => `studies/${id}.zip`,
  patients: (id: string): string => `patients/${id}.csv`,
  revision: (digest: string): string => `revisions/${digest}.json`,
  listing: (id: string): string => `listings/${id}.json`,
  frame: (digest: string, file: string): string => `frames/${digest}/${file}`,
};

/** Whether this can be the id of a result: a digest. */
export function isResultId(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id);
}
