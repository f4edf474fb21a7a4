import { Construct } from 'constructs';
import type { Places } from './places.ts';
import { mayReadSites } from './rights.ts';
import { ANSWER, type Claims, SignetFunction } from './signet-function.ts';

/** What uploads need. */
export interface UploadsProps {
  /** Where data lies. */
  readonly places: Places;
  /** Who may upload. */
  readonly claims: Claims;
}

/** How files get into the bucket for those who have a token and no keys: presigned addresses for one object each. */
export class Uploads extends Construct {
  /** Begins, completes and aborts uploads; puts definitions. */
  readonly function: SignetFunction;

  constructor(scope: Construct, id: string, { places, claims }: UploadsProps) {
    super(scope, id);
    this.function = new SignetFunction(this, 'Function', {
      name: 'uploads',
      description: 'Signet: hands out addresses to upload to',
      key: places.key,
      memory: 1024,
      timeout: ANSWER,
      environment: {
        SIGNET_TABLE: places.table.tableName,
        SIGNET_SOURCES: places.sources.bucketName,
        SIGNET_DERIVED: places.derived.bucketName, // which holds the sites' document
        ...claims,
      },
    });
    mayReadSites(this.function, places);
  }
}
