/** Whether a share can be called so. */
export function isShare(share: string): boolean {
  return /^[0-9a-z]{26}$/.test(share);
}

/** What a release is called in its receiver's folder. */
export function releaseName(share: string): string {
  return `release-${share}.json`;
}

/** The share that a name in a folder is of; undefined for anything else that lies there. */
export function shareIn(name: string): string | undefined {
  const share = /^release-(\w+)\.json$/.exec(name)?.[1];
  return share !== undefined && isShare(share) ? share : undefined;
}
