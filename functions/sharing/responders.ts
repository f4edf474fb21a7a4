import type { Responders } from '../../lib/http/index.ts';

/** Every route of this function. */
export function respondersOn(): Responders<'sharing'> {
  return {};
}
