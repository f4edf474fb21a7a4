import { Construct } from 'constructs';
import type { Places } from './places.ts';
import { mayReadSites } from './rights.ts';
import { ANSWER, type Claims, SignetFunction } from './signet-function.ts';

/** What sharing needs. */
export interface SharingProps {
  /** Where data lies. */
  readonly places: Places;
  /** Who may ask. */
  readonly claims: Claims;
}

/** What crosses between sites: studies, shares, and the exchange. */
export class Sharing extends Construct {
  /** Answers over the API. */
  readonly function: SignetFunction;

  constructor(scope: Construct, id: string, { places, claims }: SharingProps) {
    super(scope, id);
    this.function = new SignetFunction(this, 'Function', {
      name: 'sharing',
      description: 'Signet: studies over sites, and what sites share',
      key: places.key,
      memory: 3008, // a frame is loaded for a dry run and an approval
      timeout: ANSWER,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_DERIVED: places.derived.bucketName,
        ...claims,
      },
    });
    mayReadSites(this.function, places);
  }
}
