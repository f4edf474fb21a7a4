import { Converger } from './converge.ts';
import { Definitions } from './definition.ts';
import { Maintainer } from './maintain.ts';
import type { IngestPorts } from './ports.ts';
import { Publisher } from './publish.ts';

/** The workers of ingestion over one set of ports. */
export interface WayOfAFile {
  readonly converger: Converger;
  readonly publisher: Publisher;
  readonly maintainer: Maintainer;
}

/** Makes the workers; they share the definitions that they parsed. */
export function wayOfAFile(ports: IngestPorts): WayOfAFile {
  const definitions = new Definitions(ports.documents);
  return {
    converger: new Converger(ports, definitions),
    publisher: new Publisher(ports, definitions),
    maintainer: new Maintainer(ports, definitions),
  };
}
