import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

/** A DynamoDB that runs here, with a table of its own. */
export interface Engine {
  readonly client: DynamoDBClient;
  readonly table: string;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const TABLE = 'items';

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function clientOf(port: number): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
}

async function withTable(client: DynamoDBClient, stop: () => Promise<void>): Promise<Engine> {
  for (let tries = 0; ; tries += 1) {
    try {
      await client.send(new ListTablesCommand({}));
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await pause(20);
    }
  }
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
async function dynoxide(): Promise<Engine> {
  const binary = path.join(path.dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  const port = await freePort();
  const child: ChildProcess = spawn(binary, ['--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const client = clientOf(port);
  return withTable(client, async () => {
    client.destroy();
    child.kill();
    await gone;
  });
}

/** LevelDB, in this process. */
async function dynalite(): Promise<Engine> {
  const make = require('dynalite') as (options: { readonly createTableMs: number }) => Server;
  const server = make({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = clientOf((server.address() as AddressInfo).port);
  return withTable(client, async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** Both engines; the binary where it is served. */
export const ENGINES: readonly { readonly name: string; readonly start: () => Promise<Engine> }[] = [
  ...(isInstalled('@dynoxide/linux-x64') ? [{ name: 'dynoxide', start: dynoxide }] : []),
  { name: 'dynalite', start: dynalite },
];
