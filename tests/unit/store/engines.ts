import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynoxideBinary, startDynoxide } from '../../../cdk/local/dynoxide.ts';
import { addressOf } from '../../../cdk/local/loopback.ts';

/** A DynamoDB that runs here, with a table of its own. */
export interface Engine {
  readonly client: DynamoDBClient;
  readonly table: string;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const TABLE = 'items';

function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
}

async function withTable(client: DynamoDBClient, stop: () => Promise<void>): Promise<Engine> {
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'PK', AttributeType: 'S' },
        { AttributeName: 'SK', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'PK', KeyType: 'HASH' },
        { AttributeName: 'SK', KeyType: 'RANGE' },
      ],
    }),
  );
  return { client, table: TABLE, stop };
}

/** The static binary: SQLite, Linux on x64. */
async function dynoxide(binary: string): Promise<Engine> {
  const engine = await startDynoxide(binary);
  const client = clientOf(engine.url);
  return withTable(client, async () => {
    client.destroy();
    const gone = once(engine.process, 'exit');
    engine.process.kill();
    await gone;
  });
}

/** LevelDB, in this process. */
async function dynalite(): Promise<Engine> {
  const make = require('dynalite') as (options: { readonly createTableMs: number }) => Server;
  const server = make({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = clientOf(addressOf(server));
  return withTable(client, async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

const binary = dynoxideBinary();

/** Both engines; the binary where it is served. */
export const ENGINES: readonly { readonly name: string; readonly start: () => Promise<Engine> }[] = [
  ...(binary === undefined ? [] : [{ name: 'dynoxide', start: () => dynoxide(binary) }]),
  { name: 'dynalite', start: dynalite },
];
